package environment

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOfStack(t *testing.T) {
	ofName := func(name string) Environment { return Environment{Name: name, Source: "the stack's name"} }
	for name, test := range map[string]struct {
		stack    string
		settings Settings
		want     Environment
	}{
		"amplify_root":             {"amplify-shop-dev-1a2b3", Settings{}, ofName("dev")},
		"amplify_root_six_digits":  {"amplify-shop-dev-123456", Settings{}, ofName("dev")},
		"amplify_nested":           {"amplify-shop-dev-1a2b3-functionOrder-ABCDEF", Settings{}, ofName("dev")},
		"amplify_nested_in_nested": {"amplify-shop-dev-1a2b3-apishop-1ABC-Order-2DEF", Settings{}, ofName("dev")},
		"six_hexadecimal_digits":   {"amplify-shop-dev-1a2b3c", Settings{}, Environment{}},
		"upper_case_environment":   {"amplify-shop-Dev-1a2b3", Settings{}, Environment{}},
		"not_at_the_beginning":     {"my-amplify-shop-dev-1a2b3", Settings{}, Environment{}},
		"another":                  {"shop-dev", Settings{}, Environment{}},
		"no_stack":                 {"", Settings{}, Environment{}},
		"the_default_counts_not":   {"shop", Settings{Default: "dev"}, Environment{}},
		"fixed":                    {"amplify-shop-dev-1a2b3", Settings{Fixed: "prod"}, Environment{Name: "prod", Source: "setting ENVIRONMENT"}},
		"unset":                    {"amplify-shop-dev-1a2b3", Settings{Fixed: Unset}, ofName("dev")},
		"fixed_project":            {"shop", Settings{Project: "shop"}, Environment{Project: "shop"}},
		"any_project":              {"shop", Settings{Project: AnyProject}, Environment{}},
		"fixed_by_an_account":      {"shop", Settings{}.FixedBy("prod", "/ab/_account/1"), Environment{Name: "prod", Source: "SSM parameter /ab/_account/1"}},
		"not_fixed_by_an_account":  {"shop", Settings{}.FixedBy("", "/ab/_account/1"), Environment{}},
		"the_setting_goes_first":   {"shop", Settings{Fixed: "dev"}.FixedBy("prod", "/ab/_account/1"), Environment{Name: "dev", Source: "setting ENVIRONMENT"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, OfStack(test.stack, test.settings)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestOfAmplifyRoot(t *testing.T) {
	for name, want := range map[string]string{
		"amplify-shop-dev-12345":                          "dev",
		"amplify-Shop2-main-abcd1":                        "main",
		"amplify-shop-dev-123456":                         "dev",
		"amplify-shop-dev-12345-authshop-1ABCDEFGHIJKL":   "",
		"amplify-shop-DEV-12345":                          "",
		"my-amplify-shop-dev-12345":                       "",
		"amplify-d2abcdefghijkl-main-branch-0123456789":   "",
		"amplify-shop-me-sandbox-0123456789":              "",
		"amplify-shop-dev-12345\namplify-shop-prod-12345": "",
	} {
		got, isRoot := OfAmplifyRoot(name)
		if got != want || isRoot != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", name, got, isRoot, want)
		}
	}
}
