package expand_test

import (
	"errors"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/rawjson"
	"amplify-boundary/internal/template/expand"
)

const malformed = "a Transform is neither a name, nor an object of Name and Parameters, nor a list of those; write it as one of them"

func named(names ...string) (list []expand.Transform) {
	for _, name := range names {
		list = append(list, expand.Transform{Name: name})
	}
	return list
}

func TestSectionListsTheTransformsInTheirOrder(t *testing.T) {
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

func TestSectionRefusesWhatIsNoDeclaration(t *testing.T) {
	for _, section := range []string{`null`, `1`, `[]`, `{}`, `{"Name": ""}`, `{"Name": 1}`, `{"Parameters": {}}`, `{"Name": "M", "Parameters": []}`, `["M", 1]`, `[["M"]]`} {
		transforms, rest, err := expand.Section([]byte(`{"Transform": ` + section + `, "Resources": {}}`))
		if err == nil || err.Error() != malformed || transforms != nil || rest != nil {
			t.Errorf("%s: got %v, %s, %v", section, transforms, rest, err)
		}
	}
}

func TestSectionRefusesWhatIsNoJSON(t *testing.T) {
	_, _, err := expand.Section([]byte(`{"Transform": "M", hunter2`))
	var fault *rawjson.Error
	if !errors.As(err, &fault) || err.Error() != "the template is not valid JSON at byte 19: a character or an escape does not belong there" {
		t.Errorf("got %v", err)
	}
}

func TestDeclaredInResources(t *testing.T) {
	for name, test := range map[string]struct {
		resources string
		want      bool
	}{
		"no":                       {`{"Role": {"Type": "T"}}`, false},
		"empty":                    {`{}`, false},
		"by_name":                  {`{"Fn::Transform": "M", "Role": {}}`, true},
		"with_parameters":          {`{"Role": {}, "Fn::Transform": {"Name": "M", "Parameters": {"Environment": "dev"}}}`, true},
		"as_the_last_of_a_list":    {`{"Fn::Transform": ["A", {"Name": "M"}]}`, true},
		"before_another_in_a_list": {`{"Fn::Transform": ["M", "A"]}`, false},
		"another":                  {`{"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "M"}}}`, false},
		"in_one_resource_only":     {`{"Role": {"Fn::Transform": "M"}}`, false},
		"by_the_name_of_a_section": {`{"Transform": "M"}`, false},
		"in_other_letters":         {`{"fn::transform": "M"}`, false},
		"a_name_that_differs":      {`{"Fn::Transform": "MM"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := expand.DeclaredInResources([]byte(`{"Transform": "M", "Resources": `+test.resources+`, "Fn::Transform": "M"}`), "M")
			if err != nil || got != test.want {
				t.Errorf("got %t, %v, want %t", got, err, test.want)
			}
		})
	}
}

func TestDeclaredInResourcesRefusesWhatItCannotRead(t *testing.T) {
	for name, test := range map[string]struct{ template, want string }{
		"a_malformed_declaration": {`{"Resources": {"Fn::Transform": 1}}`, malformed},
		"an_empty_list":           {`{"Resources": {"Fn::Transform": []}}`, malformed},
		"resources_of_text":       {`{"Resources": "hunter2"}`, "Resources is not an object"},
		"no_JSON":                 {`{"Resources": hunter2}`, "the template is not valid JSON at byte 14: a character or an escape does not belong there"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := expand.DeclaredInResources([]byte(test.template), "M")
			if err == nil || got || err.Error() != test.want {
				t.Errorf("got  %t, %v\nwant %s", got, err, test.want)
			}
		})
	}
}
