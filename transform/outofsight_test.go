package transform_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

func TestOutOfSight(t *testing.T) {
	for name, test := range map[string]struct {
		resource string
		want     bool
	}{
		"stack_set":               {`{"Type": "AWS::CloudFormation::StackSet"}`, true},
		"custom_resource":         {`{"Type": "AWS::CloudFormation::CustomResource"}`, true},
		"named_custom_resource":   {`{"Type": "Custom::Anything"}`, true},
		"product":                 {`{"Type": "AWS::ServiceCatalog::CloudFormationProvisionedProduct"}`, true},
		"third_party":             {`{"Type": "MyOrg::X::Y"}`, true},
		"third_party_like_aws":    {`{"Type": "AWSome::X::Y"}`, true},
		"third_party_like_module": {`{"Type": "MyOrg::MODULE::Y"}`, true},
		"schema":                  {`{"Type": "AWS::MWAA::Environment"}`, true},
		"rotation_hosted":         {`{"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"SecretId": "s", "HostedRotationLambda": {}}}`, true},
		"rotation_function":       {`{"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"SecretId": "s", "Fn::If": []}}`, true},
		"rotation_ref":            {`{"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"Ref": "P"}}`, true},
		"rotation_own":            {`{"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"SecretId": "s", "RotationLambdaARN": "HostedRotationLambda"}}`, false},
		"rotation_no_properties":  {`{"Type": "AWS::SecretsManager::RotationSchedule"}`, false},
		"rotation_no_object":      {`{"Type": "AWS::SecretsManager::RotationSchedule", "Properties": "HostedRotationLambda"}`, false},
		"macro":                   {`{"Type": "AWS::CloudFormation::Macro"}`, false},
		"subscriber":              {`{"Type": "AWS::SecurityLake::Subscriber"}`, false},
		"role":                    {`{"Type": "AWS::IAM::Role"}`, false},
		"user":                    {`{"Type": "AWS::IAM::User"}`, false},
		"nested_stack":            {`{"Type": "AWS::CloudFormation::Stack"}`, false},
		"skill":                   {`{"Type": "Alexa::ASK::Skill"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, fragment := range []string{
				`{"Resources": {"A": ` + test.resource + `}}`,
				`{"Resources": {"Fn::ForEach::L": ["X", ["a"], {"A": ` + test.resource + `}]}}`,
			} {
				parsed := read(t, fragment, transform.Options{})
				if got := len(parsed.OutOfSight) == 1; got != test.want {
					t.Errorf("%s: got %t, want %t", fragment, got, test.want)
				}
				if _, err := parsed.Bound(transformtest.ARN); err != nil {
					t.Errorf("%s: got %v", fragment, err)
				}
			}
		})
	}
}

func TestListsOfResources(t *testing.T) {
	parsed := read(t, `{"Resources": {
		"Nested": {"Type": "AWS::CloudFormation::Stack"},
		"Custom": {"Type": "Custom::\u0041"},
		"User":   {"Type": "AWS::IAM::User"},
		"Fn::ForEach::Loop": ["X", ["a"], {"Nested${X}": {"Type": "AWS::CloudFormation::Stack"}}]}}`, transform.Options{})
	for name, test := range map[string]struct {
		got  []transform.Resource
		want []transform.Resource
	}{
		"nested_stacks":   {parsed.NestedStacks, []transform.Resource{{LogicalID: "Nested", Type: "AWS::CloudFormation::Stack"}, {LogicalID: "Nested${X}", Type: "AWS::CloudFormation::Stack"}}},
		"out_of_sight":    {parsed.OutOfSight, []transform.Resource{{LogicalID: "Custom", Type: "Custom::A"}}},
		"unbounded_users": {parsed.UnboundedUsers, []transform.Resource{{LogicalID: "User", Type: "AWS::IAM::User"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// schemaPermissions prints, as JSON, the permissions of each type's create handler in AWS's resource schemas,
// which cfn-lint's package holds from 1.58 on.
const schemaPermissions = `
import glob, json, os, cfnlint
types = {}
for file in glob.glob(os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas", "resources", "*.json")):
    schema = json.load(open(file))
    create = schema.get("handlers", {}).get("create", {})
    types.setdefault(schema["typeName"], []).extend(create.get("permissions", []))
print(json.dumps(types))
`

// The types out of sight are those that AWS's schemas give the power to make a role, a stack or a product.
func TestOutOfSightAgreesWithSchemas(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), mototest.Installed(t, "python"), "-c", schemaPermissions).Output()
	if err != nil {
		t.Fatalf("read cfn-lint's schemas: %v", err)
	}
	var permissions map[string][]string
	if err := json.Unmarshal(output, &permissions); err != nil {
		t.Fatal(err)
	}
	if len(permissions["AWS::IAM::Role"]) == 0 {
		t.Fatal("the schemas of cfn-lint have no handlers; run make test, which installs a version from 1.58 on")
	}
	makers := 0
	for typ, list := range permissions {
		makes := slices.ContainsFunc(list, func(permission string) bool {
			return slices.Contains([]string{"iam:createrole", "cloudformation:createstack", "cloudformation:createstackset",
				"servicecatalog:provisionproduct"}, strings.ToLower(permission))
		})
		if makes {
			makers++
		}
		parsed := read(t, fmt.Sprintf(`{"Resources": {"A": {"Type": %q}}}`, typ), transform.Options{})
		got := len(parsed.OutOfSight)+len(parsed.NestedStacks) > 0
		switch typ {
		case "AWS::IAM::Role", "AWS::SecurityLake::Subscriber":
			makes = false // it is seen; its role has AWS's own boundary
		case "AWS::CloudFormation::CustomResource":
			makes = true // code of the template's own
		}
		if got != makes {
			t.Errorf("%s: got %t, want %t (its create handler needs %s)", typ, got, makes, list)
		}
	}
	if makers < 5 {
		t.Errorf("got %d types that make roles in %d schemas, want more", makers, len(permissions))
	}
}
