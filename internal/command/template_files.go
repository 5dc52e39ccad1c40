package command

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/template"
)

// MaxTemplateSize is that of CloudFormation.
const MaxTemplateSize = 1 << 20

// TemplateFiles lists the files below a directory that may be templates, by their names and sizes, in lexical order.
func TemplateFiles(dir string) ([]string, error) {
	var files []string
	err := Walk(dir, func(path string, entry fs.DirEntry) error {
		if entry.IsDir() || !hasTemplateName(entry.Name()) {
			return nil
		}
		// The file behind a link counts; a link to nowhere is no template.
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Size() <= MaxTemplateSize {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// Walk visits a directory and what is below it, in lexical order. Hidden directories and node_modules are left
// out: what lies there was made or fetched by a tool. A link to a directory is followed if it is the directory
// itself, not below it.
func Walk(dir string, visit func(path string, entry fs.DirEntry) error) error {
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

// RealPath returns the same path for the same file, whatever its spelling and the links that lead to it. A file that
// is not there keeps its path.
func RealPath(file string) string {
	path := file
	if real, err := filepath.EvalSymlinks(file); err == nil {
		path = real
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return path
}

var ErrNoTemplate = errors.New("not a template: it has no Resources section")

// Overridden returns a transform's parameters with the names that the command line gives.
func Overridden(parameters map[string]jsontext.Value, environment, project string) map[string]jsontext.Value {
	result := maps.Clone(parameters)
	if result == nil {
		result = make(map[string]jsontext.Value)
	}
	for name, value := range map[string]string{"Environment": environment, "Project": project} {
		if value != "" {
			result[name], _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(value, "\uFFFD"))
		}
	}
	return result
}

// resourcesKey matches what begins the section Resources of a file that cannot be read.
var resourcesKey = regexp.MustCompile(`(?m)^(?:\{?[ \t]*"Resources"|'Resources'|Resources)[ \t]*:`)

// IsTemplate reports whether a file is meant as a template, which may be broken.
func IsTemplate(data []byte) bool {
	document, err := template.Read(data)
	if err != nil {
		return resourcesKey.Match(data)
	}
	return Member(document.JSON(), "Resources").Kind() == '{'
}

// TemplatePath returns the file of a nested stack's template, where the resource names one that is there: as it is before a tool
// uploads it, or in the metadata that CDK leaves.
func TemplatePath(resource jsontext.Value, dir string) string {
	for _, where := range [][]string{
		{"Properties", "TemplateURL"},
		{"Properties", "Location"},
		{"Metadata", "aws:asset:path"},
	} {
		path, isText := cfn.Text(Member(resource, where...))
		path = strings.TrimPrefix(path, "file://")
		if !isText || path == "" || strings.Contains(path, "://") {
			continue
		}
		if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// Member returns the value to which names lead from an object; nothing where they lead nowhere.
func Member(value jsontext.Value, path ...string) jsontext.Value {
	for _, name := range path {
		members, err := cfn.Members(value, "the template")
		if err != nil {
			return nil
		}
		value = members[name]
	}
	return value
}
