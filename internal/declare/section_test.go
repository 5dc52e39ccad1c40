package declare_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/declare"
)

const malformed = "line 1: a transform must be a name, an object with Name and Parameters, or a list of these"

func named(names ...string) (list []declare.Transform) {
	for _, name := range names {
		list = append(list, declare.Transform{Name: name})
	}
	return list
}

func TestSection(t *testing.T) {
	for name, test := range map[string]struct {
		template string
		want     []declare.Transform
		rest     string
	}{
		"none":        {`{"Resources": {}}`, nil, `{"Resources": {}}`},
		"one":         {`{"Transform": "M", "Resources": {}}`, named("M"), `{"Resources": {}}`},
		"last_member": {`{"Resources": {}, "Transform": "M"}`, named("M"), `{"Resources": {}}`},
		"escaped":     {`{"Tr\u0061nsform": "\u004d", "Resources": {}}`, named("M"), `{"Resources": {}}`},
		"a_list":      {`{"Transform": ["B", "A", "B"], "Resources": {}}`, named("B", "A", "B"), `{"Resources": {}}`},
		"with_parameters": {`{"Transform": ["A", {"Name": "M", "Parameters": {"Environment": {"Ref": "Stage"}, "N": 1e3}}], "Resources": {}}`,
			[]declare.Transform{{Name: "A"}, {Name: "M", Parameters: map[string]jsontext.Value{
				"Environment": jsontext.Value(`{"Ref":"Stage"}`), "N": jsontext.Value(`1e3`)}}},
			`{"Resources": {}}`},
		"others_of_that_name_stay": {`{"Resources": {"Transform": {"Transform": "A"}, "R": {"Fn::Transform": "B"}}, "Transform": "M", "Outputs": {"Transform": {}}}`,
			named("M"), `{"Resources": {"Transform": {"Transform": "A"}, "R": {"Fn::Transform": "B"}}, "Outputs": {"Transform": {}}}`},
		"only_others_of_that_name": {`{"Resources": {"Transform": {"Transform": "A"}}}`, nil, `{"Resources": {"Transform": {"Transform": "A"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			section, err := declare.Read([]byte(test.template))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, section.Transforms(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("transforms (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.rest, string(section.Rest())); diff != "" {
				t.Errorf("template (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSectionMalformed(t *testing.T) {
	for _, section := range []string{`null`, `1`, `[]`, `{}`, `{"Name": ""}`, `{"Name": 1}`, `{"Parameters": {}}`, `{"Name": "M", "Parameters": []}`, `["M", 1]`, `[["M"]]`} {
		got, err := declare.Read([]byte(`{"Transform": ` + section + `, "Resources": {}}`))
		if err == nil || err.Error() != malformed || got != nil {
			t.Errorf("%s: got %v, %v", section, got, err)
		}
	}
}
