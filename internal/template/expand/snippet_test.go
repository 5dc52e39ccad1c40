package expand_test

import (
	"fmt"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template/expand"
)

func named(names ...string) (list []declare.Transform) {
	for _, name := range names {
		list = append(list, declare.Transform{Name: name})
	}
	return list
}

func TestSnippets(t *testing.T) {
	const template = `{"Transform": "Whole", "Fn::Transform": "Top", "Resources": {
		"A": {"Fn::Transform": ["One", {"Name": "Two"}], "Properties": {"Fn::Transform": {"Name": "Inner"}}},
		"Fn::ForEach::L": ["X", ["a"], {"B${X}": {"Properties": {"PermissionsBoundary": {"Fn::Transform": "InLoop"}}}}],
		"Fn\u003a:Transform": "Map",
		"a/b~c": {"Fn::Transform": "Odd"},
		"D": ["Fn::Transform", {"E": "Fn::Transform"}]}}`
	got, err := expand.Snippets([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	want := []expand.Snippet{
		{Path: "/Resources/A/Properties", Transforms: named("Inner")},
		{Path: "/Resources/A", Transforms: named("One", "Two")},
		{Path: "/Resources/Fn::ForEach::L/2/B${X}/Properties/PermissionsBoundary", Transforms: named("InLoop")},
		{Path: "/Resources/a~1b~0c", Transforms: named("Odd")},
		{Path: "/Resources", Transforms: named("Map")},
		{Transforms: named("Top")},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(expand.Snippet{})); diff != "" {
		t.Errorf("snippets (-want +got):\n%s", diff)
	}
}

func TestSnippetsRefuses(t *testing.T) {
	for name, test := range map[string]struct{ template, want string }{
		"malformed": {`{"Resources": {"Fn::Transform": 1}}`, "a transform must be a name, an object with Name and Parameters, or a list of these"},
		"no_JSON":   {`{"Resources": hunter2}`, "the template is not valid JSON at byte 14: a character or an escape does not belong there"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := expand.Snippets([]byte(test.template))
			if err == nil || got != nil || err.Error() != test.want {
				t.Errorf("got %v, %v, want error %s", got, err, test.want)
			}
		})
	}
}

func ExampleTemplate() {
	const template = `{"Transform":"AmplifyBoundary","Resources":{"Role":{"Type":"AWS::IAM::Role"}}}`
	output, declared, err := expand.Template([]byte(template), "AmplifyBoundary",
		func(fragment []byte, _ map[string]jsontext.Value) ([]byte, error) {
			fmt.Printf("the macro gets %s\n", fragment)
			return fragment, nil
		})
	fmt.Printf("declared %t: %s %v\n", declared, output, err)
	// Output:
	// the macro gets {"Resources":{"Role":{"Type":"AWS::IAM::Role"}}}
	// declared true: {"Resources":{"Role":{"Type":"AWS::IAM::Role"}}} <nil>
}

// RunSnippets runs over the snippets that it is given, and does not look for others: a caller that has listed them reads the
// template only once.
func TestRunSnippets(t *testing.T) {
	const template = `{"Transform": "M", "A": {"Fn::Transform": "M", "a": 1}, "B": {"Fn::Transform": "M", "b": 2}}`
	snippets, err := expand.Snippets([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	var calls []call
	got, err := expand.RunSnippets([]byte(template), snippets[1:], "M", unchanged(&calls))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"Transform": "M", "A": {"Fn::Transform": "M", "a": 1}, "B": {"b": 2}}`; string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if diff := cmp.Diff([]call{{Fragment: `{"b": 2}`}}, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
