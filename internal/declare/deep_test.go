package declare_test

import (
	"strings"
	"testing"

	"amplify-boundary/internal/declare"
)

// A template that is nested as deep as can be is read in one pass for each level that may be edited, not for each
// level there is, and a line not once for each entry on it: else these would take minutes.
func TestDeepTemplates(t *testing.T) {
	const deep = 190
	brackets := strings.Repeat("[", deep) + strings.Repeat("]", deep)
	var block strings.Builder
	for i := range 190 {
		block.WriteString(strings.Repeat(" ", 4+i) + "x:\n")
	}
	for name, template := range map[string]string{
		"flow_in_parameters": "Resources: {}\nTransform:\n  - Name: A\n    Parameters: {x: " + brackets + "}\n",
		"flow_in_resources":  "{Resources: {A: " + brackets + "}, Outputs: {}, }\n",
		"flow_on_one_line":   "Transform: [" + strings.Repeat("{Name: A}, ", 20_000) + "]\nResources: {}\n",
		"block":              "Transform:\n  Name: A\n  Parameters:\n" + block.String() + strings.Repeat("\n", 100_000) + "Resources: {}\n",
		"json":               `{"Transform":{"Name":"A","Parameters":{"x":` + brackets + `}},"Resources":{"A":` + brackets + `}}`,
	} {
		t.Run(name, func(t *testing.T) {
			declared, err := declare.Add([]byte(template), prod)
			if err != nil {
				t.Fatal(err)
			}
			undeclared, err := declare.Remove(declared, "")
			if err != nil {
				t.Fatal(err)
			}
			if len(undeclared) > len(template)+len("[]") {
				t.Errorf("got %d bytes, want at most those of the template, %d, and a list", len(undeclared), len(template))
			}
		})
	}
}
