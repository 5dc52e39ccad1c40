package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/mototest"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// exampleTree is a tree of the examples, with the root declared as its team declares it.
type exampleTree struct {
	cloud      *cloud
	function   function
	plain      map[string][]byte // the templates as their makers wrote them, by bucket and key
	unknown    string            // the value of what only CloudFormation knows
	roles, all int
}

// The trees of the examples, through the real function and moto's S3. A change set does not know the outputs
// of other resources, a stack operation knows them; neither changes what is done.
func TestTree_examples(t *testing.T) {
	const (
		examples   = "../../examples/"
		amplify    = examples + "amplify-gen1/amplify/backend/"
		deployment = "amplify-recipes-dev-4b7e1-deployment"
	)
	endpoint, c := newSettingsCloud(t)
	mototest.PutParameter(t, endpoint, "eu-west-1", "/amplify-boundary/prod", devARN, types.ParameterTypeString)
	vendor := objects(t, examples+"vendor/bucket", func(path string) string { return "acme-solutions-eu-west-1/" + path })
	gen1 := objects(t, amplify, func(path string) string {
		category, _, _ := strings.Cut(path, "/")
		if filepath.Base(filepath.Dir(path)) == "stacks" {
			return deployment + "/amplify-appsync-files/6f1ab93c0d52e7748ab1c3f09d65e2784b0f13aa/stacks/" + filepath.Base(path)
		}
		return deployment + "/amplify-cfn-templates/" + category + "/" + filepath.Base(path)
	})
	for _, templates := range []map[string][]byte{vendor, gen1} {
		c.upload(t, templates)
	}
	for name, test := range map[string]struct {
		root       string
		plain      map[string][]byte
		values     map[string]string
		all, roles int
	}{
		"vendor": {examples + "vendor/template.yaml", vendor, nil, 4, 3},
		"amplify-gen1": {amplify + "awscloudformation/build/root-cloudformation-stack.json", gen1, map[string]string{
			"AuthRoleName":         "amplify-recipes-dev-4b7e1-authRole",
			"UnauthRoleName":       "amplify-recipes-dev-4b7e1-unauthRole",
			"DeploymentBucketName": deployment,
		}, 12, 15},
	} {
		text, err := os.ReadFile(test.root)
		if err != nil {
			t.Fatal(err)
		}
		declared, err := transform.Declare(text, transform.Declaration{})
		if err != nil {
			t.Fatal(err)
		}
		for stage, unknown := range map[string]string{"change_set": "{{IntrinsicFunction:root/Other.Outputs.X/Fn::GetAtt}}", "given": "hunter2"} {
			t.Run(name+"/"+stage, func(t *testing.T) {
				tree := &exampleTree{cloud: c, function: c.function, plain: test.plain, unknown: unknown}
				tree.create(t, text, declared, test.values)
				if tree.all != test.all || tree.roles != test.roles {
					t.Errorf("got %d templates with %d roles, want %d with %d", tree.all, tree.roles, test.all, test.roles)
				}
				if log := tree.function.Log(); strings.Contains(log, "hunter2") {
					t.Errorf("a value is in the log: %s", log)
				}
			})
		}
	}
}

// objects reads the templates below a folder, by bucket and key.
func objects(t *testing.T, folder string, place func(path string) string) map[string][]byte {
	t.Helper()
	found := make(map[string][]byte)
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(folder, path))
		found[place(path)] = text
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// upload puts objects into their buckets, which it makes.
func (c *cloud) upload(t *testing.T, objects map[string][]byte) {
	t.Helper()
	for place, text := range objects {
		bucket, key, _ := strings.Cut(place, "/")
		_, err := c.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{
			Bucket:                    aws.String(bucket),
			CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraintEuWest1},
		})
		if owned := (*s3types.BucketAlreadyOwnedByYou)(nil); err != nil && !errors.As(err, &owned) {
			t.Fatal(err)
		}
		if _, err := c.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: bytes.NewReader(text)}); err != nil {
			t.Fatal(err)
		}
	}
}

// create plays CloudFormation over a template, given as its maker wrote it and as it is deployed, and over
// those that the processed one leads to.
func (e *exampleTree) create(t *testing.T, plain, deployed []byte, given map[string]string) {
	t.Helper()
	e.all++
	document, err := template.Read(deployed)
	if err != nil {
		t.Fatal(err)
	}
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
	output, _, err := expand.Template(document.JSON(), transform.DefaultMacro, func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		request, err := json.Marshal(map[string]any{
			"requestId": "id-1", "region": "eu-west-1", "accountId": mototest.AccountID, "transformId": mototest.AccountID + "::AmplifyBoundary",
			"params": parameters, "templateParameterValues": values, "fragment": jsontext.Value(fragment),
		})
		if err != nil {
			return nil, err
		}
		answer, _ := e.function.invoke(t, request, ample)
		var a struct {
			Status       string         `json:"status"`
			Fragment     jsontext.Value `json:"fragment"`
			ErrorMessage string         `json:"errorMessage"`
		}
		if err := json.Unmarshal(answer, &a); err != nil || a.Status != "success" {
			return nil, fmt.Errorf("status %q: %s", a.Status, a.ErrorMessage)
		}
		return a.Fragment, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	e.compare(t, plain, output)
	e.follow(t, output, values)
}

// compare holds a processed template against its original: boundaries and URLs differ, and nothing else.
func (e *exampleTree) compare(t *testing.T, plain, output []byte) {
	t.Helper()
	document, err := template.Read(plain)
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := errors.Join(json.Unmarshal(document.JSON(), &want), json.Unmarshal(output, &got)); err != nil {
		t.Fatal(err)
	}
	delete(want, "Transform")
	for id, resource := range want["Resources"].(map[string]any) {
		r := resource.(map[string]any)
		switch r["Type"] {
		case "AWS::IAM::Role":
			e.roles++
			r["Properties"].(map[string]any)["PermissionsBoundary"] = devARN
		case "AWS::CloudFormation::Stack":
			made := got["Resources"].(map[string]any)[id].(map[string]any)["Properties"].(map[string]any)
			r["Properties"].(map[string]any)["TemplateURL"] = made["TemplateURL"]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// follow creates the nested stacks of a processed template, each from the copy to which its URL leads.
func (e *exampleTree) follow(t *testing.T, output []byte, values map[string]jsontext.Value) {
	t.Helper()
	var parent struct {
		Mappings, Conditions jsontext.Value
		Resources            map[string]struct {
			Type       string
			Properties jsontext.Value
		}
	}
	if err := json.Unmarshal(output, &parent); err != nil {
		t.Fatal(err)
	}
	evaluator := intrinsic.New(intrinsic.Context{
		ParameterValues: values, Mappings: parent.Mappings, Conditions: parent.Conditions, Region: "eu-west-1", AccountID: mototest.AccountID,
	})
	for _, id := range slices.Sorted(maps.Keys(parent.Resources)) {
		if parent.Resources[id].Type != "AWS::CloudFormation::Stack" {
			continue
		}
		var properties struct {
			TemplateURL string
			Parameters  map[string]jsontext.Value
		}
		if err := json.Unmarshal(parent.Resources[id].Properties, &properties); err != nil {
			t.Fatal(err)
		}
		given := make(map[string]string)
		for name, parameter := range properties.Parameters {
			given[name] = e.unknown
			if value, err := evaluator.Evaluate(parameter); err == nil {
				given[name], _ = value.Text()
			}
		}
		copied := e.at(t, properties.TemplateURL)
		e.create(t, e.original(t, copied), copied, given)
	}
}

func (e *exampleTree) at(t *testing.T, templateURL string) []byte {
	t.Helper()
	place, err := nested.Locate(t.Context(), templateURL)
	if err != nil || place.Bucket != "copies" {
		t.Fatalf("got URL %s, want one of a copy (%v)", templateURL, err)
	}
	output, err := e.cloud.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(place.Bucket), Key: aws.String(place.Key)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(output.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// original returns the template of which a copy was made. It differs by the declaration alone, byte for byte.
func (e *exampleTree) original(t *testing.T, copied []byte) []byte {
	t.Helper()
	undeclared, err := transform.Undeclare(copied, transform.DefaultMacro)
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range e.plain {
		if bytes.Equal(plain, undeclared) {
			return plain
		}
	}
	t.Fatalf("a copy of no template:\n%s", copied)
	return nil
}
