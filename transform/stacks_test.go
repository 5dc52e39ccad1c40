package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

func TestStacks(t *testing.T) {
	const stackType = "AWS::CloudFormation::Stack"
	stack := func(id string) transform.Resource { return transform.Resource{LogicalID: id, Type: stackType} }
	for name, test := range map[string]struct {
		fragment string
		want     transform.Stacks
	}{
		"template": {`{"Mappings": {"M": {}}, "Resources": {
			"Role": {"Type": "AWS::IAM::Role"},
			"One": {"Properties": {"Parameters": {"TemplateURL": "no"}, "TemplateURL": {"Ref": "URL"}}, "Condition": "C", "Type": "AWS::CloudFormation::Stack"},
			"Not": {"Type": "AWS::SQS::Queue", "Properties": {"TemplateURL": "x"}}}, "Conditions": {"C": {}}}`,
			transform.Stacks{
				List:       []transform.NestedStack{{Resource: stack("One"), Value: []byte(`{"Ref": "URL"}`), Parameters: []byte(`{"TemplateURL": "no"}`), Condition: "C"}},
				Mappings:   []byte(`{"M": {}}`),
				Conditions: []byte(`{"C": {}}`),
			}},
		"no_stack": {`{"Mappings": {"M": {}}, "Resources": {"Role": {"Type": "AWS::IAM::Role"}}}`, transform.Stacks{Mappings: []byte(`{"M": {}}`)}},
		"SAM_application_and_CDK_asset": {`{"Resources": {
			"App": {"Type": "AWS::Serverless::Application", "Properties": {"TemplateURL": "no", "Location": "x"}, "Metadata": "none"},
			"Asset": {"Metadata": {"aws:asset:path": "a.nested.template.json", "other": {}}, "Type": "AWS::CloudFormation::Stack"}}}`,
			transform.Stacks{List: []transform.NestedStack{
				{Resource: transform.Resource{LogicalID: "App", Type: "AWS::Serverless::Application"}, Value: []byte(`"x"`)},
				{Resource: stack("Asset"), AssetPath: "a.nested.template.json"},
			}}},
		"map": {`{"A\u0042": {"Type": "AWS::CloudFormation::\u0053tack", "Properties": {"Template\u0055RL": "x"}}}`,
			transform.Stacks{List: []transform.NestedStack{{Resource: stack("AB"), Value: []byte(`"x"`)}}}},
		"resource": {`{"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x"}}`,
			transform.Stacks{List: []transform.NestedStack{{Resource: stack(""), Value: []byte(`"x"`)}}}},
		"loops": {`{"Resources": {"Fn::ForEach::Outer": ["X", ["a"], {
			"Stack${X}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x"}},
			"Fn::ForEach::Inner": ["Y", ["a"], {"S${X}${Y}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "y"}}}],
			"Fn::ForEach::Other": ["Z", ["a"], {"T${X}${Z}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "z"}}}]}]}}`,
			transform.Stacks{List: []transform.NestedStack{
				{Resource: stack("Stack${X}"), Value: []byte(`"x"`)},
				{Resource: stack("S${X}${Y}"), Value: []byte(`"y"`)},
				{Resource: stack("T${X}${Z}"), Value: []byte(`"z"`)},
			}}},
		"without_a_clear_URL": {`{"Resources": {
			"None": {"Type": "AWS::CloudFormation::Stack"},
			"Empty": {"Type": "AWS::CloudFormation::Stack", "Properties": {}, "Condition": {"Ref": "C"}},
			"Text": {"Type": "AWS::CloudFormation::Stack", "Properties": "x"},
			"Function": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x", "Fn::Transform": {}}},
			"Variable": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x", "Template${X}": "y"}}}}`,
			transform.Stacks{List: []transform.NestedStack{
				{Resource: stack("None")}, {Resource: stack("Empty")}, {Resource: stack("Text")}, {Resource: stack("Function")}, {Resource: stack("Variable")},
			}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, test.fragment, transform.Options{}).Stacks()
			for _, s := range got.List {
				if at := s.TemplateURL; at.Found() != (s.Value != nil) || at.Found() && string(at.Of([]byte(test.fragment))) != string(s.Value) {
					t.Errorf("%s: got %s at %v", s.Resource, s.Value, at)
				}
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(transform.NestedStack{}, "TemplateURL"), cmpopts.IgnoreUnexported(transform.NestedStack{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestBound_others(t *testing.T) {
	const fragment = `{"Resources": {
		"A": {"Type": "AWS::IAM::Role"},
		"B": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "b"}},
		"C": {"Type": "AWS::IAM::Role", "Properties": {}},
		"D": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Ref": "D"}}}}}`
	f := read(t, fragment, transform.Options{})
	var others []cfn.Edit
	for _, s := range f.Stacks().List {
		others = append(others, cfn.Edit{At: s.TemplateURL, Text: []byte(`"copy of ` + s.LogicalID + `"`)})
	}
	got, err := f.Bound(transformtest.ARN, others...)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := f.Bound(transformtest.ARN)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(`"TemplateURL": "b"`, `"TemplateURL": "copy of B"`, `"TemplateURL": {"Ref": "D"}`, `"TemplateURL": "copy of D"`).
		Replace(string(bare.Fragment.Join()))
	if diff := cmp.Diff(want, string(got.Fragment.Join())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	limited := read(t, fragment, transform.Options{Limit: len(bare.Fragment.Join())})
	if _, err := limited.Bound(transformtest.ARN); err != nil {
		t.Errorf("without others: %v", err)
	}
	if _, err := limited.Bound(transformtest.ARN, others...); err == nil {
		t.Error("no limit for the others")
	}
}

func TestCheck(t *testing.T) {
	for fragment, options := range map[string]transform.Options{
		`{}`: {},
		`{"Resources": {"A": {"Type": "AWS::IAM::Role"}}}`:                                                            {},
		`{"Resources": {"A": {"Type": "AWS::IAM::Role", "Path": 5}}}`:                                                 {Limit: 60},
		`{"Resources": {"A": {"Type": "AWS::Serverless::Function"}}}`:                                                 {},
		`{"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + otherARN + `"}}}}`: {Existing: transform.Reject},
	} {
		f := read(t, fragment, options)
		_, want := f.Bound(transformtest.ARN)
		if got := f.Check(transformtest.ARN); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", fragment, got, want)
		}
	}
}

func TestLoopVariables(t *testing.T) {
	const stack = `{"Type": "AWS::CloudFormation::Stack"}`
	parsed := read(t, `{"Resources": {
		"None": `+stack+`,
		"Fn::ForEach::Outer": ["X", ["a"], {
			"Fn::ForEach::Inner": ["Y", ["a"], {"Two": `+stack+`}],
			"One": `+stack+`,
			"Fn::ForEach::Other": ["Z", ["a"], {"Other": `+stack+`}]}],
		"After": `+stack+`}}`, transform.Options{})
	got := make(map[string][]string)
	for _, s := range parsed.Stacks().List {
		got[s.LogicalID] = s.LoopVariables()
	}
	want := map[string][]string{"None": nil, "One": {"X"}, "Two": {"X", "Y"}, "Other": {"X", "Z"}, "After": nil}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
