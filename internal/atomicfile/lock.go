package atomicfile

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockLimit = time.Minute
	lockDelay = 5 * time.Millisecond
)

var errLocked = errors.New("another process has kept it locked for a minute; try again, and end that process if it hangs")

// lock waits until nobody else writes a file, and returns what gives the lock back.
func lock(ctx context.Context, target string) (unlock func(), err error) {
	limited, cancel := context.WithTimeoutCause(ctx, lockLimit, errLocked)
	defer cancel()
	file := flock.New(beside(target, ".lock"), flock.SetPermissions(newPermissions))
	if err := acquire(limited, file); err != nil {
		return nil, err
	}
	return func() { release(file) }, nil
}

// acquire waits for a lock. It is worth something only while its file has its name: a holder removes the
// file, and who waited may then lock a file that nobody else can find. So the name is compared, and the lock
// taken anew.
func acquire(ctx context.Context, file *flock.Flock) error {
	for {
		locked, err := file.TryLockContext(ctx, lockDelay)
		switch {
		case locked && named(file):
			return nil
		case locked:
			_ = file.Unlock()
		case ctx.Err() != nil:
			return context.Cause(ctx)
		default:
			return err
		}
	}
}

// named reports whether a locked file still has its name.
func named(file *flock.Flock) bool {
	held, heldErr := file.Stat()
	found, foundErr := os.Stat(file.Path())
	return heldErr == nil && foundErr == nil && os.SameFile(held, found)
}

// release removes the lock file and gives the lock back. Windows does not remove what is open: there the
// lock goes first, and the file stays where somebody else has opened it meanwhile, who then removes it.
// What fails is no harm: a lock ends with its process, and a lock file that stays locks nothing.
func release(file *flock.Flock) {
	if runtime.GOOS == "windows" {
		_ = file.Unlock()
		_ = os.Remove(file.Path())
		return
	}
	_ = os.Remove(file.Path())
	_ = file.Unlock()
}
