package template

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

// ResourceLine returns the line in the file of a resource, also of one in a loop; where there is no such
// resource, that of the section Resources.
func (d *Document) ResourceLine(logicalID string) int {
	sections, _ := rawjson.Members(d.json, "the template")
	path, _ := resourcePath(sections["Resources"], []string{"Resources"}, logicalID)
	return d.Line(path...)
}

// resourcePath finds the path of a resource within a map of resources, whose own path is given and is
// returned where the resource is not found.
func resourcePath(resources jsontext.Value, path []string, logicalID string) ([]string, bool) {
	members, err := rawjson.Members(resources, "Resources")
	if err != nil {
		return path, false
	}
	if _, found := members[logicalID]; found {
		return append(path, logicalID), true
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var loop []jsontext.Value
		if !strings.HasPrefix(name, "Fn::ForEach::") || json.Unmarshal(members[name], &loop) != nil || len(loop) != 3 {
			continue
		}
		if inner, found := resourcePath(loop[2], append(slices.Clone(path), name, "2"), logicalID); found {
			return inner, true
		}
	}
	return path, false
}
