package files

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// ValidateArguments wants at least one file or directory, and patterns that can be parsed.
func ValidateArguments(cmd *cobra.Command, arguments, exclude []string) error {
	if err := command.Count("at least one FILE or DIR", 1, math.MaxInt)(cmd, arguments); err != nil {
		return err
	}
	patterns := slices.DeleteFunc(slices.Clone(arguments), func(argument string) bool {
		_, err := os.Lstat(argument)
		return err == nil || !isPattern(argument)
	})
	for _, text := range append(patterns, exclude...) {
		if _, err := path.Match(filepath.ToSlash(text), ""); err != nil {
			return fmt.Errorf("pattern %q is malformed; close each [ with ], or escape it with a backslash", text)
		}
	}
	return nil
}

func isPattern(argument string) bool {
	return strings.ContainsAny(argument, "*?[") && !strings.Contains(argument, "://")
}

// matches reports whether a pattern of file names as shells have it matches a file; ** stands for any number of directories.
// Without a slash it matches a file or a directory of that name at any depth. What is below a directory that
// it matches, it matches too.
func matches(pattern, file string) bool {
	names := strings.Split(path.Clean(filepath.ToSlash(file)), "/")
	text := strings.TrimSuffix(filepath.ToSlash(pattern), "/")
	if !strings.Contains(text, "/") {
		return slices.ContainsFunc(names, func(name string) bool { return matchName(text, name) })
	}
	return matchNames(strings.Split(path.Clean(text), "/"), names)
}

// matchNames reports whether patterns match the names of a path, or the first of them.
func matchNames(patterns, names []string) bool {
	switch {
	case len(patterns) == 0:
		return true
	case patterns[0] == "**":
		return matchNames(patterns[1:], names) || len(names) > 0 && matchNames(patterns, names[1:])
	case len(names) == 0:
		return false
	default:
		return matchName(patterns[0], names[0]) && matchNames(patterns[1:], names[1:])
	}
}

func matchName(pattern, name string) bool {
	matched, err := path.Match(pattern, name)
	return err == nil && matched
}

// addPattern adds what a pattern matches below the directory with which it begins: each file must be a template.
func (s *Set) addPattern(text string) error {
	patterns := strings.Split(path.Clean(filepath.ToSlash(text)), "/")
	root, literal := ".", slices.IndexFunc(patterns, isPattern) // how many names are those of directories
	if literal > 0 {
		root = strings.Join(patterns[:literal], "/") + "/"
	}
	found := false
	err := walk(root, func(file string, entry fs.DirEntry) error {
		names := strings.Split(path.Clean(filepath.ToSlash(file)), "/")
		if len(names) <= literal || !matchNames(patterns, names) {
			return nil
		}
		found = true
		key, _ := filepath.Rel(root, file) // it begins with the root
		if s.skip(root, file, key, entry, true) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if info, err := os.Stat(file); err != nil || !info.IsDir() {
			return s.addNamed(file)
		}
		if err := s.addDirectory(file); err != nil || !entry.IsDir() {
			return err
		}
		return filepath.SkipDir
	})
	if err == nil && !found || errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no file matches the pattern %q", text)
	}
	return err
}
