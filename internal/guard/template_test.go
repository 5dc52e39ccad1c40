package guard

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/awsapi/assume"
)

// Each setting that the guard shares with the macro is set by the same parameter, so that they never disagree.
func TestTemplateSetsGuardAsMacro(t *testing.T) {
	data, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type function struct {
		Properties struct {
			Environment struct {
				Variables map[string]yaml.Node `yaml:"Variables"`
			} `yaml:"Environment"`
		} `yaml:"Properties"`
	}
	var template struct {
		Parameters map[string]struct {
			AllowedPattern string `yaml:"AllowedPattern"`
		} `yaml:"Parameters"`
		Resources struct {
			Macro function `yaml:"AmplifyBoundaryFunction"`
			Guard function `yaml:"GuardFunction"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	macro, got := template.Resources.Macro.Properties.Environment.Variables, make(map[string]string)
	for name, value := range template.Resources.Guard.Properties.Environment.Variables {
		got[name] = value.Value
	}
	want := map[string]string{passesNone: "GuardPassesNone", RegistryRole: "RegistryRoleArn"}
	for _, name := range []string{"PARAMETER_PREFIX", "PARAMETER_REGION", "ENVIRONMENT", "PROJECT", "ALLOW_NONE", "EXISTING_BOUNDARY", "BOUND_USERS", "LOG_LEVEL", "AWS_ENDPOINT_URL_SSM"} {
		want[name] = macro[name].Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables of the guard (-want +got):\n%s", diff)
	}
	if got, want := template.Parameters["RegistryRoleArn"].AllowedPattern, "^("+assume.RolePattern+")?$"; got != want {
		t.Errorf("RegistryRoleArn: got pattern %s, want %s", got, want)
	}
}

// The guard reads one hierarchy, of its own account or by a role of another: it has no right on the other.
func TestTemplateLetsGuardReadOneHierarchy(t *testing.T) {
	data, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type policy struct {
		Name     string `yaml:"PolicyName"`
		Document struct {
			Statement []yaml.Node `yaml:"Statement"`
		} `yaml:"PolicyDocument"`
	}
	var template struct {
		Resources struct {
			GuardRole struct {
				Properties struct {
					Policies []yaml.Node `yaml:"Policies"`
				} `yaml:"Properties"`
			} `yaml:"GuardRole"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	policies := template.Resources.GuardRole.Properties.Policies
	if len(policies) != 3 || policies[1].Tag != "!If" || policies[2].Tag != "!If" || policies[2].Content[0].Value != "HasConfigRule" {
		t.Fatalf("got %d policies, want that of the log, one that RegistryRoleArn decides, and one of the rule", len(policies))
	}
	reads := policies[1]
	if reads.Content[0].Value != "HasRegistryRole" {
		t.Fatalf("%s decides how the guard reads the registry", reads.Content[0].Value)
	}
	for i, want := range []struct {
		name    string
		actions []string
	}{
		{"ReadCentralBoundaries", []string{"sts:AssumeRole"}},
		{"ReadBoundaries", []string{"ssm:GetParameters", "ssm:GetParametersByPath"}},
	} {
		var got policy
		if err := reads.Content[1+i].Decode(&got); err != nil {
			t.Fatal(err)
		}
		var statement struct {
			Action yaml.Node `yaml:"Action"`
		}
		if err := got.Document.Statement[0].Decode(&statement); err != nil {
			t.Fatal(err)
		}
		actions := []string{statement.Action.Value}
		if statement.Action.Kind == yaml.SequenceNode {
			_ = statement.Action.Decode(&actions)
		}
		if got.Name != want.name || !cmp.Equal(actions, want.actions) {
			t.Errorf("got policy %s of %v, want %s of %v", got.Name, actions, want.name, want.actions)
		}
	}
}

// Commands name the rule by the name that template.yaml gives it.
func TestTemplateNamesRule(t *testing.T) {
	data, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Parameters struct {
			GuardName struct {
				Default string `yaml:"Default"`
			} `yaml:"GuardName"`
		} `yaml:"Parameters"`
		Resources struct {
			Rule struct {
				Properties struct {
					Name string `yaml:"ConfigRuleName"`
				} `yaml:"Properties"`
			} `yaml:"PermissionsBoundaryRule"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(template.Resources.Rule.Properties.Name, "${GuardName}", template.Parameters.GuardName.Default); got != RuleName {
		t.Errorf("got %s, want %s", got, RuleName)
	}
}
