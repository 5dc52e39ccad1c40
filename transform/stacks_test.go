package transform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
				List:       []transform.NestedStack{{Resource: stack("One"), Value: []byte(`{"Ref": "URL"}`), Condition: "C"}},
				Mappings:   []byte(`{"M": {}}`),
				Conditions: []byte(`{"C": {}}`),
			}},
		"no_stack": {`{"Mappings": {"M": {}}, "Resources": {"Role": {"Type": "AWS::IAM::Role"}}}`, transform.Stacks{}},
		"map": {`{"A\u0042": {"Type": "AWS::CloudFormation::\u0053tack", "Properties": {"Template\u0055RL": "x"}}}`,
			transform.Stacks{List: []transform.NestedStack{{Resource: stack("AB"), Value: []byte(`"x"`)}}}},
		"resource": {`{"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x"}}`,
			transform.Stacks{List: []transform.NestedStack{{Resource: stack(""), Value: []byte(`"x"`)}}}},
		"loops": {`{"Resources": {"Fn::ForEach::Outer": ["X", ["a"], {
			"Stack${X}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x"}},
			"Fn::ForEach::Inner": ["Y", ["a"], {"S${X}${Y}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "y"}}}],
			"Fn::ForEach::Other": ["Z", ["a"], {"T${X}${Z}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "z"}}}]}]}}`,
			transform.Stacks{List: []transform.NestedStack{
				{Resource: stack("Stack${X}"), Value: []byte(`"x"`), LoopVariables: []string{"X"}},
				{Resource: stack("S${X}${Y}"), Value: []byte(`"y"`), LoopVariables: []string{"X", "Y"}},
				{Resource: stack("T${X}${Z}"), Value: []byte(`"z"`), LoopVariables: []string{"X", "Z"}},
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
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(transform.NestedStack{}, "TemplateURL")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
