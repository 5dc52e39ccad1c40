package macro_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/test/mototest"
)

const roleType = "AWS::IAM::Role"

// undeployable lists, by type, why moto's CloudFormation cannot deploy an event's template.
var undeployable = map[string]string{
	"AWS::CloudFormation::Stack": "the nested template does not exist",
	"AWS::Lambda::Function":      "the function's code does not exist",
	"Custom::LambdaCallout":      "moto waits for a custom resource for ever",
}

// What the macro makes of the events is deployed, and IAM says which boundary each role has.
func TestDeployedRolesCarryTheBoundary(t *testing.T) {
	cloud := newCloud(t)
	deployed := 0
	for _, e := range events(t) {
		a := invoke(t, e)
		if a.Status != macro.Success || a.log.Shape != "template" {
			continue
		}
		resources := resourcesOf(t, e.Fragment)
		reason := whyNot(resources)
		if reason == "" {
			deployed++
		}
		t.Run(e.name, func(t *testing.T) {
			if reason != "" {
				t.Skip(reason)
			}
			want := make(map[string]string)
			for id, r := range resources {
				if r.Type != roleType {
					continue
				}
				if want[id] = a.log.Boundary; a.log.Boundary == "none" {
					want[id] = r.Properties.PermissionsBoundary
				}
			}
			got := cloud.deploy(t, e, a.Fragment)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("boundaries (-want +got):\n%s", diff)
			}
		})
	}
	if want := 14; deployed < want {
		t.Errorf("got %d events that can be deployed, want at least %d", deployed, want)
	}
}

// whyNot says why a template is not deployed; it is empty where it can be.
func whyNot(resources map[string]resource) string {
	roles := 0
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		kind := resources[id].Type
		if reason := undeployable[kind]; reason != "" {
			return fmt.Sprintf("%s (%s): %s", id, kind, reason)
		}
		if strings.HasPrefix(id, "Fn::ForEach::") {
			return id + ": AWS::LanguageExtensions expands loops"
		}
		if kind == roleType {
			roles++
		}
	}
	if roles == 0 {
		return "it makes no role"
	}
	return ""
}

// The boundaries come from the macro alone: the same template without it makes roles that have none.
func TestWithoutTheMacroDeployedRolesCarryNoBoundary(t *testing.T) {
	cloud := newCloud(t)
	list := events(t)
	e := list[slices.IndexFunc(list, func(e event) bool { return e.name == "amplify-custom-resource" })]
	got := cloud.deploy(t, e, e.Fragment)
	if diff := cmp.Diff(map[string]string{"OrdersDeliveryRole": "", "OrdersPublisherRole": ""}, got); diff != "" {
		t.Errorf("boundaries (-want +got):\n%s", diff)
	}
}

// resource is what the tests look at of a resource.
type resource struct {
	Type       string
	Properties struct{ PermissionsBoundary string }
}

// resourcesOf reads the resources of a whole template. It does not read a boundary that is not a literal.
func resourcesOf(t *testing.T, template jsontext.Value) map[string]resource {
	t.Helper()
	var sections struct{ Resources map[string]jsontext.Value }
	if err := json.Unmarshal(template, &sections); err != nil {
		t.Fatal(err)
	}
	resources := make(map[string]resource)
	for id, text := range sections.Resources {
		var r resource
		_ = json.Unmarshal(text, &r)
		resources[id] = r
	}
	return resources
}

// cloud is moto's CloudFormation and IAM. CloudFormation's Query API is called by hand, since nothing else of
// the module needs its client.
type cloud struct{ endpoint string }

func newCloud(t *testing.T) cloud {
	t.Helper()
	return cloud{mototest.Start(t)}
}

// deploy creates a stack of a template with the parameters of an event, and returns the boundary of each of
// its roles, empty where it has none. The stack is deleted again, since events share names of roles.
func (c cloud) deploy(t *testing.T, e event, template []byte) map[string]string {
	t.Helper()
	stack := url.Values{"StackName": {"amplify-bookshop-dev-4f1a2-" + e.name}}
	create := url.Values{"StackName": stack["StackName"], "TemplateBody": {string(template)}, "Capabilities.member.1": {"CAPABILITY_NAMED_IAM"}}
	number := 0
	for name, value := range e.TemplateParameterValues {
		number++
		member := fmt.Sprintf("Parameters.member.%d.", number)
		create.Set(member+"ParameterKey", name)
		create.Set(member+"ParameterValue", parameterText(t, value))
	}
	c.call(t, e.Region, "CreateStack", create, nil)
	c.waitFor(t, e.Region, stack, "CREATE_COMPLETE")

	var described struct {
		Resources []struct {
			LogicalID  string `xml:"LogicalResourceId"`
			PhysicalID string `xml:"PhysicalResourceId"`
			Type       string `xml:"ResourceType"`
		} `xml:"DescribeStackResourcesResult>StackResources>member"`
	}
	c.call(t, e.Region, "DescribeStackResources", stack, &described)
	boundaries := make(map[string]string)
	for _, r := range described.Resources {
		if r.Type == roleType {
			boundaries[r.LogicalID] = c.boundary(t, e.Region, r.PhysicalID)
		}
	}
	c.call(t, e.Region, "DeleteStack", stack, nil)
	return boundaries
}

// boundary asks IAM for the boundary of a role.
func (c cloud) boundary(t *testing.T, region, role string) string {
	t.Helper()
	answer, err := iam.NewFromConfig(mototest.Config(c.endpoint, region)).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(role)})
	if err != nil {
		t.Fatalf("get role %s: %v", role, err)
	}
	if answer.Role.PermissionsBoundary == nil {
		return ""
	}
	return aws.ToString(answer.Role.PermissionsBoundary.PermissionsBoundaryArn)
}

// waitFor waits until a stack has a status.
func (c cloud) waitFor(t *testing.T, region string, stack url.Values, want string) {
	t.Helper()
	var got string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var described struct {
			Status string `xml:"DescribeStacksResult>Stacks>member>StackStatus"`
			Reason string `xml:"DescribeStacksResult>Stacks>member>StackStatusReason"`
		}
		c.call(t, region, "DescribeStacks", stack, &described)
		if got = described.Status; !strings.HasSuffix(got, "_IN_PROGRESS") {
			break
		}
	}
	if got != want {
		t.Fatalf("%s: got status %s, want %s", stack.Get("StackName"), got, want)
	}
}

// call calls an action of CloudFormation's Query API, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html. moto reads region and service
// from the header and checks no signature.
func (c cloud) call(t *testing.T, region, action string, form url.Values, answer any) {
	t.Helper()
	body := url.Values{"Action": {action}, "Version": {"2010-05-15"}}
	for name, values := range form {
		body[name] = values
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.endpoint, strings.NewReader(body.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/cloudformation/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v\n%s", action, response.Status, err, text)
	}
	if answer == nil {
		return
	}
	if err := xml.Unmarshal(text, answer); err != nil {
		t.Fatalf("%s: %v\n%s", action, err, text)
	}
}

// parameterText gives the value of a template parameter as CloudFormation takes it: a list is joined.
func parameterText(t *testing.T, value jsontext.Value) string {
	t.Helper()
	var list []string
	if json.Unmarshal(value, &list) == nil {
		return strings.Join(list, ",")
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		t.Fatalf("%s is neither a string nor a list of strings", value)
	}
	return text
}
