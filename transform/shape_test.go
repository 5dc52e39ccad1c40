package transform_test

import (
	"errors"
	"strings"
	"testing"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

func TestShape(t *testing.T) {
	const (
		role    = `{"Type":"AWS::IAM::Role"}`
		none    = transform.Shape("none")
		twofold = transform.Shape("two")
	)
	for name, test := range map[string]struct {
		fragment string
		want     transform.Shape
	}{
		"template":                     {`{"Resources":{"A":` + role + `}}`, transform.ShapeTemplate},
		"template_without_resources":   {`{"Resources":{}}`, transform.ShapeTemplate},
		"template_with_sections":       {`{"Metadata":{"A":` + role + `},"Parameters":{"Type":{"Type":"String"}},"Resources":{"A":` + role + `}}`, transform.ShapeTemplate},
		"template_with_type_a_number":  {`{"Resources":{},"Type":1}`, transform.ShapeTemplate},
		"template_resource_named_type": {`{"Resources":{"Type":` + role + `}}`, transform.ShapeTemplate},
		"template_type_in_loop_body":   {`{"Resources":{"Fn::ForEach::L":["X",[],{"Type":"A::B"}]}}`, transform.ShapeTemplate},
		"template_and_resource":        {`{"Resources":{"A":` + role + `},"Type":"A::B"}`, twofold},
		"template_and_resource_before": {`{"Type":"AWS::IAM::Role","Properties":{},"Resources":{}}`, twofold},
		"template_and_properties":      {`{"AssumeRolePolicyDocument":{},"Resources":{}}`, twofold},
		"template_and_map":             {`{"Resources":{},"A":` + role + `}`, twofold},
		"template_and_map_before":      {`{"A":` + role + `,"Resources":{}}`, twofold},
		"template_and_loop":            {`{"Resources":{},"Fn::ForEach::L":["X",[],{}]}`, twofold},
		"resource_named_resources":     {`{"Resources":` + role + `,"A":{}}`, twofold},
		"resources_not_an_object":      {`{"Resources":[]}`, none},
		"resources_null_beside_type":   {`{"Type":"AWS::IAM::Role","Resources":null}`, none},

		"resource":                       {role, transform.ShapeResource},
		"resource_with_resource_inside":  {`{"Type":"A::B","Properties":` + role + `}`, transform.ShapeResource},
		"resource_and_properties":        {`{"Type":"AWS::IAM::Role","AssumeRolePolicyDocument":{}}`, twofold},
		"resource_and_properties_before": {`{"AssumeRolePolicyDocument":{},"Type":"A::B"}`, twofold},

		"properties":                      {`{"AssumeRolePolicyDocument":{},"Path":"/"}`, transform.ShapeProperties},
		"properties_with_plain_type":      {`{"AssumeRolePolicyDocument":{},"DeploymentPreference":{"Type":"Canary"}}`, transform.ShapeProperties},
		"properties_with_type_a_function": {`{"AssumeRolePolicyDocument":{},"X":{"Type":{"Fn::Sub":"A::B"}}}`, transform.ShapeProperties},
		"properties_and_map":              {`{"AssumeRolePolicyDocument":{},"A":{"Type":"AWS::SNS::Topic"}}`, twofold},
		"properties_and_escaped_map":      {`{"AssumeRolePolicyDocument":{},"A":{"T\u0079pe":"AWS\u003a\u003aIAM"}}`, twofold},
		"properties_and_kept_map":         {`{"AssumeRolePolicyDocument":{"Type":"AWS::IAM::Role"},"PermissionsBoundary":` + role + `}`, twofold},
		"resource_named_policy":           {`{"AssumeRolePolicyDocument":` + role + `}`, twofold},
		"properties_and_loop":             {`{"AssumeRolePolicyDocument":{},"Fn::ForEach::L":["X",[],{}]}`, twofold},
		"properties_of_type_null":         {`{"Type":null,"AssumeRolePolicyDocument":{}}`, transform.ShapeProperties},

		"boundary": {` { } `, transform.ShapeBoundary},

		"resources":                      {`{"A":` + role + `,"B":{}}`, transform.ShapeResources},
		"resources_with_one_named_type":  {`{"Type":` + role + `}`, transform.ShapeResources},
		"resources_only_a_loop":          {`{"Fn::ForEach::L":["X",[],{}]}`, transform.ShapeResources},
		"resources_with_a_loop_no_list":  {`{"Fn::ForEach::L":1}`, transform.ShapeResources},
		"resources_with_one_not_object":  {`{"A":` + role + `,"B":1}`, none},
		"resources_with_type_a_number":   {`{"Type":1,"A":` + role + `}`, none},
		"resources_named_like_sections":  {`{"Mappings":` + role + `,"Outputs":{}}`, transform.ShapeResources},
		"list":                           {`[` + role + `]`, none},
		"string":                         {`"AWS::IAM::Role"`, none},
		"null":                           {`null`, none},
		"properties_without_a_policy":    {`{"Path":"/"}`, none},
		"properties_with_only_functions": {`{"Ref":"X"}`, none},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := transform.Parse([]byte(test.fragment), transform.Options{Macro: "Bounds"})
			var shape *transform.ShapeError
			switch test.want {
			case none:
				if !errors.As(err, &shape) || parsed != nil {
					t.Errorf("got %v, %v, want a shape error", parsed, err)
				}
			case twofold:
				if err != nil {
					t.Fatal(err)
				}
				result, err := parsed.Bound(transformtest.ARN)
				const advice = "declare Bounds in the template's Transform section, where nothing is ambiguous"
				if !errors.As(err, &shape) || result != nil || !strings.HasSuffix(err.Error(), advice) {
					t.Errorf("got %v, %v, want a shape error", result, err)
				}
				if parsed.NothingToBound() {
					t.Error("got nothing to bound")
				}
				if got := string(parsed.WithoutBoundary()); got != test.fragment {
					t.Errorf("without a boundary, got %s", got)
				}
			default:
				if err != nil || parsed.Shape != test.want {
					t.Errorf("got %v, %v, want %s", parsed, err, test.want)
				}
			}
		})
	}
}

func TestNothingToBound(t *testing.T) {
	for name, test := range map[string]struct {
		fragment string
		want     bool
	}{
		"template":              {`{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}`, true},
		"template_of_nothing":   {`{"Resources":{}}`, true},
		"nested_stack":          {`{"Resources":{"A":{"Type":"AWS::CloudFormation::Stack"}}}`, true},
		"user_left_alone":       {`{"Resources":{"A":{"Type":"AWS::IAM::User"}}}`, true},
		"map":                   {`{"A":{"Type":"AWS::SNS::Topic"}}`, true},
		"role":                  {`{"Resources":{"A":{"Type":"AWS::IAM::Role"}}}`, false},
		"bounded_role":          {`{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"` + transformtest.ARN + `"}}}}`, false},
		"role_in_loop":          {`{"Fn::ForEach::L":["X",[],{"A":{"Type":"AWS::IAM::Role"}}]}`, false},
		"fault":                 {`{"Resources":{"A":{"Type":"AWS::Serverless::Function"}}}`, false},
		"fault_at_the_top":      {`{"Resources":{},"Fn::Transform":[]}`, false},
		"resource":              {`{"Type":"AWS::SNS::Topic"}`, false},
		"properties":            {`{"AssumeRolePolicyDocument":{}}`, false},
		"boundary":              {`{}`, false},
		"role_with_a_bad_value": {`{"A":{"Type":"AWS::IAM::Role","Properties":1}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(t, test.fragment, transform.Options{}).NothingToBound(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	fragments := map[string]string{
		"added":     `{"Resources":{"A":{"Type":"AWS::IAM::Role"},"B":{"Type":"AWS::IAM::Role","Properties":{"Path":"/"}}}}`,
		"replaced":  `{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"` + strings.Repeat("x", 500) + `"}}}}`,
		"untouched": `{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}`,
	}
	for name, fragment := range fragments {
		t.Run(name, func(t *testing.T) {
			result, err := read(t, fragment, transform.Options{}).Bound(transformtest.ARN)
			if err != nil {
				t.Fatal(err)
			}
			size := len(result.Fragment.Join())
			if _, err := read(t, fragment, transform.Options{Limit: size}).Bound(transformtest.ARN); err != nil {
				t.Errorf("got %v at the limit", err)
			}
			result, err = read(t, fragment, transform.Options{Limit: size - 1}).Bound(transformtest.ARN)
			var tooLarge *transform.SizeError
			if !errors.As(err, &tooLarge) || result != nil {
				t.Fatalf("got %v, %v, want a size error", result, err)
			}
			if got, want := *tooLarge, (transform.SizeError{Size: size, Limit: size - 1}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}
