//go:build unix

package atomicfile

import (
	"io/fs"
	"os"
	"syscall"
)

// openSafely opens a file itself, never the target of a link, and without waiting for the other end of a named pipe.
const openSafely = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// keepOwner gives a file the owner and the group of the one that it replaces, so that they can still use it. Only root
// may set the owner; other users may set a group that they are in.
func keepOwner(f *os.File, of fs.FileInfo) {
	owner := of.Sys().(*syscall.Stat_t)
	if f.Chown(int(owner.Uid), int(owner.Gid)) != nil {
		_ = f.Chown(-1, int(owner.Gid))
	}
}
