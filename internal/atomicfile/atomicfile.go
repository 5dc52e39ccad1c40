// Package atomicfile replaces files whole, or not at all, one writer at a time.
//
// Writers that use this package wait for each other, in one process or in several, and none undoes what
// another wrote. Readers need no lock: they read the old content or the new one. A writer that does not use
// this package, such as an editor, is noticed up to the moment of the replacement.
//
// While a file is written, a lock file lies beside it: ".name.lock". Its holder removes it. After a crash
// it may stay; it locks nothing then, and the next writer removes it.
package atomicfile

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// newPermissions are those of a file that was not there.
const newPermissions fs.FileMode = 0o644

// ErrChanged says that a file is not what was read any more. Nothing was written.
var ErrChanged = errors.New("it was changed meanwhile; look at it and try again")

var errNotRegular = errors.New("it is not a regular file")

// Update replaces a file with what edit makes of its content, which is nil where the file does not exist:
// then the file is made, but not its directory. Where edit returns the content as it was, or an error, the
// file is left alone; Update returns that error as it is. The content is not to be changed in place.
//
// The file keeps its permissions, and its owner and group as far as the process may give files to them. Where
// symbolic links lead to it they stay, whether or not it exists. An error that is not edit's is an [*fs.PathError]
// with the path, and [ErrChanged] is one of them.
func Update(ctx context.Context, path string, edit func(old []byte) ([]byte, error)) error {
	target, err := resolve(path)
	if err != nil {
		return pathError(path, err)
	}
	unlock, err := lock(ctx, target)
	if err != nil {
		return pathError(path, err)
	}
	defer unlock()
	old, permissions, err := read(target)
	if err != nil {
		return pathError(path, err)
	}
	data, err := edit(old)
	if err != nil || old != nil && bytes.Equal(old, data) {
		return err
	}
	if err := replace(target, old, data, permissions); err != nil {
		return pathError(path, err)
	}
	return nil
}

// Replace replaces a file that was read before. It fails with [ErrChanged] where the file is not what was
// read; nil stands for a file that did not exist. It is [Update] otherwise.
func Replace(ctx context.Context, path string, old, data []byte) error {
	return Update(ctx, path, func(now []byte) ([]byte, error) {
		if !same(now, old) {
			return nil, pathError(path, ErrChanged)
		}
		return data, nil
	})
}

// same compares contents; a missing file is not an empty one.
func same(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }

// read returns a file's content and permissions; the content is nil where the file does not exist.
func read(target string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, newPermissions, nil
	case err != nil:
		return nil, 0, err
	case !info.Mode().IsRegular():
		return nil, 0, errNotRegular
	}
	data, err := os.ReadFile(target)
	if data == nil {
		data = []byte{}
	}
	return data, info.Mode().Perm(), err
}

// replace writes a temporary file beside the target and renames it, unless the target is no longer the old
// one. Its caller holds the lock, so the temporary file's name is its own.
func replace(target string, old, data []byte, permissions fs.FileMode) (err error) {
	temporary := beside(target, ".tmp")
	_ = os.Remove(temporary) // a crash may have left it
	defer func() {
		if err != nil {
			_ = os.Remove(temporary)
		}
	}()
	if err := write(temporary, data, func(f *os.File) error {
		if old == nil {
			return nil // a new file's are left to the process's mask
		}
		keepOwner(f, target)
		return f.Chmod(permissions)
	}); err != nil {
		return err
	}
	now, _, err := read(target)
	if err != nil {
		return err
	}
	if !same(now, old) {
		return ErrChanged
	}
	return rename(temporary, target)
}

// write makes a file that is not there, has its rights set, and waits until it is stored.
func write(file string, data []byte, setRights func(*os.File) error) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newPermissions)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := setRights(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// rename replaces the target. Windows refuses while somebody has the target open for reading, which our
// own readers do for a moment.
func rename(temporary, target string) error {
	const limit = 2 * time.Second
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		err := os.Rename(temporary, target)
		if err == nil || runtime.GOOS != "windows" || time.Since(start) > limit {
			return err
		}
	}
}

// beside returns the name of a hidden file beside the target.
func beside(target, suffix string) string {
	dir, name := filepath.Split(target)
	return dir + "." + name + suffix
}

// pathError names the file that the caller knows, instead of those beside it or behind a link.
func pathError(path string, err error) error {
	var of *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &of):
		err = of.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return &fs.PathError{Op: "replace", Path: path, Err: err}
}
