package exception_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/exception"
)

func TestSet(t *testing.T) {
	now := time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)
	s := exception.NewSet(map[string]string{
		"b-ended":   `{"roles":["shared","ended"],"reason":"r","until":"2027-03-30"}`,
		"c-holds":   `{"roles":["shared"],"reason":"r","until":"2027-03-31"}`,
		"d-too":     `{"roles":["shared","last"],"reason":"r"}`,
		"a-secret":  "hunter2",
		"_reserved": `{"roles":["reserved"],"reason":"r"}`,
	})
	for role, want := range map[string]string{"shared": "c-holds", "last": "d-too", "ended": "", "reserved": "", "hunter2": ""} {
		if got, found := s.Find(exception.Role{Name: role}, now); got.Name != want || found != (want != "") {
			t.Errorf("role %s: got exception %q, %t, want %q", role, got.Name, found, want)
		}
	}
	var ended, malformed []string
	for _, e := range s.Ended(now) {
		ended = append(ended, e.Name)
	}
	for _, m := range s.Malformed {
		malformed = append(malformed, m.Error())
	}
	if diff := cmp.Diff([]string{"b-ended"}, ended); diff != "" {
		t.Errorf("ended (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		`exception "_reserved" is malformed: the name of an exception must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _`,
		`exception "a-secret" is malformed: it must be a JSON object with the members roles, stacks, accounts, principals, reason, and until`,
	}, malformed); diff != "" {
		t.Errorf("malformed (-want +got):\n%s", diff)
	}
}

func TestNewSet_limit(t *testing.T) {
	entries := make(map[string]string)
	for i := range exception.Limit + 2 {
		entries[fmt.Sprintf("e%02d", i)] = fmt.Sprintf(`{"roles":["role%02d"],"reason":"r"}`, i)
	}
	s := exception.NewSet(entries)
	if len(s.Exceptions) != exception.Limit || len(s.Malformed) != 2 || s.Malformed[0].Name != "e50" || s.Malformed[0].Err.Error() != "a registry has at most 50 exceptions" {
		t.Errorf("got %d exceptions and malformed %v", len(s.Exceptions), s.Malformed)
	}
	for role, want := range map[string]bool{"role49": true, "role50": false} {
		if _, found := s.Find(exception.Role{Name: role}, time.Now()); found != want {
			t.Errorf("%s: got %t, want %t", role, found, want)
		}
	}
}

func TestPresets(t *testing.T) {
	for _, preset := range exception.Presets() {
		if _, err := preset.Encode(); err != nil {
			t.Errorf("%s: %v", preset.Name, err)
		}
		if got, found := exception.Preset(preset.Name); !found || cmp.Diff(preset, got) != "" {
			t.Errorf("%s: got %+v, %t", preset.Name, got, found)
		}
	}
	if _, found := exception.Preset("other"); found {
		t.Error("there is a preset other")
	}
	for name, roles := range map[string][]exception.Role{
		"control-tower": {
			{Name: "aws-controltower-AdministratorExecutionRole"}, {Name: "AWSControlTowerExecution"}, {Name: "stacksets-exec-0123456789abcdef"},
			{Name: "ForwardSns", Stack: "StackSet-AWSControlTowerBP-BASELINE-CLOUDWATCH-1a2b"},
		},
		"organizations": {{Name: "OrganizationAccountAccessRole"}},
	} {
		preset, _ := exception.Preset(name)
		for _, role := range roles {
			if !preset.Matches(role) {
				t.Errorf("%s does not match %+v", name, role)
			}
		}
		if preset.Matches(exception.Role{Name: "app", Stack: "app"}) {
			t.Errorf("%s matches an application's role", name)
		}
	}
}
