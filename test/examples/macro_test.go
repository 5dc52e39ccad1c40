package examples_test

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/test/declaretest"
	"amplify-boundary/internal/test/registrytest"
	"amplify-boundary/internal/test/stacktest"
)

// checkTemplate creates a stack from a template as CloudFormation does, without its nested stacks, and returns it. Outside the
// boundaries, the processed template must be what the tool made.
func checkTemplate(t *testing.T, e example, name, file string) *stacktest.Stack {
	t.Helper()
	original, deployed := parse(t, read(t, file)), e.deployed(t, file)
	made := stacktest.CloudFormation{Macro: invoke, Levels: 1}.Create(t, name, withoutExtensions(t, deployed), e.parameters)
	if made.Refusal != "" {
		t.Fatalf("%s: %s", file, made.Refusal)
	}
	switch got := declared(t, deployed); {
	case got == declare.Absent:
		if len(roleBoundaries(t, made.Processed)) > 0 {
			t.Errorf("%s has roles and does not declare the macro", file)
		}
		return made
	case got != declare.Last:
		t.Errorf("%s: the macro is %s", file, got)
	}
	if diff := cmp.Diff(spelling(t, original.JSON(), boundaryOfRole), spelling(t, made.Processed, boundaryOfRole)); diff != "" {
		t.Errorf("%s: outside the boundaries (-tool +macro):\n%s", file, diff)
	}
	return made
}

// declared reports where a template declares the macro.
func declared(t *testing.T, text []byte) declare.State {
	t.Helper()
	template, err := declare.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return template.State(cfn.DefaultMacro)
}

// withoutExtensions returns a template without the transform AWS::LanguageExtensions, which only AWS can run.
// The functions that it evaluates stay; no example has the loops that it expands.
func withoutExtensions(t *testing.T, text []byte) []byte {
	t.Helper()
	text, err := declaretest.Remove(text, "AWS::LanguageExtensions")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// invoke answers a request as the macro does, with all settings unset.
func invoke(t testing.TB, request []byte) []byte {
	t.Helper()
	settings, err := macro.ReadSettings(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	response, err := macro.NewHandler(settings, boundaries(), nil, io.Discard).Invoke(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// checkBoundaries returns the number of roles of a template. Each must have the boundary of an environment.
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

// deployed returns a template as it is deployed: with a declaration.
func (e example) deployed(t *testing.T, file string) []byte {
	t.Helper()
	text := read(t, file)
	if e.declaration == nil {
		return text
	}
	text, err := declaretest.Add(text, *e.declaration)
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

// boundaries is a registry with all environments of the examples.
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
