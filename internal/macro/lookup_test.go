package macro_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/registrytest"
)

const (
	fixedAccount = "111111111111"
	freeAccount  = "222222222222"
)

// hierarchy has an account that is fixed to prod, and those with entries that cannot hold.
func hierarchy() registrytest.Values {
	return registrytest.Values{
		"/ab/dev":                   "arn:aws:iam::aws:policy/Dev",
		"/ab/prod":                  "arn:aws:iam::aws:policy/Prod",
		"/ab/shop/prod":             "arn:aws:iam::aws:policy/ShopProd",
		"/ab/_account/111111111111": " prod\n",
		"/ab/_account/333333333333": "hunter2 hunter2",
		"/ab/_account/444444444444": "gone",
		"/ab/_account/555555555555": "NONE",
	}
}

// counted notes the names of each request to a source.
func counted(source registry.Source, requests *[][]string) registry.Source {
	return registrytest.Func(func(ctx context.Context, names []string) (map[string]string, error) {
		*requests = append(*requests, slices.Clone(names))
		return source.Values(ctx, names)
	})
}

func TestLookup(t *testing.T) {
	fixedSource := "SSM parameter /ab/_account/" + fixedAccount
	type result struct {
		Environment environment.Environment
		Parameter   string
		Requests    int
	}
	for name, test := range map[string]struct {
		account   string
		transform string
		settings  environment.Settings
		want      result
	}{
		"free_account": {freeAccount, `{"Environment":"dev"}`, environment.Settings{},
			result{environment.Environment{Name: "dev", Source: "transform parameter Environment"}, "/ab/dev", 1}},
		"free_account_by_default": {freeAccount, `{}`, environment.Settings{Default: "dev"},
			result{environment.Environment{Name: "dev", Source: "setting DEFAULT_ENVIRONMENT"}, "/ab/dev", 1}},
		"fixed_account_that_the_template_names": {fixedAccount, `{"Environment":"prod"}`, environment.Settings{},
			result{environment.Environment{Name: "prod", Source: fixedSource}, "/ab/prod", 1}},
		"fixed_account_and_no_name": {fixedAccount, `{}`, environment.Settings{},
			result{environment.Environment{Name: "prod", Source: fixedSource}, "/ab/prod", 2}},
		"fixed_account_before_the_default": {fixedAccount, `{}`, environment.Settings{Default: "dev"},
			result{environment.Environment{Name: "prod", Source: fixedSource}, "/ab/prod", 2}},
		"fixed_account_that_is_the_default": {fixedAccount, `{}`, environment.Settings{Default: "prod"},
			result{environment.Environment{Name: "prod", Source: fixedSource}, "/ab/prod", 1}},
		"fixed_account_and_a_fixed_project": {fixedAccount, `{"Environment":"prod"}`, environment.Settings{Project: "shop"},
			result{environment.Environment{Name: "prod", Project: "shop", Source: fixedSource}, "/ab/shop/prod", 1}},
		"fixed_account_and_any_project": {fixedAccount, `{"Project":"shop"}`, environment.Settings{Project: "*"},
			result{environment.Environment{Name: "prod", Project: "shop", Source: fixedSource}, "/ab/shop/prod", 2}},
		"the_setting_goes_first": {fixedAccount, `{}`, environment.Settings{Fixed: "dev"},
			result{environment.Environment{Name: "dev", Source: "setting ENVIRONMENT"}, "/ab/dev", 1}},
		"unknown_account": {"", `{"Environment":"dev"}`, environment.Settings{},
			result{environment.Environment{Name: "dev", Source: "transform parameter Environment"}, "/ab/dev", 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var requests [][]string
			e, entry, err := macro.Lookup(t.Context(), counted(hierarchy(), &requests), macro.Settings{ParameterPrefix: "/ab", Environment: test.settings}, template(test.transform), test.account)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, result{e, entry.Name, len(requests)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLookup_fails(t *testing.T) {
	for name, test := range map[string]struct {
		account   string
		transform string
		settings  environment.Settings
		want      []string
		requests  int
	}{
		"another_environment": {fixedAccount, `{"Environment":"dev"}`, environment.Settings{},
			[]string{"environment dev (transform parameter Environment)", "only environment prod", "SSM parameter /ab/_account/111111111111"}, 1},
		"a_project": {fixedAccount, `{"Environment":"prod","Project":"shop"}`, environment.Settings{},
			[]string{"project shop (transform parameter Project)", "fixed to prod (SSM parameter /ab/_account/111111111111)", "PROJECT"}, 1},
		"no_environment": {freeAccount, `{}`, environment.Settings{},
			[]string{environment.ErrNoEnvironment.Error()}, 1},
		"no_environment_and_unknown_account": {"", `{}`, environment.Settings{},
			[]string{environment.ErrNoEnvironment.Error()}, 0},
		"bad_name": {fixedAccount, `{"Environment":"_x"}`, environment.Settings{},
			[]string{"bad environment name in transform parameter Environment"}, 0},
		"malformed_entry": {"333333333333", `{"Environment":"dev"}`, environment.Settings{},
			[]string{"SSM parameter /ab/_account/333333333333 does not hold the name of an environment"}, 1},
		"entry_that_fixes_nothing": {"555555555555", `{"Environment":"dev"}`, environment.Settings{},
			[]string{"SSM parameter /ab/_account/555555555555 does not hold the name of an environment"}, 1},
		"fixed_to_what_is_not_there": {"444444444444", `{}`, environment.Settings{},
			[]string{"SSM parameter /ab/_account/444444444444 fixes account 444444444444 to environment gone, but environment gone has no boundary", "no SSM parameter found (looked up /ab/gone, /ab/_default)"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var requests [][]string
			_, _, err := macro.Lookup(t.Context(), counted(hierarchy(), &requests), macro.Settings{ParameterPrefix: "/ab", Environment: test.settings}, template(test.transform), test.account)
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %q, which repeats a value that may be a secret", err)
			}
			if len(requests) != test.requests {
				t.Errorf("got %d requests %v, want %d", len(requests), requests, test.requests)
			}
		})
	}
}

func template(transform string) environment.Template {
	var parameters map[string]jsontext.Value
	if err := json.Unmarshal([]byte(transform), &parameters); err != nil {
		panic(err)
	}
	return environment.Template{TransformParameters: parameters}
}
