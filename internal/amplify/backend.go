package amplify

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/cfn"
)

// Backend is what a project deploys: a root stack, and a nested stack for each resource.
type Backend struct {
	Dir       string     // the directory amplify/backend
	Resources []Resource // by category, then by name; imported ones, which have no stack, are left out
}

// Resource is a resource of a project, such as a function or an API.
type Resource struct {
	Category string // such as function
	Name     string
	Dir      string // the directory of its files
}

// Backend reads amplify/backend/backend-config.json, which lists the project's resources. It fails where a name is not
// a single path segment, because files are written below the directories of that name.
func (p Project) Backend() (Backend, error) {
	b := Backend{Dir: filepath.Join(p.dir, "backend")}
	file := filepath.Join(b.Dir, "backend-config.json")
	text, err := p.read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Backend{}, fmt.Errorf("%s does not exist; Amplify writes it with the project's first resource", file)
	}
	if err != nil {
		return Backend{}, err
	}
	if _, err := cfn.ReadObject(text, file); err != nil {
		return Backend{}, err
	}
	var categories map[string]map[string]struct {
		ServiceType string `json:"serviceType"`
	}
	if err := json.Unmarshal(text, &categories); err != nil {
		return Backend{}, fmt.Errorf("%s does not list resources by category and name; correct it", file) // the library's own error quotes the file
	}
	delete(categories, "parameters") // the uses of Amplify's own SSM parameters
	for category, resources := range categories {
		for name, r := range resources {
			for _, segment := range []string{category, name} {
				if !isSegment(segment) {
					return Backend{}, fmt.Errorf("%s: %s cannot be the name of a directory; correct it", file, cfn.ShortName(segment))
				}
			}
			dir := filepath.Join(b.Dir, category, name)
			if err := p.checkInside(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return Backend{}, err
			}
			if r.ServiceType != "imported" {
				b.Resources = append(b.Resources, Resource{category, name, dir})
			}
		}
	}
	slices.SortFunc(b.Resources, func(x, y Resource) int {
		return strings.Compare(x.Category+"/"+x.Name, y.Category+"/"+y.Name)
	})
	return b, nil
}

// isSegment reports whether a name stays in its directory when it becomes part of a path, on any system.
func isSegment(name string) bool {
	return name != "." && filepath.IsLocal(name) && !strings.ContainsAny(name, `/\:`)
}

// BackendOfRoot returns the directory amplify/backend of a file that the CLI generates for the root stack. All other templates
// below it are those of its nested stacks, which the CLI uploads under other names.
func BackendOfRoot(template string) (dir string, isRoot bool) {
	return strings.CutSuffix(template, filepath.Join(string(filepath.Separator), providerName, "build", "root-cloudformation-stack.json"))
}

// Override returns the file by which a project changes the root stack that Amplify generates. It need not exist.
func (b Backend) Override() string { return filepath.Join(b.Dir, providerName, "override.ts") }

// IsKept reports whether a file is in one of the directories from which Amplify deploys the project's own templates: that
// of the resource itself, and stacks, which GraphQL has. Files elsewhere, such as a function's code in src, are never
// deployed as templates.
func (r Resource) IsKept(file string) bool {
	dir := filepath.Dir(file)
	return dir == r.Dir || dir == filepath.Join(r.Dir, "stacks")
}
