package examples_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	gocmp "github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// With NESTED_STACKS=bound, the declaration of a root bounds every role of its tree.
func TestTrees(t *testing.T) {
	for name, test := range map[string]struct {
		root          string
		templates     map[string][]byte // of the nested stacks, by bucket and key
		parameters    map[string]string
		environment   string
		levels, roles int
	}{
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
	} {
		t.Run(name, func(t *testing.T) {
			original := read(t, test.root)
			root, err := transform.Declare(original, transform.Declaration{})
			if err != nil {
				t.Fatal(err)
			}
			made := &creation{bucket: &bucket{templates: test.templates}, environment: test.environment, created: make(map[string]bool)}
			made.create(t, stack{name: "the root", original: original, template: root, parameters: test.parameters, level: 1})
			if made.levels != test.levels || made.roles != test.roles || len(made.created) != len(test.templates)+1 {
				t.Errorf("got %d templates, %d levels, %d roles; want %d, %d, %d",
					len(made.created), made.levels, made.roles, len(test.templates)+1, test.levels, test.roles)
			}
			t.Logf("%d templates at %d levels, %d roles: each role bounded, nothing else changed", len(made.created), made.levels, made.roles)
		})
	}
}

// amplifyBucket is where the Amplify CLI has put the templates of examples/amplify-gen1.
func amplifyBucket(t *testing.T) map[string][]byte {
	t.Helper()
	const (
		backend    = "amplify-gen1/amplify/backend"
		deployment = "amplify-recipes-dev-4b7e1-deployment/"
		api        = "amplify-appsync-files/6f1ab93c0d52e7748ab1c3f09d65e2784b0f13aa/stacks/"
	)
	objects := make(map[string][]byte)
	for _, file := range templates(t, backend) {
		category, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(file), backend+"/"), "/")
		key := "amplify-cfn-templates/" + category + "/"
		switch {
		case category == "awscloudformation":
			continue
		case filepath.Base(filepath.Dir(file)) == "stacks":
			key = api
		}
		objects[deployment+key+filepath.Base(file)] = read(t, file)
	}
	return objects
}

func vendorBucket(t *testing.T) map[string][]byte {
	t.Helper()
	const folder = "vendor/bucket/"
	objects := make(map[string][]byte)
	for _, file := range templates(t, folder) {
		objects["acme-solutions-eu-west-1/"+strings.TrimPrefix(filepath.ToSlash(file), folder)] = read(t, file)
	}
	return objects
}

// creation plays CloudFormation: it creates a stack and those nested in it.
type creation struct {
	bucket        *bucket
	environment   string
	created       map[string]bool // the original templates
	levels, roles int
}

// stack is one to be created.
type stack struct {
	name       string
	original   []byte // the template before it was made to declare the macro
	template   []byte
	parameters map[string]string
	level      int
}

func (c *creation) create(t *testing.T, s stack) {
	t.Helper()
	c.created[string(s.original)] = true
	c.levels = max(c.levels, s.level)
	document := parse(t, s.template)
	values := parameterValues(t, document, s.parameters)
	output, declared, err := expand.Template(document.JSON(), transform.DefaultMacro, func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		return invoke(t, c.bucket, fragment, parameters, values)
	})
	if err != nil || !declared {
		t.Fatalf("level %d: declared %t, error %v\n%s", s.level, declared, err, s.template)
	}
	roles := checkBoundaries(t, output, c.environment)
	c.roles += roles
	t.Logf("%s%s: %d roles with the boundary of %s", strings.Repeat("  ", s.level), s.name, roles, c.environment)
	if diff := gocmp.Diff(spelling(t, parse(t, s.original).JSON(), boundaryOfRole, urlOfStack), spelling(t, output, boundaryOfRole, urlOfStack)); diff != "" {
		t.Errorf("outside boundaries and URLs (-tool +macro):\n%s", diff)
	}
	for _, child := range nestedStacks(t, output, values) {
		copied, found := c.bucket.copies[path.Base(child.url)]
		if !found {
			t.Fatalf("%s: there is no copy at %s", child.logicalID, child.url)
		}
		c.create(t, stack{name: child.logicalID, original: c.bucket.originalOf(t, copied), template: copied, parameters: child.parameters, level: s.level + 1})
	}
}

// child is a nested stack as its parent's template has it.
type child struct {
	logicalID, url string
	parameters     map[string]string
}

// unknown is the value of a parameter that only CloudFormation knows, such as another stack's output.
const unknown = "{{IntrinsicFunction:stack/Resource.Outputs.X/Fn::GetAtt}}"

// nestedStacks returns the nested stacks of a template that the macro has answered, in the order of their names.
func nestedStacks(t *testing.T, text []byte, values map[string]jsontext.Value) []child {
	t.Helper()
	var object struct {
		Mappings, Conditions jsontext.Value
		Resources            map[string]struct {
			Type       string
			Condition  string
			Properties jsontext.Value
		}
	}
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	evaluator := intrinsic.New(intrinsic.Context{
		ParameterValues: values, Mappings: object.Mappings, Conditions: object.Conditions, Region: "eu-west-1", AccountID: "123456789012",
	})
	var children []child
	for _, id := range slices.Sorted(maps.Keys(object.Resources)) {
		resource := object.Resources[id]
		if resource.Type != "AWS::CloudFormation::Stack" {
			continue
		}
		if exists, err := evaluator.Condition(resource.Condition); resource.Condition != "" && err == nil && !exists {
			continue
		}
		var properties struct {
			TemplateURL string
			Parameters  map[string]jsontext.Value
		}
		if err := json.Unmarshal(resource.Properties, &properties); err != nil {
			t.Fatal(err)
		}
		one := child{logicalID: id, url: properties.TemplateURL, parameters: make(map[string]string)}
		for name, value := range properties.Parameters {
			evaluated, _ := evaluator.Evaluate(value)
			known, _ := evaluated.Text()
			one.parameters[name] = cmp.Or(known, unknown)
		}
		children = append(children, one)
	}
	return children
}

// bucket stands in for S3.
type bucket struct {
	templates map[string][]byte

	mutex  sync.Mutex
	copies map[string][]byte
}

// Read returns a template by bucket and key.
func (b *bucket) Read(_ context.Context, place nested.Place) ([]byte, error) {
	text, found := b.templates[place.String()]
	if !found {
		return nil, errors.New("nothing there")
	}
	return text, nil
}

// Write keeps a copy.
func (b *bucket) Write(_ context.Context, name string, copied []byte) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.copies == nil {
		b.copies = make(map[string][]byte)
	}
	b.copies[name] = bytes.Clone(copied)
	return nil
}

// URL returns where a copy lies.
func (b *bucket) URL(_ context.Context, name string) (string, error) {
	return "https://copies.s3.eu-west-1.amazonaws.com/" + name, nil
}

// originalOf returns the template that a copy was made of: byte for byte, but for the declaration.
func (b *bucket) originalOf(t *testing.T, copied []byte) []byte {
	t.Helper()
	undeclared, err := transform.Undeclare(copied, transform.DefaultMacro)
	if err != nil {
		t.Fatal(err)
	}
	for _, original := range b.templates {
		if bytes.Equal(original, undeclared) {
			return original
		}
	}
	t.Fatalf("a copy differs from each template by more than the declaration:\n%s", copied)
	return nil
}
