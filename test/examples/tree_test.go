package examples_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/test/declaretest"
	"amplify-boundary/internal/test/lambdatest"
	"amplify-boundary/internal/test/mototest"
	"amplify-boundary/internal/test/stacktest"
)

// tree is an example that is a tree of templates, of which only the root declares the macro.
type tree struct {
	root          string
	templates     map[string]string // of the nested stacks, by bucket and key
	parameters    map[string]string
	environment   string
	levels, roles int
}

func trees(t *testing.T) map[string]tree {
	t.Helper()
	return map[string]tree{
		"amplify-gen1": {
			root:        "amplify-gen1/amplify/backend/awscloudformation/build/root-cloudformation-stack.json",
			templates:   amplifyBucket(t),
			parameters:  amplifyParameters(),
			environment: "dev",
			levels:      3,
			roles:       15,
		},
		"vendor": {
			root:        "vendor/template.yaml",
			templates:   vendorBucket(t),
			environment: "prod",
			levels:      4,
			roles:       3,
		},
	}
}

// inMoto reports whether moto can create the resources of a type.
func inMoto(resourceType string) bool {
	for _, unable := range []string{
		"Custom::",              // moto waits for an answer that no function sends
		"AWS::Lambda::Function", // its code must be in S3
		"AWS::AppSync::",        // moto's CloudFormation does not support this type and the next ones
		"AWS::Cognito::",
		"AWS::Scheduler::",
	} {
		if strings.HasPrefix(resourceType, unable) {
			return false
		}
	}
	return true
}

// With NESTED_STACKS=bound, the declaration of a root bounds every role of its tree: with the function itself, the templates in
// moto's S3, and the boundaries that IAM has after the deployment. The outputs of other resources, which are known in a stack
// operation but not in a change set, make no difference.
func TestTrees(t *testing.T) {
	s := newSite(t)
	for name, tree := range trees(t) {
		for object, text := range tree.templates {
			bucket, key, _ := strings.Cut(object, "/")
			mototest.PutObject(t, s.endpoint, stacktest.Region, bucket, key, text)
		}
		t.Run(name, func(t *testing.T) {
			root, err := declaretest.Add(read(t, tree.root), declare.Macro{})
			if err != nil {
				t.Fatal(err)
			}
			changeSet := s.cloudFormation("{{IntrinsicFunction:stack/Resource.Outputs.X/Fn::GetAtt}}").Create(t, name, root, tree.parameters)
			made := s.cloudFormation("hunter2").Create(t, name, root, tree.parameters)
			if diff := cmp.Diff(outcomes(changeSet), outcomes(made)); diff != "" {
				t.Errorf("-change set +operation:\n%s", diff)
			}
			tree.check(t, made)
			if strings.Contains(s.function.Log(), "hunter2") {
				t.Errorf("a value is in the log: %s", s.function.Log())
			}
			boundaries := made.Boundaries(t)
			deployed := made.Deploy(t, mototest.Start(t), tree.parameters, inMoto)
			if diff := cmp.Diff(boundaries, deployed); diff != "" {
				t.Errorf("in IAM (-processed +deployed):\n%s", diff)
			}
			fmt.Fprintf(t.Output(), "%d templates at %d levels, %d roles: each role bounded, in IAM too, nothing else changed\n", len(outcomes(made)), tree.levels, len(boundaries))
		})
	}
}

// site is an account with the function, whose calls go to moto.
type site struct {
	endpoint string
	function *lambdatest.Function
}

func newSite(t *testing.T) site {
	t.Helper()
	endpoint := mototest.Start(t)
	for name, value := range boundaries() {
		mototest.PutParameter(t, endpoint, stacktest.Region, name, value, types.ParameterTypeString)
	}
	mototest.CreateBucket(t, endpoint, stacktest.Region, "copies")
	bootstrap, err := lambdatest.Build(t.TempDir(), "../cmd/macro")
	if err != nil {
		t.Fatal(err)
	}
	variables := append(mototest.Environ(endpoint, stacktest.Region), "NESTED_STACKS=bound", "NESTED_TEMPLATE_BUCKET=copies")
	function, err := lambdatest.Start(t.Context(), []string{bootstrap}, variables...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { function.Stop() })
	return site{endpoint, function}
}

func (s site) cloudFormation(unknown string) stacktest.CloudFormation {
	return stacktest.CloudFormation{
		Macro: func(t testing.TB, request []byte) []byte {
			t.Helper()
			response, err := s.function.Invoke(request, 30*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			return response
		},
		Read: func(t testing.TB, url string) []byte {
			t.Helper()
			object, err := nested.Locate(url)
			if err != nil || object.Bucket != "copies" {
				t.Fatalf("got URL %s, want the URL of a copy (%v)", url, err)
			}
			return []byte(mototest.GetObject(t, s.endpoint, stacktest.Region, object.Bucket, object.Key))
		},
		Unknown: unknown,
	}
}

// outcomes returns the processed template or the refusal of each stack of a tree, by path.
func outcomes(s *stacktest.Stack) map[string]string {
	found := make(map[string]string)
	for path, stack := range s.All() {
		found[path] = string(stack.Processed) + stack.Refusal
	}
	return found
}

// check compares each template of a tree with its original: only boundaries and URLs may differ.
func (tree tree) check(t *testing.T, made *stacktest.Stack) {
	t.Helper()
	missed := maps.Clone(tree.templates)
	levels, roles := 0, 0
	for path, stack := range made.All() {
		if stack.Refusal != "" {
			t.Fatalf("%s: %s", path, stack.Refusal)
		}
		level := strings.Count(path, "/")
		levels = max(levels, level+1)
		original := read(t, tree.root)
		if level > 0 {
			var object string
			object, original = originalOf(t, missed, stack.Template)
			delete(missed, object)
		}
		without := []string{boundaryOfRole, urlOfStack}
		if diff := cmp.Diff(spelling(t, parse(t, original).JSON(), without...), spelling(t, stack.Processed, without...)); diff != "" {
			t.Errorf("%s: outside boundaries and URLs (-tool +macro):\n%s", path, diff)
		}
		n := checkBoundaries(t, stack.Processed, tree.environment)
		roles += n
		plural := "s"
		if n == 1 {
			plural = ""
		}
		fmt.Fprintf(t.Output(), "%s%s: %d role%s with the boundary of %s\n", strings.Repeat("  ", level+1), stack.Name, n, plural, tree.environment)
	}
	if levels != tree.levels || roles != tree.roles || len(missed) > 0 {
		t.Errorf("got %d levels and %d roles, and missed %d templates; want %d and %d, and all", levels, roles, len(missed), tree.levels, tree.roles)
	}
}

// originalOf returns the template from which a copy was made: the same bytes without the declaration.
func originalOf(t *testing.T, originals map[string]string, copied []byte) (object string, original []byte) {
	t.Helper()
	undeclared, err := declaretest.Remove(copied, cfn.DefaultMacro)
	if err != nil {
		t.Fatal(err)
	}
	for object, text := range originals {
		if text == string(undeclared) {
			return object, undeclared
		}
	}
	t.Fatalf("a copy has no original, or a second copy of it exists:\n%s", copied)
	return "", nil
}

// amplifyBucket returns the objects that the Amplify CLI makes of examples/amplify-gen1.
func amplifyBucket(t *testing.T) map[string]string {
	t.Helper()
	const (
		backend    = "amplify-gen1/amplify/backend"
		deployment = "amplify-recipes-dev-4b7e1-deployment/"
		api        = "amplify-appsync-files/6f1ab93c0d52e7748ab1c3f09d65e2784b0f13aa/stacks/"
	)
	objects := make(map[string]string)
	for _, file := range templates(t, backend) {
		category, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(file), backend+"/"), "/")
		key := "amplify-cfn-templates/" + category + "/"
		switch {
		case category == "awscloudformation":
			continue
		case filepath.Base(filepath.Dir(file)) == "stacks":
			key = api
		}
		objects[deployment+key+filepath.Base(file)] = string(read(t, file))
	}
	return objects
}

func vendorBucket(t *testing.T) map[string]string {
	t.Helper()
	const folder = "vendor/bucket/"
	objects := make(map[string]string)
	for _, file := range templates(t, folder) {
		objects["acme-solutions-eu-west-1/"+strings.TrimPrefix(filepath.ToSlash(file), folder)] = string(read(t, file))
	}
	return objects
}
