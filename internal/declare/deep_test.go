package declare_test

import (
	"strings"
	"testing"

	"amplify-boundary/internal/test/declaretest"
)

// The time is linear in the size of the template, however deep it is and however many values a line has. Otherwise this test
// would take minutes.
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
			declared, err := declaretest.Add([]byte(template), prod)
			if err != nil {
				t.Fatal(err)
			}
			removed, err := declaretest.Remove(declared, "")
			if err != nil {
				t.Fatal(err)
			}
			if name != "block" && string(removed) != template { // there, the transform stays a list
				t.Errorf("got %d bytes, want the %d of the template", len(removed), len(template))
			}
		})
	}
}
