package main

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
	"amplify-boundary/internal/test/stacktest"
)

// cloud is an account with the real function, whose calls go to moto.
type cloud struct {
	function function
	endpoint string // moto's
}

const region = stacktest.Region

func newTreeCloud(t *testing.T) cloud {
	t.Helper()
	endpoint := mototest.Start(t)
	mototest.PutParameter(t, endpoint, region, "/amplify-boundary/dev", devARN, types.ParameterTypeString)
	for _, bucket := range []string{"assets", "copies"} {
		mototest.CreateBucket(t, endpoint, region, bucket)
	}
	return cloud{start(t, append(mototest.Environ(endpoint, region), "NESTED_STACKS=bound", "NESTED_TEMPLATE_BUCKET=copies")...), endpoint}
}

func (c cloud) put(t *testing.T, key, text string) {
	t.Helper()
	mototest.PutObject(t, c.endpoint, region, "assets", key, text)
}

func (c cloud) copies(t *testing.T) int {
	t.Helper()
	return len(mototest.Objects(t, c.endpoint, region, "copies"))
}

// create creates a stack, and those nested in it down to a depth; 0 for all.
func (c cloud) create(t *testing.T, text string, depth int) *stacktest.Stack {
	t.Helper()
	return c.createWith(t, text, depth, nil)
}

func (c cloud) createWith(t *testing.T, text string, depth int, parameters map[string]string) *stacktest.Stack {
	t.Helper()
	return stacktest.CloudFormation{
		Macro: func(t testing.TB, request []byte) []byte {
			answer, err := c.function.Invoke(request, ample)
			if err != nil {
				t.Fatal(err)
			}
			return answer
		},
		Read:   c.atURL,
		Levels: depth,
	}.Create(t, "root", []byte(text), parameters)
}

func (c cloud) atURL(t testing.TB, url string) []byte {
	t.Helper()
	for _, bucket := range []string{"assets", "copies"} {
		if strings.HasPrefix(url, "https://"+bucket+".s3.eu-west-1.amazonaws.com/") {
			return []byte(mototest.GetObject(t, c.endpoint, region, bucket, path.Base(url)))
		}
	}
	t.Fatalf("the URL %s leads nowhere", url)
	return nil
}

const treeRole = `"Role":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}}`

// everything has a whole tree deployed.
func everything(string) bool { return true }

// child is a nested stack whose template is in the bucket for assets.
func child(id, key string) string {
	return fmt.Sprintf(`%q:{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::Sub":"https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/%s"}}}`, id, key)
}

func declaredTemplate(resources ...string) string {
	return `{"Transform":{"Name":"AmplifyBoundary","Parameters":{"Environment":"dev"}},` + plainTemplate(resources...)[1:]
}

func plainTemplate(resources ...string) string {
	return `{"Parameters":{"Bucket":{"Type":"String","Default":"assets"}},"Resources":{` + strings.Join(resources, ",") + `}}`
}

func TestTree(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "block", "# a comment\nParameters: {Bucket: {Type: String, Default: assets}}\nResources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}\n  Deep:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n"+
		"      TemplateURL: !Sub https://${Bucket}.s3.${AWS::Region}.amazonaws.com/level3\n")
	c.put(t, "flow", "{Resources: {Role: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}}}}, Description: flow}\n")
	c.put(t, "declares", declaredTemplate(treeRole))
	c.put(t, "level3", plainTemplate(treeRole, child("Deep", "level4")))
	c.put(t, "level4", plainTemplate(treeRole, child("Deep", "level5")))
	c.put(t, "level5", `{"Resources":{`+treeRole+`}}`)
	root := declaredTemplate(treeRole, child("Block", "block"), child("Flow", "flow"),
		`"Declares":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://assets.s3.eu-west-1.amazonaws.com/declares"}}`)

	want := map[string]string{
		"root/Role":                      devARN,
		"root/Flow/Role":                 devARN,
		"root/Declares/Role":             devARN,
		"root/Block/Role":                devARN,
		"root/Block/Deep/Role":           devARN,
		"root/Block/Deep/Deep/Role":      devARN,
		"root/Block/Deep/Deep/Deep/Role": devARN,
	}
	var last *stacktest.Stack
	for _, nth := range []string{"first", "second"} {
		last = c.create(t, root, 0)
		if diff := cmp.Diff(want, last.Boundaries(t)); diff != "" {
			t.Errorf("the %s time (-want +got):\n%s", nth, diff)
		}
		if got := c.copies(t); got != 5 {
			t.Errorf("the %s time: got %d copies, want 5", nth, got)
		}
	}
	if diff := cmp.Diff(want, last.Deploy(t, c.endpoint, nil, everything)); diff != "" {
		t.Errorf("in IAM (-want +got):\n%s", diff)
	}
}

// A template that contains itself is a tree without end; no invocation goes down it.
func TestTree_of_itself(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "itself", plainTemplate(treeRole, child("Again", "itself")))
	got := c.create(t, declaredTemplate(child("Again", "itself")), 4).Boundaries(t)
	want := map[string]string{"root/Again/Again/Again/Role": devARN, "root/Again/Again/Role": devARN, "root/Again/Role": devARN}
	if diff := cmp.Diff(want, got); diff != "" || c.copies(t) != 1 {
		t.Errorf("%d copies (-want +got):\n%s", c.copies(t), diff)
	}
}

// Below a template that declares an environment without a boundary, nothing is bounded but what declares another.
func TestTree_none(t *testing.T) {
	_, c := newSettingsCloud(t)
	c.put(t, "plain", `{"Resources":{`+treeRole+`}}`)
	c.put(t, "declares", declaredTemplate(treeRole))
	at := func(id string) string { return stackAt(id, assetsURL+strings.ToLower(id), "") }
	c.put(t, "none", strings.Replace(declaredTemplate(treeRole, at("Plain"), at("Declares")), `"dev"`, `"sandbox"`, 1))
	got := c.create(t, declaredTemplate(treeRole, at("None")), 0).Boundaries(t)
	want := map[string]string{"root/Role": devARN, "root/None/Role": "", "root/None/Plain/Role": "", "root/None/Declares/Role": devARN}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTree_refused(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "text", "hunter2")
	c.put(t, "large", strings.Repeat("x", 1<<20+1))
	root := declaredTemplate(child("Missing", "nowhere"), child("Text", "text"), child("Large", "large"),
		`"Unknown":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::GetAtt":["Asset","Url"]}}}`,
		`"Elsewhere":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://169.254.169.254/hunter2"}}`)
	got := c.create(t, root, 0).Refusal
	for _, want := range []string{
		"Elsewhere (AWS::CloudFormation::Stack): the host of TemplateURL is not a host of S3;",
		"Large (AWS::CloudFormation::Stack): larger than 1 MB, CloudFormation's limit [assets/large];",
		"Missing (AWS::CloudFormation::Stack): the template does not exist [assets/nowhere];",
		"Text (AWS::CloudFormation::Stack): it is not a template [assets/text];",
		"Unknown (AWS::CloudFormation::Stack): TemplateURL cannot be evaluated: Fn::GetAtt: only CloudFormation knows its value)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want in it %s", got, want)
		}
	}
	if strings.Contains(got, "hunter2") || c.copies(t) != 0 {
		t.Errorf("got %d copies, %s", c.copies(t), got)
	}
}

// A child in SAM's language gets the macro's declaration after SAM's, so that the roles which SAM makes are
// bounded too.
func TestTree_sam(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "sam", "Transform: AWS::Serverless-2016-10-31 # makes a role\nResources:\n  Order:\n    Type: AWS::Serverless::Function\n    Properties:\n"+
		"      Runtime: nodejs22.x\n      Handler: index.handler\n      InlineCode: exports.handler = () => {}\n")
	root := c.create(t, declaredTemplate(child("Sam", "sam")), 1)
	var stack struct {
		Resources struct {
			Sam struct{ Properties struct{ TemplateURL string } }
		}
	}
	if err := json.Unmarshal(root.Processed, &stack); err != nil {
		t.Fatal(err)
	}
	copied := c.atURL(t, stack.Resources.Sam.Properties.TemplateURL)
	isRole := func(resourceType string) bool { return resourceType == "AWS::IAM::Role" } // moto needs the function's code in S3
	got := c.create(t, translated(t, string(copied)), 1).Deploy(t, c.endpoint, nil, isRole)
	if diff := cmp.Diff(map[string]string{"root/OrderRole": devARN}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// translated is a template after SAM's own transform; the transforms after it stay declared.
func translated(t *testing.T, text string) string {
	t.Helper()
	source, target := filepath.Join(t.TempDir(), "template.yaml"), t.TempDir()
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(mototest.Installed(t, "python"), "../../tools/clients/translate_sam.py", source, target).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	plain, err := os.ReadFile(filepath.Join(target, "template.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}
