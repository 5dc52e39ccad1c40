package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxTemplateSize is that of CloudFormation.
const maxTemplateSize = 1 << 20

// templateFiles lists the files below a directory that may be templates, by their names and sizes, in lexical order.
func templateFiles(dir string) ([]string, error) {
	var files []string
	err := walk(dir, func(path string, entry fs.DirEntry) error {
		if entry.IsDir() || !hasTemplateName(entry.Name()) {
			return nil
		}
		// The file behind a link counts; a link to nowhere is no template.
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Size() <= maxTemplateSize {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// walk visits a directory and what is below it, in lexical order. Hidden directories and node_modules are left
// out: what lies there was made or fetched by a tool. A link to a directory is followed if it is the directory
// itself, not below it.
func walk(dir string, visit func(path string, entry fs.DirEntry) error) error {
	root := dir + string(filepath.Separator)
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		return visit(path, entry)
	})
}

func hasTemplateName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml", ".template":
		return true
	default:
		return false
	}
}

// realPath returns the same path for the same file, whatever its spelling and the links that lead to it. A file that
// is not there keeps its path.
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
