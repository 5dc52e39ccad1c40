package command

import (
	"bytes"
	"context"
	"errors"

	"amplify-boundary/internal/atomicfile"
)

// FileChange is a file that is to be written.
type FileChange struct {
	Path   string // "-" is standard output
	Before []byte // what it must hold still; nil is whatever it holds, if there is such a file
	After  []byte
}

// Write writes the file, unless it holds the text already.
func (c FileChange) Write(ctx context.Context, streams IO) error {
	switch {
	case c.Path == "-":
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

// undo gives a file that was written its old text back.
func (c FileChange) undo(ctx context.Context) error {
	if c.Before == nil || bytes.Equal(c.Before, c.After) {
		return nil
	}
	return atomicfile.Replace(ctx, c.Path, c.After, c.Before)
}

// WriteAll writes files. Where one cannot be written, those before it get their old text back.
func WriteAll(ctx context.Context, streams IO, changes []FileChange) error {
	for i, c := range changes {
		err := c.Write(ctx, streams)
		if err == nil {
			continue
		}
		for _, written := range changes[:i] {
			err = errors.Join(err, written.undo(context.WithoutCancel(ctx)))
		}
		return err
	}
	return nil
}
