package transform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

func read(t *testing.T, fragment string, options transform.Options) *transform.Fragment {
	t.Helper()
	parsed, err := transform.Parse([]byte(fragment), options)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestFaults(t *testing.T) {
	fragment := `{"Resources": {
		"Other":   {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + otherARN + `"}},
		"Sam":     {"Type": "AWS::Serverless::Function"},
		"Module":  {"Type": "My::Own::MODULE"},
		"Again":   {"Fn::Transform": {"Name": "AWS::Include"}},
		"Whole":   {"Type": "AWS::IAM::Role", "Properties": {"Ref": "P"}},
		"Fn::ForEach::Loop": ["X", ["a"], {"Each${X}": {"Type": "${X}"}}],
		"Broken":  "text"},
		"Fn::Transform": "A"}`
	want := []transform.Fault{
		{Resource: transform.Resource{LogicalID: "Again"}, Problem: transform.LeftoverTransform},
		{Resource: transform.Resource{LogicalID: "Broken"}, Problem: transform.NoType},
		{Resource: transform.Resource{LogicalID: "Each${X}", Type: "${X}"}, Problem: transform.LoopVariableType},
		{Resource: transform.Resource{LogicalID: "Fn::Transform"}, Problem: transform.LeftoverTransform},
		{Resource: transform.Resource{LogicalID: "Module", Type: "My::Own::MODULE"}, Problem: transform.Module},
		{Resource: transform.Resource{LogicalID: "Sam", Type: "AWS::Serverless::Function"}, Problem: transform.Serverless},
		{Resource: transform.Resource{LogicalID: "Whole", Type: "AWS::IAM::Role"}, Problem: transform.PropertiesIntrinsic},
	}
	for _, existing := range []transform.ExistingMode{transform.Replace, transform.Keep, transform.Reject} {
		parsed := read(t, fragment, transform.Options{Existing: existing})
		got := parsed.Faults()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", existing, diff)
		}
		got[0] = transform.Fault{}
		if diff := cmp.Diff(want, parsed.Faults()); diff != "" {
			t.Errorf("%s, after a change of the list (-want +got):\n%s", existing, diff)
		}
	}
}

func TestNoFaults(t *testing.T) {
	if got := read(t, `{"Resources": {"Role": {"Type": "AWS::IAM::Role"}}}`, transform.Options{}).Faults(); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestRolesWithout(t *testing.T) {
	arn := transformtest.ARN
	for name, test := range map[string]struct {
		properties string
		want       bool
	}{
		"no_boundary":               {`{}`, true},
		"the_boundary":              {`{"PermissionsBoundary": "` + arn + `"}`, false},
		"the_boundary_escaped":      {`{"PermissionsBound\u0061ry": "\u0061` + arn[1:] + `"}`, false},
		"another":                   {`{"PermissionsBoundary": "` + otherARN + `"}`, true},
		"null":                      {`{"PermissionsBoundary": null}`, true},
		"empty":                     {`{"PermissionsBoundary": ""}`, true},
		"AWS::NoValue":              {`{"PermissionsBoundary": {"Ref": "AWS::NoValue"}}`, true},
		"a_template_parameter":      {`{"PermissionsBoundary": {"Ref": "Boundary"}}`, true},
		"a_function_of_the_same":    {`{"PermissionsBoundary": {"Fn::Sub": "` + arn + `"}}`, true},
		"a_list":                    {`{"PermissionsBoundary": ["` + arn + `"]}`, true},
		"both_branches":             {`{"PermissionsBoundary": {"Fn::If": ["C", "` + arn + `", "` + arn + `"]}}`, false},
		"one_branch_else_another":   {`{"PermissionsBoundary": {"Fn::If": ["C", "` + arn + `", "` + otherARN + `"]}}`, true},
		"one_branch_else_none":      {`{"PermissionsBoundary": {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, "` + arn + `"]}}`, true},
		"all_branches_at_depth":     {`{"PermissionsBoundary": {"Fn::If": ["C", "` + arn + `", {"Fn::If": ["D", "` + arn + `", "` + arn + `"]}]}}`, false},
		"not_all_branches_at_depth": {`{"PermissionsBoundary": {"Fn::If": ["C", "` + arn + `", {"Fn::If": ["D", "` + arn + `", null]}]}}`, true},
		"another_propertys_value":   {`{"Description": "` + arn + `", "Tags": {"PermissionsBoundary": "` + arn + `"}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			fragment := `{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": ` + test.properties + `}}}`
			var want []transform.Resource
			if test.want {
				want = []transform.Resource{{LogicalID: "Role", Type: "AWS::IAM::Role"}}
			}
			// How the macro would treat an existing boundary says nothing about what stands there.
			for _, existing := range []transform.ExistingMode{transform.Replace, transform.Keep, transform.Reject} {
				got := read(t, fragment, transform.Options{Existing: existing}).RolesWithout(arn)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", existing, diff)
				}
			}
		})
	}
}

func TestRolesWithoutOrder(t *testing.T) {
	const fragment = `{"Resources": {
		"Zebra": {"Type": "AWS::IAM::Role"},
		"Queue": {"Type": "AWS::SQS::Queue"},
		"User":  {"Type": "AWS::IAM::User"},
		"Fn::ForEach::Loop": ["X", ["a"], {"Each${X}": {"Type": "AWS::IAM::Role"}}],
		"Bound": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + transformtest.ARN + `"}},
		"Abbot": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/"}}}}`
	role := func(id string) transform.Resource { return transform.Resource{LogicalID: id, Type: "AWS::IAM::Role"} }
	want := []transform.Resource{role("Zebra"), role("Each${X}"), role("Abbot")}
	if diff := cmp.Diff(want, read(t, fragment, transform.Options{}).RolesWithout(transformtest.ARN)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	want = []transform.Resource{role("Zebra"), {LogicalID: "User", Type: "AWS::IAM::User"}, role("Each${X}"), role("Abbot")}
	if diff := cmp.Diff(want, read(t, fragment, transform.Options{Users: true}).RolesWithout(transformtest.ARN)); diff != "" {
		t.Errorf("with users (-want +got):\n%s", diff)
	}
}

// What the macro has bounded lacks nothing, unless it keeps a role's own boundary.
func TestRolesWithoutAfterBound(t *testing.T) {
	checked := 0
	for _, pair := range transformtest.Pairs(t, "testdata", *update) {
		if pair.Output == nil || pair.Options.Existing == transform.Keep || read(t, string(pair.Input), pair.Options).Shape == transform.ShapeBoundary {
			continue
		}
		bounded := read(t, string(pair.Output), pair.Options)
		if got := bounded.RolesWithout(transformtest.ARN); len(got) != 0 {
			t.Errorf("%s: got %v", pair.Name, got)
		}
		if bounded.HasRoles() {
			checked++
		}
	}
	if checked == 0 {
		t.Error("no golden output has roles")
	}
}

func TestHasRoles(t *testing.T) {
	for fragment, want := range map[string]bool{
		`{"Resources": {}}`: false,
		`{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}`:                                                                   false,
		`{"Resources": {"User": {"Type": "AWS::IAM::User"}}}`:                                                                     false,
		`{"Resources": {"Sam": {"Type": "AWS::Serverless::Function"}}}`:                                                           false,
		`{"Resources": {"Role": {"Type": "AWS::IAM::Role"}}}`:                                                                     true,
		`{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + transformtest.ARN + `"}}}}`: true,
		`{"Resources": {"Fn::ForEach::L": ["X", ["a"], {"R${X}": {"Type": "AWS::IAM::Role"}}]}}`:                                  true,
	} {
		if got := read(t, fragment, transform.Options{}).HasRoles(); got != want {
			t.Errorf("%s: got %t, want %t", fragment, got, want)
		}
	}
}
