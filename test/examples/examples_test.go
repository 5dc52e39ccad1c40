// Package examples_test runs every template of the examples through the macro: those in the repository and, if CLIENTS names
// the folder that `make clients` fills, those that the users' own tools have built.
package examples_test

import (
	gocmp "cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/test/mototest"
	"amplify-boundary/internal/test/stacktest"
)

// example is the templates of one kind of user.
type example struct {
	name  string
	built bool   // by make clients; otherwise the templates are in the example's own folder
	kept  string // the folder of its templates below examples/, by default name
	// environment returns the environment of a template.
	environment func(file string) string
	// parameters are the values of those template parameters that a template has.
	parameters map[string]string
	// declaration is added to templates that do not have one: by the root's team, or by the macro in copies of nested
	// templates. Nil if the tool adds it.
	declaration *declare.Macro
	// roles is the number of roles in all its templates, so that a test fails if it misses one.
	roles int
}

func examples() []example {
	return []example{
		{name: "cloudformation", environment: always("dev"), roles: 1},
		{name: "vendor", environment: always("prod"), declaration: declaredFor("prod"), roles: 3},
		{name: "amplify-gen1", environment: always("dev"), declaration: declaredFor("dev"), roles: 15},
		{name: "amplify-parameters", kept: "amplify-gen1", environment: always("dev"), declaration: declaredFor(""), parameters: amplifyParameters(), roles: 15},
		{name: "amplify-root", built: true, environment: always("dev"), parameters: amplifyParameters(), roles: 3},
		{name: "amplify-gen2", kept: "amplify-gen2/testdata", environment: gen2Environment, roles: 26},
		{name: "sam", built: true, environment: always("dev"), parameters: map[string]string{"Stage": "dev"}, roles: 5},
		{name: "serverless", built: true, environment: always("prod"), roles: 2},
		{name: "cdk", built: true, environment: cdkEnvironment, roles: 74},
	}
}

func declaredFor(environment string) *declare.Macro {
	return &declare.Macro{Environment: environment}
}

// amplifyParameters are the template parameters with which Amplify's own templates name the environment.
func amplifyParameters() map[string]string {
	return map[string]string{
		"env": "dev",
		"referencetotransformerrootstackenv10C5A902Ref": "dev",
		"AuthRoleName":         "amplify-recipes-dev-4b7e1-authRole",
		"UnauthRoleName":       "amplify-recipes-dev-4b7e1-unauthRole",
		"DeploymentBucketName": "amplify-recipes-dev-4b7e1-deployment",
	}
}

func always(environment string) func(string) string {
	return func(string) string { return environment }
}

// gen2Environment is the branch's name, or sandbox for all sandboxes.
func gen2Environment(file string) string {
	if filepath.Base(filepath.Dir(file)) == "branch" {
		return "main"
	}
	return "sandbox"
}

// cdkEnvironment is the environment of a stage of examples/cdk, by the name of its assembly.
func cdkEnvironment(file string) string {
	switch filepath.Base(filepath.Dir(file)) {
	case "assembly-Prod":
		return "prod"
	case "assembly-Pipeline-Stage":
		return "stage"
	default:
		return "dev"
	}
}

func TestExamples(t *testing.T) {
	for _, e := range examples() {
		t.Run(e.name, func(t *testing.T) {
			files := templates(t, e.folder(t))
			moto := mototest.Start(t)
			roles := 0
			for i, file := range files {
				made := checkTemplate(t, e, fmt.Sprintf("stack%d", i), file)
				roles += checkBoundaries(t, made.Processed, e.environment(file))
				checkDeployed(t, moto, made, e.parameters)
			}
			if roles != e.roles {
				t.Errorf("got %d roles, want %d", roles, e.roles)
			}
			t.Logf("%d templates, %d roles: each role bounded, in IAM too, nothing else changed", len(files), roles)
		})
	}
}

// checkDeployed deploys the roles of a processed template and compares their boundaries in IAM. It deploys nothing else: policies
// refer to roles of other stacks, and moto supports few other types.
func checkDeployed(t *testing.T, moto string, s *stacktest.Stack, parameters map[string]string) {
	t.Helper()
	processed := s.Boundaries(t)
	if len(processed) == 0 {
		return
	}
	isRole := func(resourceType string) bool { return resourceType == "AWS::IAM::Role" }
	if diff := cmp.Diff(processed, s.Deploy(t, moto, parameters, isRole)); diff != "" {
		t.Errorf("in IAM (-processed +deployed):\n%s", diff)
	}
}

// folder returns the folder of the templates. It skips the test if they have not been built.
func (e example) folder(t *testing.T) string {
	t.Helper()
	if !e.built {
		return gocmp.Or(e.kept, e.name)
	}
	clients := os.Getenv("CLIENTS")
	if clients == "" {
		t.Skip("make clients builds these templates; CLIENTS names the folder that it fills")
	}
	return filepath.Join(clients, e.name)
}

// templates returns the templates below a folder: files with resources.
func templates(t *testing.T, folder string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".json", ".yaml"}, filepath.Ext(path)) {
			return err
		}
		document, err := template.Read(read(t, path))
		if err == nil && document.Line("Resources") > 0 {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
