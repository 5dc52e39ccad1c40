package examples_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/registry/registrytest"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// checkTemplate runs a template through the macro as CloudFormation does, and returns how many roles it has.
// Each is to carry the boundary of its environment, and all else is to be as the tool made it.
func checkTemplate(t *testing.T, e example, file string) (roles int) {
	t.Helper()
	original, document := parse(t, read(t, file)), parse(t, e.deployed(t, file))
	declared, _, err := expand.Section(document.JSON())
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if len(declared) == 0 {
		if len(roleBoundaries(t, document.JSON())) > 0 {
			t.Errorf("%s has roles and does not declare the macro", file)
		}
		return 0
	}
	values := parameterValues(t, document, e.parameters)
	output, _, err := expand.Template(document.JSON(), transform.DefaultMacro, func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		return invoke(t, nil, fragment, parameters, values)
	})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}

	if diff := cmp.Diff(spelling(t, original.JSON(), boundaryOfRole), spelling(t, output, boundaryOfRole)); diff != "" {
		t.Errorf("%s: outside the boundaries (-tool +macro):\n%s", file, diff)
	}
	return checkBoundaries(t, output, e.environment(file))
}

// checkBoundaries returns how many roles a template has. Each is to carry the boundary of an environment.
func checkBoundaries(t *testing.T, text []byte, environment string) (roles int) {
	t.Helper()
	found, want := roleBoundaries(t, text), boundaryOf(environment)
	for role, got := range found {
		if got != want {
			t.Errorf("the boundary of %s: got %v, want %s", role, got, want)
		}
	}
	return len(found)
}

// deployed returns a template as it is deployed: with a declaration, where it lies here without.
func (e example) deployed(t *testing.T, file string) []byte {
	t.Helper()
	text := read(t, file)
	if e.declaration == nil {
		return text
	}
	text, err := transform.Declare(text, *e.declaration)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return text
}

func parse(t *testing.T, text []byte) *template.Document {
	t.Helper()
	document, err := template.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// parameterValues are the values that a stack of a template has: its own defaults, and those given of the parameters
// that it has.
func parameterValues(t *testing.T, document *template.Document, given map[string]string) map[string]jsontext.Value {
	t.Helper()
	var assignments []string
	for name, value := range given {
		if document.Line("Parameters", name) > 0 {
			assignments = append(assignments, name+"="+value)
		}
	}
	values, err := document.ParameterValues(assignments)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// invoke sends a fragment to the macro in a request as CloudFormation makes it. With templates, the macro sees
// to nested stacks.
func invoke(t *testing.T, templates nested.Store, fragment []byte, parameters, values map[string]jsontext.Value) ([]byte, error) {
	t.Helper()
	variables := make(map[string]string)
	if templates != nil {
		variables = map[string]string{"NESTED_STACKS": string(nested.Bound), "NESTED_TEMPLATE_BUCKET": "copies"}
	}
	settings, err := macro.ReadSettings(func(name string) string { return variables[name] })
	if err != nil {
		t.Fatal(err)
	}
	request := fmt.Appendf(nil, `{"requestId":"example","region":"eu-west-1","accountId":"123456789012",`+
		`"transformId":"123456789012::AmplifyBoundary","params":%s,"templateParameterValues":%s,"fragment":%s}`,
		object(t, parameters), object(t, values), fragment)
	response, err := macro.NewHandler(settings, boundaries(), templates, io.Discard).Invoke(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Status       string         `json:"status"`
		ErrorMessage string         `json:"errorMessage"`
		Fragment     jsontext.Value `json:"fragment"`
	}
	if err := json.Unmarshal(response, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Status != macro.Success {
		return nil, errors.New(answer.ErrorMessage)
	}
	return answer.Fragment, nil
}

func object(t *testing.T, members map[string]jsontext.Value) []byte {
	t.Helper()
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// boundaries is a registry of all environments of the examples.
func boundaries() registrytest.Values {
	values := make(registrytest.Values)
	for _, environment := range []string{"dev", "stage", "prod", "main", "sandbox"} {
		values[registry.DefaultPrefix+"/"+environment] = boundaryOf(environment)
	}
	return values
}

func boundaryOf(environment string) string {
	return "arn:aws:iam::123456789012:policy/boundaries/" + environment
}
