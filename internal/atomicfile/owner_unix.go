//go:build unix

package atomicfile

import (
	"os"
	"syscall"
)

// keepOwner gives a file the owner and the group of another, so that who could use that can use this. Only root may
// give files away; others may give them to the groups that they are in.
func keepOwner(f *os.File, other string) {
	info, err := os.Stat(other)
	if err != nil {
		return // it is gone, which is noticed before it is replaced
	}
	owner := info.Sys().(*syscall.Stat_t)
	if f.Chown(int(owner.Uid), int(owner.Gid)) != nil {
		_ = f.Chown(-1, int(owner.Gid))
	}
}
