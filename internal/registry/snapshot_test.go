package registry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

func snapshot(values map[string]string) registry.Snapshot {
	var parameters []registry.Parameter
	for name, value := range values {
		parameters = append(parameters, registry.Parameter{Name: "/ab/" + name, Value: value})
	}
	return registry.NewSnapshot("/ab", parameters)
}

func TestSnapshotLists(t *testing.T) {
	s := snapshot(map[string]string{
		"dev": "none", "_default": "none", "shop/dev": "none", "shop/_default": "none", "blog/dev": "none",
		"_account/123456789012": "dev", "too/deep/dev": "none", "_own": "none",
	})
	environments := []environment.Environment{
		{Name: "_default"}, {Name: "dev", Project: "blog"}, {Name: "dev"}, {Name: "_default", Project: "shop"}, {Name: "dev", Project: "shop"},
	}
	if diff := cmp.Diff(environments, s.Environments()); diff != "" {
		t.Errorf("environments (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"blog", "shop"}, s.Projects()); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
}

func TestSnapshotAccount(t *testing.T) {
	for name, test := range map[string]struct {
		value, want string
		fails       bool
	}{
		"named":        {"dev", "dev", false},
		"white_space":  {" dev\n", "dev", false},
		"not_a_name":   {"hunter2 hunter2", "", true},
		"the_default":  {"_default", "", true},
		"unset":        {"NONE", "", true},
		"empty":        {" ", "", true},
		"no_parameter": {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			values := map[string]string{}
			if test.value != "" {
				values["_account/123456789012"] = test.value
			}
			got, err := snapshot(values).Account("123456789012")
			if got != test.want || (err != nil) != test.fails {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}

// The setting ENVIRONMENT goes before an account's entry, a malformed one included: the macro does not read it.
func TestSnapshotSettingsOf(t *testing.T) {
	const account = "123456789012"
	for name, test := range map[string]struct {
		value, setting, want string
		fails                bool
	}{
		"entry":             {"dev", "", "dev", false},
		"setting":           {"dev", "prod", "prod", false},
		"malformed":         {"not a name", "", "", true},
		"malformed_setting": {"not a name", "prod", "prod", false},
		"setting_unset":     {"dev", "NONE", "dev", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := snapshot(map[string]string{"_account/" + account: test.value}).SettingsOf(account, environment.Settings{Fixed: test.setting})
			if (err != nil) != test.fails || err == nil && got.Fixed != test.want {
				t.Errorf("got %q and error %v, want %q", got.Fixed, err, test.want)
			}
		})
	}
}
