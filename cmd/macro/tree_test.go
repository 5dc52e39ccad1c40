package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
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

	"amplify-boundary/internal/mototest"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// cloud plays CloudFormation: it creates a stack and those nested in it, with the real function and with
// templates in moto's S3.
type cloud struct {
	function function
	endpoint string // moto's
	s3       *s3.Client
}

func newTreeCloud(t *testing.T) *cloud {
	t.Helper()
	endpoint := mototest.Start(t)
	mototest.PutParameter(t, endpoint, "eu-west-1", "/amplify-boundary/dev", devARN, types.ParameterTypeString)
	c := &cloud{endpoint: endpoint, s3: s3.NewFromConfig(mototest.Config(endpoint, "eu-west-1"), func(o *s3.Options) { o.UsePathStyle = true })}
	for _, bucket := range []string{"assets", "copies"} {
		_, err := c.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{
			Bucket:                    aws.String(bucket),
			CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraintEuWest1},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.function = start(t, append(mototest.Environ(endpoint, "eu-west-1"), "NESTED_STACKS=bound", "NESTED_TEMPLATE_BUCKET=copies")...)
	return c
}

func (c *cloud) put(t *testing.T, key, text string) {
	t.Helper()
	if _, err := c.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("assets"), Key: aws.String(key), Body: strings.NewReader(text)}); err != nil {
		t.Fatal(err)
	}
}

func (c *cloud) get(t *testing.T, bucket, key string) string {
	t.Helper()
	output, err := c.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if err != nil {
		t.Fatalf("%s/%s: %v", bucket, key, err)
	}
	text, err := io.ReadAll(output.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (c *cloud) copies(t *testing.T) int {
	t.Helper()
	output, err := c.s3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("copies")})
	if err != nil {
		t.Fatal(err)
	}
	return len(output.Contents)
}

// create creates a stack, and those nested in it down to a depth. It lists the roles as path=boundary, and
// the error message of a stack that is refused as path!message.
func (c *cloud) create(t *testing.T, path string, text string, depth int) []string {
	t.Helper()
	output, refusal := c.process(t, text, `{"Bucket":"assets"}`)
	if refusal != "" {
		return []string{path + "!" + refusal}
	}
	return c.createNested(t, path, output, depth)
}

// process runs the macro over a template as CloudFormation does, with the values of its parameters.
func (c *cloud) process(t *testing.T, text, values string) (output []byte, refusal string) {
	t.Helper()
	document, err := template.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	output, declared, err := expand.Template(document.JSON(), transform.DefaultMacro, func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		params, err := json.Marshal(parameters)
		if err != nil {
			return nil, err
		}
		answer, _ := c.function.invoke(t, fmt.Appendf(nil, `{"region":"eu-west-1","accountId":"123456789012","fragment":%s,"transformId":"123456789012::AmplifyBoundary",`+
			`"params":%s,"requestId":"id-1","templateParameterValues":%s}`, fragment, params, values), ample)
		var a struct {
			Fragment     jsontext.Value `json:"fragment"`
			ErrorMessage string         `json:"errorMessage"`
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			return nil, err
		}
		if refusal = a.ErrorMessage; refusal != "" {
			return []byte(`{"Resources":{}}`), nil
		}
		return a.Fragment, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if refusal == "" && !declared {
		refusal = "not declared"
	}
	return output, refusal
}

func (c *cloud) createNested(t *testing.T, path string, output []byte, depth int) (roles []string) {
	t.Helper()
	var stack struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				PermissionsBoundary string
				TemplateURL         string
			}
		}
	}
	if err := json.Unmarshal(output, &stack); err != nil {
		t.Fatal(err)
	}
	for id, r := range stack.Resources {
		switch {
		case r.Type == "AWS::IAM::Role":
			roles = append(roles, path+"/"+id+"="+r.Properties.PermissionsBoundary)
		case r.Type == "AWS::CloudFormation::Stack" && depth > 1:
			roles = append(roles, c.create(t, path+"/"+id, c.atURL(t, r.Properties.TemplateURL), depth-1)...)
		}
	}
	slices.Sort(roles)
	return roles
}

func (c *cloud) atURL(t *testing.T, url string) string {
	t.Helper()
	for _, bucket := range []string{"assets", "copies"} {
		if strings.HasPrefix(url, "https://"+bucket+".s3.eu-west-1.amazonaws.com/") {
			return c.get(t, bucket, path.Base(url))
		}
	}
	t.Fatalf("the URL %s leads nowhere", url)
	return ""
}

const treeRole = `"Role":{"Type":"AWS::IAM::Role"}`

// child is a nested stack whose template is in the bucket for assets.
func child(id, key string) string {
	return fmt.Sprintf(`%q:{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::Sub":"https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/%s"}}}`, id, key)
}

func declaredTemplate(resources ...string) string {
	return `{"Transform":{"Name":"AmplifyBoundary","Parameters":{"Environment":"dev"}},"Resources":{` + strings.Join(resources, ",") + `}}`
}

func TestTree(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "block", "# a comment\nResources:\n  Role:\n    Type: AWS::IAM::Role\n  Deep:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n"+
		"      TemplateURL: !Sub https://${Bucket}.s3.${AWS::Region}.amazonaws.com/level3\n")
	c.put(t, "flow", "{Resources: {Role: {Type: 'AWS::IAM::Role'}}, Description: flow}\n")
	c.put(t, "declares", declaredTemplate(treeRole))
	c.put(t, "level3", `{"Resources":{`+treeRole+`,`+child("Deep", "level4")+`}}`)
	c.put(t, "level4", `{"Resources":{`+treeRole+`,`+child("Deep", "level5")+`}}`)
	c.put(t, "level5", `{"Resources":{`+treeRole+`}}`)
	root := declaredTemplate(treeRole, child("Block", "block"), child("Flow", "flow"),
		`"Declares":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://assets.s3.eu-west-1.amazonaws.com/declares"}}`)

	want := []string{
		"root/Block/Deep/Deep/Deep/Role=" + devARN,
		"root/Block/Deep/Deep/Role=" + devARN,
		"root/Block/Deep/Role=" + devARN,
		"root/Block/Role=" + devARN,
		"root/Declares/Role=" + devARN,
		"root/Flow/Role=" + devARN,
		"root/Role=" + devARN,
	}
	for _, nth := range []string{"first", "second"} {
		if diff := cmp.Diff(want, c.create(t, "root", root, 9)); diff != "" {
			t.Errorf("the %s time (-want +got):\n%s", nth, diff)
		}
		if got := c.copies(t); got != 5 {
			t.Errorf("the %s time: got %d copies, want 5", nth, got)
		}
	}
}

// A template that contains itself is a tree without end; no invocation goes down it.
func TestTree_of_itself(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "itself", `{"Resources":{`+treeRole+`,`+child("Again", "itself")+`}}`)
	got := c.create(t, "root", declaredTemplate(child("Again", "itself")), 4)
	want := []string{"root/Again/Again/Again/Role=" + devARN, "root/Again/Again/Role=" + devARN, "root/Again/Role=" + devARN}
	if diff := cmp.Diff(want, got); diff != "" || c.copies(t) != 1 {
		t.Errorf("%d copies (-want +got):\n%s", c.copies(t), diff)
	}
}

func TestTree_refused(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "text", "hunter2")
	c.put(t, "large", strings.Repeat("x", 1<<20+1))
	root := declaredTemplate(child("Missing", "nowhere"), child("Text", "text"), child("Large", "large"),
		`"Unknown":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::GetAtt":["Asset","Url"]}}}`,
		`"Elsewhere":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://169.254.169.254/hunter2"}}`)
	got := strings.Join(c.create(t, "root", root, 9), "\n")
	for _, want := range []string{
		"Elsewhere (AWS::CloudFormation::Stack): the host of TemplateURL is not S3's;",
		"Large (AWS::CloudFormation::Stack): larger than 1 MB, CloudFormation's limit [assets/large];",
		"Missing (AWS::CloudFormation::Stack): there is no template [assets/nowhere];",
		"Text (AWS::CloudFormation::Stack): what lies there is no template [assets/text];",
		"Unknown (AWS::CloudFormation::Stack): TemplateURL cannot be known, because of Fn::GetAtt: only CloudFormation knows its value)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want in it %s", got, want)
		}
	}
	if strings.Contains(got, "hunter2") || c.copies(t) != 0 {
		t.Errorf("got %d copies, %s", c.copies(t), got)
	}
}

// A child in SAM's language gets the macro's declaration behind SAM's, so that the roles which SAM makes are
// bounded too.
func TestTree_sam(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "sam", "Transform: AWS::Serverless-2016-10-31 # makes a role\nResources:\n  Order:\n    Type: AWS::Serverless::Function\n    Properties:\n"+
		"      Runtime: nodejs22.x\n      Handler: index.handler\n      InlineCode: exports.handler = () => {}\n")
	output, refusal := c.process(t, declaredTemplate(child("Sam", "sam")), `{"Bucket":"assets"}`)
	if refusal != "" {
		t.Fatal(refusal)
	}
	var stack struct {
		Resources struct {
			Sam struct{ Properties struct{ TemplateURL string } }
		}
	}
	if err := json.Unmarshal(output, &stack); err != nil {
		t.Fatal(err)
	}
	got := c.create(t, "root/Sam", translated(t, c.atURL(t, stack.Resources.Sam.Properties.TemplateURL)), 1)
	if diff := cmp.Diff([]string{"root/Sam/OrderRole=" + devARN}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// translated is what SAM's own transform makes of a template; the transforms behind it stay declared.
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
