// Package amplify reads and writes the files of an Amplify Gen 1 project.
package amplify

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"amplify-boundary/internal/cfn"
)

// ErrNoProject says that a directory belongs to no Amplify project.
var ErrNoProject = errors.New("not in an Amplify project (no directory amplify/.config)")

// Project is an Amplify project. Its files are read and written below its root only, whatever its links lead to.
type Project struct {
	dir  string // its directory amplify
	root string // the directory that was given, or that holds the directory amplify
}

// Open returns the project whose root, or whose directory amplify, is a directory.
func Open(dir string) (Project, error) {
	for _, candidate := range []string{filepath.Join(dir, "amplify"), dir} {
		if info, err := os.Stat(filepath.Join(candidate, ".config")); err == nil && info.IsDir() {
			return Project{candidate, dir}, nil
		}
	}
	return Project{}, fmt.Errorf("%s: %w", dir, ErrNoProject)
}

// Find returns the project that holds a directory.
func Find(dir string) (Project, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(filepath.Join(dir, "amplify", ".config")); err == nil && info.IsDir() {
			return Project{filepath.Join(dir, "amplify"), dir}, nil
		}
		if dir == filepath.Dir(dir) {
			return Project{}, fmt.Errorf("%s: %w", start, ErrNoProject)
		}
	}
}

// CurrentEnvironment returns the environment that is checked out; empty where none is. Amplify keeps it
// in .config/local-env-info.json, which is not under version control.
func (p Project) CurrentEnvironment() (string, error) {
	file := filepath.Join(p.dir, ".config", "local-env-info.json")
	data, err := p.read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	info, err := cfn.ReadObject(data, file)
	if err != nil {
		return "", fmt.Errorf("%w; correct it, or name the environment", err)
	}
	member, found := info.Find("envName")
	if !found {
		return "", nil
	}
	name, isText := cfn.Text(member.Value.Of(data))
	if !isText {
		return "", fmt.Errorf("%s: envName is not a string; correct it, or name the environment", file)
	}
	return name, nil
}

// read reads a file of the project. To open a named pipe, for example, could take forever.
func (p Project) read(file string) ([]byte, error) {
	if err := p.checkInside(file); err != nil {
		return nil, err
	}
	switch info, err := os.Stat(file); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", file)
	default:
		return os.ReadFile(file)
	}
}

// checkInside returns an error if a path leads out of the project, or to nothing.
func (p Project) checkInside(path string) error {
	root, rootErr := realPath(p.root)
	target, err := realPath(path)
	if err := cmp.Or(rootErr, err); err != nil {
		return err
	}
	if below, err := filepath.Rel(root, target); err != nil || !filepath.IsLocal(below) {
		return fmt.Errorf("%s leads out of the project, through a link; replace the link by what it leads to", path)
	}
	return nil
}

func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}
