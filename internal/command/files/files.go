// Package files finds the template files that the arguments of a command name, reads them, and writes changes of files.
//
// What an argument names is read, whatever it is. What is found in a directory is read only if it is a
// regular file below that directory: a pull request could have a link that leads out of it, or a pipe that
// nobody writes to.
package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/template"
	"amplify-boundary/transform"
)

// MaxSize is the largest template that CloudFormation accepts, in bytes.
const MaxSize = 1 << 20

// File is a file that can be a template.
type File struct {
	Path  string // as given, or as found; [command.StandardStream] is standard input
	Named bool   // by an argument or by a nested stack, so that it must be a template

	dir   *directory
	key   string // its path below dir, with slashes
	given bool   // by an argument
}

// directory is one below which files and the templates of their nested stacks are read.
type directory struct {
	path  string
	store *nested.Directory
}

// Set is the files that a command line names, each once, in the order in which they are found.
type Set struct {
	Files   []File
	Skipped []findings.Skipped // for a reason of this package, or because they cannot be read

	exclude       []string // patterns
	dirs          map[string]*directory
	seen          map[string]int  // the index in Files, by real path
	skipped       map[string]bool // by absolute path
	hasUnreadable bool            // whether a file that was found in a directory has to be reported
}

// Find finds the files that arguments name: a file, the templates below a directory, or what a pattern
// matches. It leaves out of directories what the exclude patterns match. The caller closes the set.
func Find(arguments, exclude []string) (*Set, error) {
	s := &Set{exclude: exclude, dirs: make(map[string]*directory), seen: make(map[string]int)}
	for _, argument := range arguments {
		info, err := os.Stat(argument)
		switch {
		case err == nil && info.IsDir() && argument != command.StandardStream:
			err = s.addDirectory(argument)
		case err != nil && isPattern(argument):
			err = s.addPattern(argument)
		default:
			err = s.addNamed(argument)
		}
		if err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Close closes the directories.
func (s *Set) Close() {
	for _, dir := range s.dirs {
		_ = dir.store.Close()
	}
}

// addNamed adds a file that an argument names. The templates of its nested stacks are below its directory.
func (s *Set) addNamed(path string) error {
	dir, err := s.open(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // to read the file fails with a better message
	}
	s.Add(File{Path: path, Named: true, dir: dir, key: filepath.Base(path), given: true})
	return err
}

// Nested returns the file of a nested stack's template, which is below the directory of the file of.
func (f File) Nested(template nested.Location) File {
	return File{Path: filepath.Join(f.dir.path, filepath.FromSlash(template.Key)), Named: true, dir: f.dir, key: template.Key}
}

// Key is the same for the same file, whatever its spelling and the links that lead to it.
func (f File) Key() string { return realPath(f.Path) }

// Has reports whether the set has a file.
func (s *Set) Has(f File) bool {
	_, isKnown := s.seen[f.Key()]
	return isKnown
}

// Add adds a file that the set does not have. One that was found in a directory can be named afterwards.
func (s *Set) Add(f File) {
	path := f.Key()
	i, isKnown := s.seen[path]
	switch {
	case !isKnown:
		s.seen[path] = len(s.Files)
		s.Files = append(s.Files, f)
	case f.Named:
		s.Files[i].Named = true
	}
}

// open opens a directory once.
func (s *Set) open(path string) (*directory, error) {
	if dir := s.dirs[path]; dir != nil {
		return dir, nil
	}
	store, err := nested.OpenDirectory(path)
	if err != nil {
		return nil, err
	}
	s.dirs[path] = &directory{path, store}
	return s.dirs[path], nil
}

// Read reads a file, which has at most [MaxSize] bytes. It returns when the context ends, too. With an error
// it returns the text that could be read, if any.
func (f File) Read(ctx context.Context, streams command.IO) (data []byte, err error) {
	switch {
	case f.given:
		data, err = streams.ReadFile(ctx, f.Path)
	case f.Named:
		data, err = f.dir.store.Read(ctx, nested.Location{Key: f.key})
	default:
		data, err = readFound(f.Path)
	}
	if failure := (*fs.PathError)(nil); errors.As(err, &failure) {
		err = failure.Err // the path is beside the message
	}
	if err == nil && len(data) > MaxSize {
		err = errors.New("it is larger than 1 MB, more than CloudFormation accepts")
	}
	return data, err
}

// readFound reads the beginning of a regular file, which can be very large.
func readFound(path string) ([]byte, error) {
	const limit = 16 * MaxSize
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit))
}

// Skip records that a file that was found in a directory is not a template, and returns nil. If a file has to
// be reported instead, because it was named, or because it is broken and its text mentions what only templates
// have or is not known, Skip returns the error of reading it.
func (s *Set) Skip(f File, data []byte, err error) error {
	isReadable := errors.Is(err, template.ErrNotTemplate)
	if f.Named || !isReadable && (data == nil || template.Mentions(data)) {
		s.hasUnreadable = s.hasUnreadable || !f.Named
		return err
	}
	reason := NotTemplate
	if !isReadable {
		reason = unreadable + ": " + err.Error()
	}
	s.addSkipped(f.Path, reason)
	return nil
}

// addSkipped records a skipped file, once however often it is found.
func (s *Set) addSkipped(path, reason string) {
	key, err := filepath.Abs(path)
	if err == nil && s.skipped[key] {
		return
	}
	if s.skipped == nil {
		s.skipped = make(map[string]bool)
	}
	s.skipped[key] = true
	s.Skipped = append(s.Skipped, findings.Skipped{File: path, Reason: reason})
}

// NestedStacks locates the templates of a file's nested stacks, below the directory of the file.
func (f File) NestedStacks(stacks transform.Stacks, known intrinsic.Context) []nested.LocatedStack {
	return f.dir.store.Stacks(f.key, stacks, known)
}

// realPath returns the same path for the same file, whatever its spelling and the links that lead to it. A
// file that does not exist keeps its path.
func realPath(file string) string {
	path := file
	if real, err := filepath.EvalSymlinks(file); err == nil {
		path = real
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return path
}
