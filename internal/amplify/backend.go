package amplify

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	Service  string // such as Lambda; empty where the file does not name it
	Dir      string // the directory of its files
}

// Backend reads amplify/backend/backend-config.json, which lists the project's resources. It fails where a name is not
// a single path segment, because files are written below the directories of that name.
func (p Project) Backend() (Backend, error) {
	b := Backend{Dir: filepath.Join(p.dir, "backend")}
	file := filepath.Join(b.Dir, "backend-config.json")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Backend{}, fmt.Errorf("%s does not exist; Amplify writes it with the project's first resource", file)
	}
	if err != nil {
		return Backend{}, err
	}
	categories, err := cfn.ReadObject(text, file)
	if err != nil {
		return Backend{}, err
	}
	for _, category := range categories.Members {
		if category.Name == "parameters" {
			continue // the uses of Amplify's own SSM parameters
		}
		resources, err := cfn.ReadObjectAt(text, category.Value, file)
		if err != nil {
			return Backend{}, err
		}
		for _, resource := range resources.Members {
			for _, name := range []string{category.Name, resource.Name} {
				if !isSegment(name) {
					return Backend{}, fmt.Errorf("%s: %s cannot be the name of a directory; correct it", file, cfn.ShortName(name))
				}
			}
			r, isImported, err := readResource(text, resource, file)
			if err != nil {
				return Backend{}, err
			}
			if isImported {
				continue
			}
			if !isSegment(category.Name) || !isSegment(resource.Name) {
				return Backend{}, fmt.Errorf("%s lists %q in category %q; each must be the name of one directory", file, resource.Name, category.Name)
			}
			r.Category, r.Dir = category.Name, filepath.Join(b.Dir, category.Name, resource.Name)
			b.Resources = append(b.Resources, r)
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

func readResource(text []byte, resource cfn.Member, file string) (r Resource, isImported bool, err error) {
	object, err := cfn.ReadObjectAt(text, resource.Value, file)
	if err != nil {
		return Resource{}, false, err
	}
	textOf := func(name string) string {
		member, found := object.Find(name)
		if !found {
			return ""
		}
		value, _ := cfn.Text(member.Value.Of(text))
		return value
	}
	return Resource{Name: resource.Name, Service: textOf("service")}, textOf("serviceType") == "imported", nil
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

// IsGenerated reports whether Amplify generates a file of the resource again at each push, which would undo an edit.
func (r Resource) IsGenerated(file string) bool {
	below, err := filepath.Rel(r.Dir, file)
	return err == nil && slices.Contains(strings.Split(filepath.ToSlash(filepath.Dir(below)), "/"), "build")
}
