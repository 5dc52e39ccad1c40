package check_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/test/commandtest"
	"amplify-boundary/internal/test/declaretest"
	"amplify-boundary/transform"
)

// What the macro refuses, check does not pass, and what the macro bounds, check passes: each golden pair that is a whole template
// without a declaration, with a declaration.
func TestCheckAgreesWithMacro(t *testing.T) {
	registry := commandtest.GoldenRegistry(t)
	bounded, refused := 0, 0
	for _, pair := range commandtest.GoldenPairs(t) {
		existing := pair.Options.Existing
		if pair.Options.Users || existing != "" && existing != transform.Replace || !commandtest.IsPlainTemplate(pair.Input) {
			continue
		}
		want := []int{0}
		if pair.Output != nil {
			bounded++
		} else {
			want = []int{1, 3} // it cannot be read, or it has findings
			refused++
		}
		t.Run(pair.Name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "template.json")
			declared, err := declaretest.Add(pair.Input, declare.Macro{Environment: "x"})
			if err != nil {
				t.Skipf("it cannot be declared there: %v", err)
			}
			if err := os.WriteFile(file, declared, 0o600); err != nil {
				t.Fatal(err)
			}
			exit, stdout, stderr := commandtest.Run(t, nil, nil, "check", file, "--registry", registry)
			if !slices.Contains(want, exit) {
				t.Errorf("got exit code %d, want one of %d; stdout: %s; stderr: %s", exit, want, stdout, stderr)
			}
			if exit, _, stderr := commandtest.Run(t, nil, nil, "check", file, "--registry", registry, "--strict"); pair.Output != nil && exit == 1 {
				t.Errorf("--strict: got exit code %d; stderr: %s", exit, stderr)
			}
		})
	}
	if bounded == 0 || refused == 0 {
		t.Errorf("%d pairs are bounded and %d refused; each kind is to be tried", bounded, refused)
	}
}

// The same with a declaration in a part of the template: each golden pair that is such a part.
func TestCheckAgreesWithMacroOnSnippets(t *testing.T) {
	registry := commandtest.GoldenRegistry(t)
	const declaration = `{"Name":"AmplifyBoundary","Parameters":{"Environment":"x"}}`
	tried := make(map[transform.Shape]int)
	for _, pair := range commandtest.GoldenPairs(t) {
		existing := pair.Options.Existing
		if pair.Options.Users || existing != "" && existing != transform.Replace || bytes.Contains(pair.Input, []byte("Fn::Transform")) {
			continue
		}
		object, err := cfn.ReadObject(pair.Input, "the fragment")
		if err != nil {
			continue // no such fragment can be a part of a template that can be read
		}
		fragment := object.At.Of(pair.Input)
		part, err := cfn.Apply(fragment, []cfn.Edit{cfn.Insert(fragment, cfn.Span{Start: 0, End: len(fragment)}, "Fn::Transform", []byte(declaration))})
		if err != nil {
			t.Fatal(err)
		}
		shape := partOf(pair.Input)
		template := map[transform.Shape]string{
			transform.ShapeResources:  `{"Resources":%s}`,
			transform.ShapeResource:   `{"Resources":{"R":%s}}`,
			transform.ShapeProperties: `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":%s}}}`,
		}[shape]
		if template == "" {
			continue
		}
		tried[shape]++
		t.Run(pair.Name, func(t *testing.T) {
			exit, stdout, stderr := commandtest.Run(t, nil, fmt.Appendf(nil, template, part), "check", "-", "--registry", registry)
			if refused := pair.Output == nil; refused != (exit != 0) {
				t.Errorf("got exit code %d, and the macro refuses it: %t; stdout: %s; stderr: %s", exit, refused, stdout, stderr)
			}
		})
	}
	if len(tried) < 3 {
		t.Errorf("not each shape was tried: %v", tried)
	}
}

// partOf returns the shape as which a fragment would be declared in a template, also where the macro refuses it.
func partOf(fragment []byte) transform.Shape {
	members, err := cfn.Members(fragment, "the fragment")
	if err != nil || members["Resources"] != nil {
		return ""
	}
	switch {
	case members["Type"].Kind() == '"':
		return transform.ShapeResource
	case members["AssumeRolePolicyDocument"] != nil:
		return transform.ShapeProperties
	case len(members) > 0:
		return transform.ShapeResources
	}
	return ""
}

// A template that the command transform bounded carries its boundaries literally: check has nothing to say of it.
func TestCheckPassesBoundedTemplates(t *testing.T) {
	registry := commandtest.GoldenRegistry(t)
	tried := 0
	for _, pair := range commandtest.GoldenPairs(t) {
		if pair.Output == nil || pair.Options.Users || pair.Options.Existing == transform.Keep || !commandtest.IsPlainTemplate(pair.Output) {
			continue
		}
		tried++
		t.Run(pair.Name, func(t *testing.T) {
			exit, stdout, stderr := commandtest.Run(t, nil, pair.Output, "check", "-", "--registry", registry, "--environment", "x", "--strict")
			if exit != 0 {
				t.Errorf("got exit code %d; stdout: %s; stderr: %s", exit, stdout, stderr)
			}
		})
	}
	if tried == 0 {
		t.Error("no pair was tried")
	}
}
