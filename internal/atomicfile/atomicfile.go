// Package atomicfile writes a file whole or not at all.
package atomicfile

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// Write replaces a file, or makes one. A file that is there keeps its permissions; where a symbolic link
// leads to it, the link stays.
func Write(path string, data []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		target = path
	} else if err != nil {
		return err
	}
	err = renameio.WriteFile(target, data, 0o644, renameio.WithExistingPermissions())
	if temporary := (*fs.PathError)(nil); errors.As(err, &temporary) {
		return &fs.PathError{Op: "replace", Path: path, Err: temporary.Err} // the user knows this file
	}
	return err
}
