package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Reasons for which a file is skipped.
const (
	NotTemplate  = "not a template"
	Excluded     = "excluded"
	LeadsOut     = "a link that leads out of the directory"
	LeadsNowhere = "a link to a file that does not exist"
	LeadsAside   = "a link to a directory that is left out"
	NotRegular   = "not a regular file"

	unreadable = "unreadable" // and why
)

// addDirectory adds the files below a directory that are templates by their names.
func (s *Set) addDirectory(path string) error {
	dir, err := s.open(path)
	if err != nil {
		return err
	}
	return walk(path, func(file string, entry fs.DirEntry) error {
		key, _ := filepath.Rel(path, file) // it begins with the path
		isSkipped := s.skip(path, file, key, entry, hasTemplateName(file))
		switch {
		case entry.IsDir() && isSkipped:
			return filepath.SkipDir
		case entry.IsDir(), isSkipped, !hasTemplateName(file):
			return nil
		}
		s.Add(File{Path: file, dir: dir, key: filepath.ToSlash(key)})
		return nil
	})
}

// skip reports whether an entry of a directory is not read, and records why. It records nothing of files that are not
// wanted, unless they are directories, or links to these.
func (s *Set) skip(dir, file, key string, entry fs.DirEntry, isWanted bool) bool {
	reason := s.reasonToSkip(dir, file, key, entry, isWanted)
	if reason != "" {
		s.addSkipped(file, reason)
	}
	return reason != ""
}

func (s *Set) reasonToSkip(dir, file, key string, entry fs.DirEntry, isWanted bool) string {
	isLink := entry.Type()&fs.ModeSymlink != 0
	switch {
	case (entry.IsDir() || isWanted) && slices.ContainsFunc(s.exclude, func(p string) bool { return matches(p, file) || matches(p, key) }):
		return Excluded
	case !isLink && !entry.IsDir() && !entry.Type().IsRegular() && isWanted:
		return NotRegular
	case !isLink:
		return ""
	}
	target, err := os.Stat(file)
	isDirectory := err == nil && target.IsDir()
	path, outside := filepath.Rel(realPath(dir), realPath(file))
	switch {
	case !isDirectory && !isWanted:
		return ""
	case err != nil:
		return LeadsNowhere
	case outside != nil || !filepath.IsLocal(path):
		return LeadsOut
	case isDirectory && path != "." && slices.ContainsFunc(strings.Split(path, string(filepath.Separator)), isHidden): // [walk] does not visit it
		return LeadsAside
	case isDirectory:
		return "" // what it leads to is found without it
	case !target.Mode().IsRegular():
		return NotRegular
	default:
		return ""
	}
}

// isHidden reports whether tools made or fetched what is in a directory of this name.
func isHidden(name string) bool { return strings.HasPrefix(name, ".") || name == "node_modules" }

// walk visits a directory and what is below it, in lexical order. It leaves out hidden directories and
// node_modules, which tools made or fetched. It follows a link to the directory itself, but none below it.
func walk(dir string, visit func(path string, entry fs.DirEntry) error) error {
	root := dir + string(filepath.Separator)
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && isHidden(entry.Name()) {
			return filepath.SkipDir
		}
		return visit(path, entry)
	})
}

func hasTemplateName(path string) bool {
	return slices.Contains([]string{".json", ".yaml", ".yml", ".template"}, strings.ToLower(filepath.Ext(path)))
}
