package files

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// pattern is a pattern of file names as shells have it, in which ** stands for any number of directories.
// Without a slash it matches a file or a directory of that name at any depth. What is below a directory that
// it matches, it matches too.
type pattern string

// AddExcludeFlag adds the flag that leaves files of directories out.
func AddExcludeFlag(cmd *cobra.Command, exclude *[]string) {
	cmd.Flags().StringArrayVar(exclude, "exclude", nil, "leave out files that match `PATTERN`; may be repeated")
}

// CheckPatterns returns an error for an argument or an exclude pattern that cannot be parsed.
func CheckPatterns(arguments, exclude []string) error {
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

func (p pattern) matches(file string) bool {
	names := strings.Split(path.Clean(filepath.ToSlash(file)), "/")
	text := strings.TrimSuffix(filepath.ToSlash(string(p)), "/")
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

// addPattern adds what a pattern matches: the files as if they were named.
func (s *Set) addPattern(text string) error {
	matches, err := glob(text)
	if err != nil {
		return err
	}
	if len(matches) == 0 {
		return fmt.Errorf("no file matches the pattern %q", text)
	}
	for _, match := range matches {
		add := s.addNamed
		if info, err := os.Stat(match); err == nil && info.IsDir() {
			add = s.addDirectory
		}
		if err := add(match); err != nil {
			return err
		}
	}
	return nil
}

// glob lists the files that a pattern matches.
func glob(text string) ([]string, error) {
	before, after, isDeep := strings.Cut(filepath.ToSlash(text), "**/")
	if !isDeep {
		return filepath.Glob(text)
	}
	roots := []string{"."}
	if before != "" {
		var err error
		if roots, err = filepath.Glob(filepath.FromSlash(strings.TrimSuffix(before, "/"))); err != nil {
			return nil, err
		}
	}
	var matches []string
	for _, root := range roots {
		err := walk(root, func(path string, entry fs.DirEntry) error {
			if !entry.IsDir() {
				return nil
			}
			in, err := glob(filepath.Join(literal(path), filepath.FromSlash(after)))
			matches = append(matches, in...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return matches, nil
}

// literal returns a pattern that matches a path alone. Windows has no escapes in patterns: there, ** does
// not search a directory with a bracket in its name.
func literal(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
