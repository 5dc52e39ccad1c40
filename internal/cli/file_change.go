package cli

import (
	"bytes"
	"context"
	"errors"

	"amplify-boundary/internal/atomicfile"
)

// fileChange is a file that is to be written.
type fileChange struct {
	path   string // "-" is standard output
	before []byte // what it must hold still; nil is whatever it holds, if there is such a file
	after  []byte
}

// write writes the file, unless it holds the text already.
func (c fileChange) write(ctx context.Context, streams IO) error {
	switch {
	case c.path == "-":
		_, err := streams.Out.Write(c.after)
		return err
	case c.before == nil:
		return atomicfile.Update(ctx, c.path, func([]byte) ([]byte, error) { return c.after, nil })
	case bytes.Equal(c.before, c.after):
		return nil
	default:
		return atomicfile.Replace(ctx, c.path, c.before, c.after)
	}
}

// undo gives a file that was written its old text back.
func (c fileChange) undo(ctx context.Context) error {
	if c.before == nil || bytes.Equal(c.before, c.after) {
		return nil
	}
	return atomicfile.Replace(ctx, c.path, c.after, c.before)
}

// writeAll writes files. Where one cannot be written, those before it get their old text back.
func writeAll(ctx context.Context, streams IO, changes []fileChange) error {
	for i, c := range changes {
		err := c.write(ctx, streams)
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
