package policy

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// The role of member.template.yaml allows what an auditor reads in an account, and nothing else. The auditor reads the
// registry, and the accounts of the organisation, with its own permissions.
func TestAuditor_in_a_member(t *testing.T) {
	text, err := Auditor("/amplify-boundary")
	if err != nil {
		t.Fatal(err)
	}
	var auditor struct {
		Statement []struct {
			Sid    string
			Action []string
		}
	}
	if err := json.Unmarshal(text, &auditor); err != nil {
		t.Fatal(err)
	}
	want := make(map[string][]string)
	for _, s := range auditor.Statement {
		switch s.Sid {
		case "ReadRolesAndTheirUse", "ReadStacks":
			want[s.Sid] = slices.Sorted(slices.Values(s.Action))
		}
	}
	want["ReadTheListOfRegions"] = []string{"ssm:GetParametersByPath"}
	data, err := os.ReadFile("../../member.template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Parameters struct {
			AuditRoleName struct {
				Default string `yaml:"Default"`
			} `yaml:"AuditRoleName"`
		} `yaml:"Parameters"`
		Resources struct {
			AuditRole struct {
				Properties struct {
					Policies []struct {
						PolicyDocument struct {
							Statement []struct {
								Sid    string    `yaml:"Sid"`
								Action yaml.Node `yaml:"Action"`
							} `yaml:"Statement"`
						} `yaml:"PolicyDocument"`
					} `yaml:"Policies"`
				} `yaml:"Properties"`
			} `yaml:"AuditRole"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	if got := template.Parameters.AuditRoleName.Default; got != AuditRole {
		t.Errorf("got a role %s, want %s", got, AuditRole)
	}
	got := make(map[string][]string)
	for _, p := range template.Resources.AuditRole.Properties.Policies {
		for _, s := range p.PolicyDocument.Statement {
			actions := []string{s.Action.Value}
			if s.Action.Kind == yaml.SequenceNode {
				if err := s.Action.Decode(&actions); err != nil {
					t.Fatal(err)
				}
			}
			got[s.Sid] = slices.Sorted(slices.Values(actions))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements of AuditRole (-policy auditor +member.template.yaml):\n%s", diff)
	}
}
