//go:build unix

package atomicfile_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"amplify-boundary/internal/atomicfile"
)

// A replaced file keeps its owner and group.
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

// The process's mask applies to new files only.
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
		t.Skip("needs root, or a user in two groups")
	}
	return os.Geteuid(), groups[i]
}

// A lock file that is something else is neither followed nor waited for.
func TestUpdate_lock_file_of_another_kind(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"link":           func(path string) error { return os.Symlink("elsewhere", path) },
		"link_to_a_file": func(path string) error { return os.Symlink("file.json", path) },
		"named_pipe":     func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"socket":         func(path string) error { _, err := net.Listen("unix", path); return err },
		"directory":      func(path string) error { return os.Mkdir(path, 0o700) },
		"link_to_a_pipe": func(path string) error {
			return errors.Join(syscall.Mkfifo(path+".pipe", 0o600), os.Symlink(path+".pipe", path))
		},
		"link_to_a_shell": func(path string) error { return os.Symlink("/bin/sh", path) },
	} {
		t.Run(name, func(t *testing.T) {
			path := existing(t, "old", 0o600)
			lockFile := filepath.Join(filepath.Dir(path), ".file.json.lock")
			if err := make(lockFile); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := atomicfile.Replace(ctx, path, []byte("old"), []byte("new"))
			if err == nil || !strings.Contains(err.Error(), "its lock file .file.json.lock is not a regular file; remove it") || ctx.Err() != nil {
				t.Errorf("got %v, want the lock file named", err)
			}
			wantContent(t, path, "old")
			if _, err := os.Lstat(filepath.Join(filepath.Dir(path), "elsewhere")); err == nil {
				t.Error("a file was created through the link")
			}
		})
	}
}

// A target that is a named pipe is neither read nor waited for.
func TestUpdate_named_pipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.Replace(t.Context(), path, nil, []byte("new"))
	if err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("got %v, want the kind named", err)
	}
}

// An interrupt ends the wait for another writer.
func TestUpdate_interrupted(t *testing.T) {
	path := existing(t, "old", 0o600)
	other := flock.New(filepath.Join(filepath.Dir(path), ".file.json.lock"))
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	defer other.Unlock()
	interrupt := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(interrupt) })
	if err := atomicfile.Replace(ctx, path, []byte("old"), []byte("new")); !errors.Is(err, interrupt) {
		t.Errorf("got %v, want %v", err, interrupt)
	}
	wantContent(t, path, "old")
}

// A pipe is read until its end, or until the context ends. What has no end is read only to a limit.
func TestReadFile(t *testing.T) {
	silent, path := filepath.Join(t.TempDir(), "silent"), filepath.Join(t.TempDir(), "pipe")
	if err := errors.Join(syscall.Mkfifo(silent, 0o600), syscall.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := atomicfile.ReadFile(ctx, silent); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a writer: got %v", err)
	}
	go os.WriteFile(path, []byte("text"), 0)
	if data, err := atomicfile.ReadFile(t.Context(), path); err != nil || string(data) != "text" {
		t.Errorf("got %q, %v", data, err)
	}
	if _, err := atomicfile.ReadFile(t.Context(), "/dev/zero"); err == nil || !strings.Contains(err.Error(), "larger than 100 MB") {
		t.Errorf("without an end: got %v", err)
	}
}
