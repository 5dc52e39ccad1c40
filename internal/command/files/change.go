package files

import (
	"bytes"
	"context"
	"errors"

	"amplify-boundary/internal/atomicfile"
	"amplify-boundary/internal/command"
)

// Change is a file to write.
type Change struct {
	Path   string // [command.StandardStream] is standard output
	Before []byte // what the file must still contain; nil: anything, and the file need not exist
	After  []byte
}

// Write writes the file, unless it already contains the text.
func (c Change) Write(ctx context.Context, streams command.IO) error {
	switch {
	case c.Path == command.StandardStream:
		_, err := streams.Out.Write(c.After)
		return err
	case c.Before == nil:
		return atomicfile.Update(ctx, c.Path, func([]byte) ([]byte, error) { return c.After, nil })
	case bytes.Equal(c.Before, c.After):
		return nil
	default:
		return atomicfile.Replace(ctx, c.Path, c.Before, c.After)
	}
}

// WriteAll writes files. If one cannot be written, it restores the text of those before it.
func WriteAll(ctx context.Context, streams command.IO, changes []Change) error {
	for i, c := range changes {
		err := c.Write(ctx, streams)
		if err == nil {
			continue
		}
		for _, written := range changes[:i] {
			if written.Before != nil && !bytes.Equal(written.Before, written.After) {
				err = errors.Join(err, atomicfile.Replace(context.WithoutCancel(ctx), written.Path, written.After, written.Before))
			}
		}
		return err
	}
	return nil
}
