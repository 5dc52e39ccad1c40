package expand_test

import (
	"errors"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/template/expand"
)

const malformed = "a Transform is neither a name, nor an object of Name and Parameters, nor a list of those; write it as one of them"

func named(names ...string) (list []expand.Transform) {
	for _, name := range names {
		list = append(list, expand.Transform{Name: name})
	}
	return list
}

func TestSection(t *testing.T) {
	for name, test := range map[string]struct {
		template string
		want     []expand.Transform
		rest     string
	}{
		"none":        {`{"Resources": {}}`, nil, `{"Resources": {}}`},
		"one":         {`{"Transform": "M", "Resources": {}}`, named("M"), `{"Resources": {}}`},
		"last_member": {`{"Resources": {}, "Transform": "M"}`, named("M"), `{"Resources": {}}`},
		"only_member": {`{"Transform": "M"}`, named("M"), `{}`},
		"escaped":     {`{"Tr\u0061nsform": "\u004d", "Resources": {}}`, named("M"), `{"Resources": {}}`},
		"a_list":      {`{"Transform": ["B", "A", "B"], "Resources": {}}`, named("B", "A", "B"), `{"Resources": {}}`},
		"with_parameters": {`{"Transform": ["A", {"Name": "M", "Parameters": {"Environment": {"Ref": "Stage"}, "N": 1e3}}], "Resources": {}}`,
			[]expand.Transform{{Name: "A"}, {Name: "M", Parameters: map[string]jsontext.Value{
				"Environment": jsontext.Value(`{"Ref": "Stage"}`), "N": jsontext.Value(`1e3`)}}},
			`{"Resources": {}}`},
		"others_of_that_name_stay": {`{"Resources": {"Transform": {"Transform": "A"}, "R": {"Fn::Transform": "B"}}, "Transform": "M", "Outputs": {"Transform": {}}}`,
			named("M"), `{"Resources": {"Transform": {"Transform": "A"}, "R": {"Fn::Transform": "B"}}, "Outputs": {"Transform": {}}}`},
		"only_others_of_that_name": {`{"Resources": {"Transform": {"Transform": "A"}}}`, nil, `{"Resources": {"Transform": {"Transform": "A"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, rest, err := expand.Section([]byte(test.template))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("transforms (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.rest, string(rest)); diff != "" {
				t.Errorf("template (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSectionMalformed(t *testing.T) {
	for _, section := range []string{`null`, `1`, `[]`, `{}`, `{"Name": ""}`, `{"Name": 1}`, `{"Parameters": {}}`, `{"Name": "M", "Parameters": []}`, `["M", 1]`, `[["M"]]`} {
		transforms, rest, err := expand.Section([]byte(`{"Transform": ` + section + `, "Resources": {}}`))
		if err == nil || err.Error() != malformed || transforms != nil || rest != nil {
			t.Errorf("%s: got %v, %s, %v", section, transforms, rest, err)
		}
	}
}

func TestSectionNotJSON(t *testing.T) {
	_, _, err := expand.Section([]byte(`{"Transform": "M", hunter2`))
	var fault *cfn.Error
	if !errors.As(err, &fault) || err.Error() != "the template is not valid JSON at byte 19: a character or an escape does not belong there" {
		t.Errorf("got %v", err)
	}
}
