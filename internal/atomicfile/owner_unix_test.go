//go:build unix

package atomicfile_test

import (
	"os"
	"slices"
	"syscall"
	"testing"
)

// A file of another user, or of a group that shares it, stays theirs.
func TestUpdate_owner(t *testing.T) {
	path := existing(t, "old", 0o640)
	owner, group := otherOwner(t)
	if err := os.Chown(path, owner, group); err != nil {
		t.Fatal(err)
	}
	replace(t, path, "old", "new")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	got := info.Sys().(*syscall.Stat_t)
	if int(got.Uid) != owner || int(got.Gid) != group {
		t.Errorf("got owner %d and group %d, want %d and %d", got.Uid, got.Gid, owner, group)
	}
	if got, want := info.Mode().Perm(), os.FileMode(0o640); got != want {
		t.Errorf("got permissions %o, want %o", got, want)
	}
}

// A process's mask is for new files.
func TestUpdate_mask(t *testing.T) {
	path := existing(t, "old", 0o644)
	defer syscall.Umask(syscall.Umask(0o077))
	replace(t, path, "old", "new")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode().Perm(), os.FileMode(0o644); got != want {
		t.Errorf("got permissions %o, want %o", got, want)
	}
}

// otherOwner returns an owner and a group to which this process may give a file, and which a new file would not have.
func otherOwner(t *testing.T) (owner, group int) {
	t.Helper()
	if os.Geteuid() == 0 {
		return 1234, 2345
	}
	groups, err := os.Getgroups()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(groups, func(group int) bool { return group != os.Getegid() })
	if i < 0 {
		t.Skip("only root, or who is in two groups, may give a file to another group")
	}
	return os.Geteuid(), groups[i]
}
