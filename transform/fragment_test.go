package transform_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

const otherARN = "arn:aws:iam::123456789012:policy/other"

func roles(ids ...string) (list []transform.Resource) {
	for _, id := range ids {
		list = append(list, transform.Resource{LogicalID: id, Type: "AWS::IAM::Role"})
	}
	return list
}

func TestResult(t *testing.T) {
	fragment := []byte(`{"Resources": {
		"Bare":   {"Type": "AWS::IAM::Role"},
		"Absent": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "AWS::NoValue"}}},
		"Same":   {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + transformtest.ARN + `"}},
		"Other":  {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + otherARN + `"}},
		"Half":   {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Fn::If": ["C", "` + otherARN + `", ""]}}},
		"User":   {"Type": "AWS::IAM::User"},
		"Queue":  {"Type": "AWS::SQS::Queue"}}}`)
	user := transform.Resource{LogicalID: "User", Type: "AWS::IAM::User"}
	type lists struct{ Added, Replaced, Kept, Same, UnboundedUsers []transform.Resource }
	for name, test := range map[string]struct {
		options transform.Options
		want    lists
	}{
		"replace": {transform.Options{}, lists{Added: roles("Bare", "Absent"), Same: roles("Same"), Replaced: roles("Other", "Half"),
			UnboundedUsers: []transform.Resource{user}}},
		"keep": {transform.Options{Existing: transform.Keep}, lists{Added: roles("Bare", "Absent", "Half"), Same: roles("Same"), Kept: roles("Other", "Half"),
			UnboundedUsers: []transform.Resource{user}}},
		"users": {transform.Options{Users: true}, lists{Added: append(roles("Bare", "Absent"), user), Same: roles("Same"), Replaced: roles("Other", "Half")}},
	} {
		t.Run(name, func(t *testing.T) {
			parsed := read(t, string(fragment), test.options)
			result, err := parsed.Bound(transformtest.ARN)
			if err != nil {
				t.Fatal(err)
			}
			got := lists{
				Added:          result.Added,
				Replaced:       result.Replaced,
				Kept:           result.Kept,
				Same:           result.Same,
				UnboundedUsers: parsed.UnboundedUsers,
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got, want := len(result.Added), len(test.want.Added); got != want {
				t.Errorf("got length %d, want %d", got, want)
			}
		})
	}
}

func TestWithoutBoundary(t *testing.T) {
	for fragment, want := range map[string]string{
		`{"Resources": {"F": {"Type": "AWS::Serverless::Function"}, "X": 7, "R": {"Type": "AWS::IAM::Role", "Properties": null}}}`: "",
		`{"A": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "x"}}}`:                                            "",
		` {} `: `{"Ref":"AWS::NoValue"}`,
	} {
		parsed, err := transform.Parse([]byte(fragment), transform.Options{})
		if err != nil {
			t.Errorf("%s: %v", fragment, err)
			continue
		}
		if want == "" {
			want = fragment
		}
		if got := string(parsed.WithoutBoundary()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if _, err := transform.Parse([]byte(`{"Resources": 7}`), transform.Options{}); err == nil {
		t.Error("a fragment of no known shape is taken")
	}
}

func TestMacroName(t *testing.T) {
	for fragment, want := range map[string]string{
		`[]`: "the fragment is not an object; declare Bounds in the template's Transform section, or by Fn::Transform in Resources, " +
			"in one resource, in a role's Properties, or as its PermissionsBoundary",
		`{"Resources": {"A": {"Type": "AWS::Serverless::Api"}}}`: "Bounds cannot set the permissions boundary on every role (A: AWS::Serverless::Api); " +
			"list Bounds after AWS::Serverless-2016-10-31: SAM creates roles later",
	} {
		_, err := bound([]byte(fragment), transform.Options{Macro: "Bounds"})
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestTemplates checks the properties on every JSON template below a directory:
//
//	TEMPLATES=../../my-templates go test ./transform -run Templates -v
func TestTemplates(t *testing.T) {
	dir := os.Getenv("TEMPLATES")
	if dir == "" {
		t.Skip("TEMPLATES names no directory of templates")
	}
	templates, refused, roles := 0, 0, 0
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" {
			return err
		}
		input, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if parsed, err := transform.Parse(input, transform.Options{}); err != nil || parsed.Shape != transform.ShapeTemplate {
			return nil
		}
		templates++
		for _, existing := range []transform.ExistingMode{transform.Replace, transform.Keep} {
			options := transform.Options{Existing: existing}
			output, err := bound(input, options)
			if err != nil {
				refused++
				t.Logf("%s: %v", path, err)
				break
			}
			checkProperties(t, input, output, options)
			if existing == transform.Replace {
				roles += len(principals(decoded(t, output), false))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if templates == refused {
		t.Errorf("no template in %s could be bounded", dir)
	}
	t.Logf("%d templates, %d of them refused, %d roles bounded", templates, refused, roles)
}

func TestFragment_Bound_placeholders(t *testing.T) {
	const arn = "arn:aws:iam::${AWS::AccountId}:policy/dev"
	for _, existing := range []string{"x", arn} { // nothing replaces placeholders in a string
		fragment, err := transform.Parse([]byte(`{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"`+existing+`"}}}}`), transform.Options{Existing: transform.Replace})
		if err != nil {
			t.Fatal(err)
		}
		bounded, err := fragment.Bound(arn)
		if err != nil {
			t.Fatal(err)
		}
		want := `{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":{"Fn::Sub":"` + arn + `"}}}}}`
		if got := string(bounded.Fragment.Join()); got != want {
			t.Errorf("over %q: got  %s\nwant %s", existing, got, want)
		}
	}
}
