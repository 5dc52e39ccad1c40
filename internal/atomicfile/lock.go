package atomicfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockLimit = time.Minute
	lockDelay = 5 * time.Millisecond
)

var errLocked = errors.New("another process has locked it for a minute; try again, and end that process if it hangs")

// lock waits until no other writer has a file, and returns what releases it. The wait ends with the context.
func lock(ctx context.Context, target string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, lockLimit, errLocked)
	defer cancel()
	// Anyone who can write to the directory can put something else there, such as a link or a named pipe.
	file := flock.New(beside(target, ".lock"), flock.SetFlag(os.O_CREATE|os.O_RDONLY|openSafely), flock.SetPermissions(newPermissions))
	if err := acquire(ctx, file); err != nil {
		return nil, err
	}
	return func() {
		_ = os.Remove(file.Path()) // before it is unlocked: the next holder's file must stay
		_ = file.Unlock()
	}, nil
}

// acquire takes a lock. A holder removes its file, which another writer may have opened already: that writer then
// holds a lock that nobody else can find, and starts again.
func acquire(ctx context.Context, file *flock.Flock) error {
	for {
		locked, err := file.TryLockContext(ctx, lockDelay)
		found, foundErr := os.Lstat(file.Path())
		switch {
		case !locked && ctx.Err() != nil:
			return context.Cause(ctx)
		case foundErr == nil && !found.Mode().IsRegular():
			_ = file.Unlock()
			return fmt.Errorf("its lock file %s is not a regular file; remove it", filepath.Base(file.Path()))
		case err != nil:
			return fmt.Errorf("open its lock file %s: %w", filepath.Base(file.Path()), withoutPath(err))
		}
		if held, err := file.Stat(); err == nil && foundErr == nil && os.SameFile(held, found) {
			return nil
		}
		_ = file.Unlock()
	}
}
