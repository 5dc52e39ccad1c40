package macro

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/test/mototest"
)

// stackTemplate is what the tests compare of template.yaml and of member.template.yaml.
type stackTemplate struct {
	Transform  any                  `yaml:"Transform"`
	Parameters map[string]parameter `yaml:"Parameters"`
	Resources  map[string]struct {
		Type                string    `yaml:"Type"`
		DeletionPolicy      string    `yaml:"DeletionPolicy"`
		UpdateReplacePolicy string    `yaml:"UpdateReplacePolicy"`
		Properties          yaml.Node `yaml:"Properties"`
	} `yaml:"Resources"`
	Outputs map[string]yaml.Node `yaml:"Outputs"`
}

// property returns a property of a resource; it is the zero node where it is absent.
func (s stackTemplate) property(id, name string) yaml.Node {
	var properties map[string]yaml.Node
	node := s.Resources[id].Properties
	_ = node.Decode(&properties)
	return properties[name]
}

const memberTemplate = "../../member.template.yaml"

func readStackTemplate(t *testing.T, path string) (template stackTemplate) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	return template
}

// An account that had a function of its own goes over to the central one by an update of its stack with the
// member's template: what both have must be the same resource, and the macro must not be made anew.
func TestMemberTemplate_updates_a_stack_in_place(t *testing.T) {
	central, member := readStackTemplate(t, "../../template.yaml"), readStackTemplate(t, memberTemplate)
	both := []string{"AmplifyBoundaryMacro", "DeployerPolicy"}
	for _, id := range both {
		want, got := central.Resources[id], member.Resources[id]
		want.Properties, got.Properties = yaml.Node{}, yaml.Node{}
		if diff := cmp.Diff(want, got); diff != "" || got.Type == "" {
			t.Errorf("%s (-template.yaml +member.template.yaml):\n%s", id, diff)
		}
	}
	// A change of these would replace the resource, and with it the policy's ARN or the macro.
	for _, fixed := range []struct{ id, property string }{{"AmplifyBoundaryMacro", "Name"}, {"DeployerPolicy", "Description"}, {"DeployerPolicy", "ManagedPolicyName"}, {"DeployerPolicy", "Path"}} {
		want, got := central.property(fixed.id, fixed.property), member.property(fixed.id, fixed.property)
		if got.Tag != want.Tag || got.Value != want.Value {
			t.Errorf("%s: got %s %s %s, want %s %s", fixed.id, fixed.property, got.Tag, got.Value, want.Tag, want.Value)
		}
	}
	for _, name := range []string{"MacroName", "FunctionArn", "DeployerPolicyArn", "NestedTemplateBucketName"} {
		if _, found := member.Outputs[name]; !found {
			t.Errorf("there is no output %s, which the commands and the users of template.yaml read", name)
		}
	}
	for _, name := range []string{"MacroName", "RegistryRoleArn"} {
		if diff := cmp.Diff(central.Parameters[name], member.Parameters[name], cmp.AllowUnexported(yaml.Node{})); diff != "" {
			t.Errorf("%s (-template.yaml +member.template.yaml):\n%s", name, diff)
		}
	}
}

// Every parameter of the macro but its name is an output of the central stack, under the same name, so that the one
// can be given as the other.
func TestMemberTemplate_takes_the_outputs_of_the_central_stack(t *testing.T) {
	outputs := readStackTemplate(t, "../../template.yaml").Outputs
	ofTheAuditor := []string{"AuditorArn", "AuditRoleName", "OrganizationId", "PermissionsBoundary"}
	for name := range readStackTemplate(t, memberTemplate).Parameters {
		if slices.Contains(ofTheAuditor, name) {
			continue
		}
		if _, found := outputs[name]; !found {
			t.Errorf("parameter %s is not an output of template.yaml", name)
		}
	}
}

func TestMemberTemplate_is_plain(t *testing.T) {
	member := readStackTemplate(t, memberTemplate)
	if member.Transform != nil {
		t.Errorf("got transform %v, want none", member.Transform)
	}
	for id, r := range member.Resources {
		if !slices.Contains([]string{"AWS::CloudFormation::Macro", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"}, r.Type) {
			t.Errorf("got %s, a %s", id, r.Type)
		}
	}
}

func TestMemberTemplate_parameters(t *testing.T) {
	const function = "arn:aws:lambda:eu-west-1:123456789012:function:amplify-boundary-AmplifyBoundaryFunction-XALSRXP5MORZ"
	for parameter, test := range map[string]struct{ accepted, refused []string }{
		"FunctionArn": {
			[]string{
				function,
				"arn:aws-cn:lambda:cn-northwest-1:123456789012:function:macro", "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:macro",
				"arn:aws-iso-b:lambda:us-isob-east-1:123456789012:function:a_b", "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:macro",
				"arn:aws:lambda:ap-southeast-12:123456789012:function:" + strings.Repeat("f", 64),
			},
			// A version keeps its old variables, and anything that is not an ARN is a function of the member's own account.
			[]string{
				"", function + ":1", function + ":live", function + ":$LATEST", function + "\n", "AmplifyBoundary", "123456789012:function:macro",
				"arn:aws:lambda:eu-west-1:12345678901:function:macro", "arn:aws:lambda::123456789012:function:macro", "arn:aws:lambda:*:123456789012:function:*",
				"arn:aws:lambda:eu-west-1:123456789012:layer:macro", "arn:aws:iam::123456789012:role/macro",
				"arn:aws:lambda:eu-west-1:123456789012:function:" + strings.Repeat("f", 65),
			},
		},
		"NestedTemplateBucketName": {
			[]string{"", "amplify-boundary-nestedtemplatebucket-csczxfrsmyqd"},
			[]string{"a.b.c", "*", "amplify-*", "-abc", "ab", strings.Repeat("b", 64), "bucket/key", "arn:aws:s3:::bucket"},
		},
		"RegistryRoleArn": {
			[]string{"", "arn:aws:iam::123456789012:role/amplify-boundary-RegistryReaderRole-TEU489QA2PZU", "arn:aws-cn:iam::123456789012:role/a/b"},
			[]string{"role", "arn:aws:iam::123456789012:user/reader", "arn:aws:iam::123456789012:role/", "arn:aws:iam::12:role/a", "arn:aws:iam::123456789012:role/a b"},
		},
	} {
		p, found := readStackTemplate(t, memberTemplate).Parameters[parameter]
		if !found {
			t.Errorf("there is no parameter %s", parameter)
		}
		for _, value := range test.accepted {
			if !p.accepts(value) {
				t.Errorf("%s: %q is refused", parameter, value)
			}
		}
		for _, value := range test.refused {
			if p.accepts(value) {
				t.Errorf("%s: %q is accepted", parameter, value)
			}
		}
	}
}

func TestOrganizationId_pattern(t *testing.T) {
	p := readStackTemplate(t, "../../template.yaml").Parameters["OrganizationId"]
	for value, want := range map[string]bool{
		"": true, "o-a1b2c3d4e5": true, "o-" + strings.Repeat("a", 32): true,
		"o-a1b2c3d4e": false, "o-" + strings.Repeat("a", 33): false, "O-A1B2C3D4E5": false, "o-*": false, "*": false, "r-a1b2": false,
		"ou-a1b2-c3d4e5f6": false, "123456789012": false, "o-a1b2c3d4e5,o-a1b2c3d4e6": false,
	} {
		if got := p.accepts(value); got != want {
			t.Errorf("%q: got accepted %t, want %t", value, got, want)
		}
	}
}

func TestMemberTemplate_lint(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), mototest.Installed(t, "cfn-lint"), "--", memberTemplate).CombinedOutput()
	if err != nil || len(output) > 0 {
		t.Errorf("%v\n%s", err, output)
	}
}
