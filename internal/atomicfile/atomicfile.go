// Package atomicfile replaces a file as a whole or not at all, one writer at a time. It reads files too, as long as the
// reader waits.
//
// Writers that use this package wait for each other, in one process or in several, so that none loses what another
// one wrote. Readers need no lock: they read the old content or the new one. A writer that does not use this package,
// such as an editor, is noticed up to the moment of the replacement.
//
// During a write, a lock file is beside the file: ".name.lock". A crash can leave it there, and Windows does; it then
// locks nothing.
package atomicfile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// newPermissions are those of a new file, before the process's mask.
const newPermissions fs.FileMode = 0o644

// ErrChanged reports that a file no longer is what was read. Nothing was written.
var ErrChanged = errors.New("it was changed meanwhile; look at it and try again")

var errNotRegular = errors.New("it is not a regular file")

// Update replaces the content of a file by what edit returns. The old content is nil where the file does not exist:
// then the file is created, but not its directory. Where edit returns the same content, or an error, the file is left
// alone; Update returns that error unchanged. The edit must not modify the old content in place.
//
// The file keeps its permissions, and its owner and group as far as the process may set them. A symbolic link is
// followed, and stays; a link to a file that does not exist is an error. Errors other than edit's are an
// [*fs.PathError] with the path, [ErrChanged] included.
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
	old, info, err := read(target)
	if err != nil {
		return pathError(path, err)
	}
	data, err := edit(old)
	if err != nil || old != nil && bytes.Equal(old, data) {
		return err
	}
	if err := replace(target, old, data, info); err != nil {
		return pathError(path, err)
	}
	return nil
}

// Replace replaces the content of a file that was read before; nil stands for a file that did not exist. It fails with
// [ErrChanged] where the file is no longer what was read. Otherwise it does what [Update] does.
func Replace(ctx context.Context, path string, old, data []byte) error {
	return Update(ctx, path, func(now []byte) ([]byte, error) {
		if !same(now, old) {
			return nil, pathError(path, ErrChanged)
		}
		return data, nil
	})
}

// same reports whether two contents are equal; a missing file is not an empty one.
func same(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }

// resolve returns the file to which the symbolic links of a path lead. The file need not exist unless the path itself
// is a link, but its directory must.
func resolve(path string) (string, error) {
	target, err := filepath.EvalSymlinks(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return target, err
	}
	if _, lstatErr := os.Lstat(path); !errors.Is(lstatErr, fs.ErrNotExist) {
		return "", err // a link to nothing
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

// read returns the content of a file; both results are nil where it does not exist.
func read(target string) ([]byte, fs.FileInfo, error) {
	f, err := os.OpenFile(target, os.O_RDONLY|openSafely, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(f)
	return data, info, err
}

// replace writes a temporary file beside the target and renames it, unless the target has changed. The caller holds
// the lock, so no other writer uses the temporary file.
func replace(target string, old, data []byte, info fs.FileInfo) (err error) {
	temporary := beside(target, ".tmp")
	_ = os.Remove(temporary) // left by a crash
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newPermissions)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(temporary)
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if info != nil {
		keepOwner(f, info)
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	now, _, err := read(target)
	if err == nil && !same(now, old) {
		err = ErrChanged
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary, target)
}

// beside returns the name of a hidden file in the target's directory.
func beside(target, suffix string) string {
	dir, name := filepath.Split(target)
	return dir + "." + name + suffix
}

// pathError names the file as the caller knows it, not as links and temporary files spell it.
func pathError(path string, err error) error {
	return &fs.PathError{Op: "replace", Path: path, Err: withoutPath(err)}
}

func withoutPath(err error) error {
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		return of.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}
