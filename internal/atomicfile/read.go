package atomicfile

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxRead is far more than any file has that is read, in bytes, and little enough to be in memory.
const maxRead = 100 << 20

// ReadFile reads a file of at most 100 MB, or a pipe. It returns when the context ends, too: nobody may ever write to a
// pipe.
func ReadFile(ctx context.Context, path string) ([]byte, error) {
	return Await(ctx, func() ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		data, err := io.ReadAll(io.LimitReader(file, maxRead+1))
		if err == nil && len(data) > maxRead {
			err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is larger than %d MB", maxRead>>20)}
		}
		return data, err
	})
}

// Await returns what a call returns, or the context's error once the context ends. The call then goes on unwatched.
func Await[T any](ctx context.Context, call func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := call()
		done <- outcome{value, err}
	}()
	select {
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	case o := <-done:
		return o.value, o.err
	}
}
