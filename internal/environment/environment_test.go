package environment

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

const (
	rootNames    = `"AuthRoleName":"amplify-shop-dev-1a2b3-authRole","UnauthRoleName":"amplify-shop-dev-1a2b3-unauthRole","DeploymentBucketName":"amplify-shop-dev-1a2b3-deployment"`
	graphQLChild = `"referencetotransformerrootstackenv10C5A902Ref"`
)

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name       string
		transform  string // the transform's parameters
		parameters string // the template parameters' values
		settings   Settings
		want       Environment
	}{
		{"transform_parameter_before_all_others", `{"Environment":"one"}`,
			`{"env":"two",` + graphQLChild + `:"three",` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"template_parameter_env_before_what_follows", `{}`,
			`{"env":"two",` + graphQLChild + `:"three",` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "two", Source: "template parameter env"}},
		{"graphql_child_before_what_follows", `{}`, `{` + graphQLChild + `:"three",` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "three", Source: "template parameter referencetotransformerrootstackenv10C5A902Ref"}},
		{"root_stack_before_the_default", `{}`, `{` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"default", `{}`, `{}`, Settings{Default: "five"},
			Environment{Name: "five", Source: "setting DEFAULT_ENVIRONMENT"}},
		{"fixed", `{}`, `{}`, Settings{Fixed: "prod", Default: "five"},
			Environment{Name: "prod", Source: "setting ENVIRONMENT"}},
		{"fixed_and_the_template_names_the_same", `{"Environment":"prod"}`, `{"env":"two"}`, Settings{Fixed: "prod"},
			Environment{Name: "prod", Source: "setting ENVIRONMENT"}},

		{"none_in_the_transform_parameter", `{"Environment":"NONE"}`, `{"env":"two"}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"empty_transform_parameter", `{"Environment":""}`, `{"env":"two"}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"none_behind_a_ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":"NONE","env":"two"}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"none_in_env", `{}`, `{"env":"NONE",` + graphQLChild + `:"three"}`, Settings{},
			Environment{Name: "three", Source: "template parameter referencetotransformerrootstackenv10C5A902Ref"}},
		{"empty_env", `{}`, `{"env":"",` + rootNames + `}`, Settings{},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"none_in_a_graphql_child", `{}`, `{` + graphQLChild + `:"NONE",` + rootNames + `}`, Settings{},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"none_everywhere", `{"Environment":"NONE","Project":"NONE"}`, `{"env":"NONE"}`, Settings{Fixed: "NONE", Default: "five"},
			Environment{Name: "five", Source: "setting DEFAULT_ENVIRONMENT"}},
		{"none_in_lower_case_is_a_name", `{"Environment":"none"}`, `{}`, Settings{},
			Environment{Name: "none", Source: "transform parameter Environment"}},

		{"project", `{"Environment":"one","Project":"shop"}`, `{}`, Settings{},
			Environment{Name: "one", Project: "shop", Source: "transform parameter Environment"}},
		{"any_project_under_a_fixed_environment", `{"Project":"shop"}`, `{}`, Settings{Fixed: "prod", Project: "*"},
			Environment{Name: "prod", Project: "shop", Source: "setting ENVIRONMENT"}},
		{"any_project_none_named_under_a_fixed_environment", `{}`, `{}`, Settings{Fixed: "prod", Project: "*"},
			Environment{Name: "prod", Source: "setting ENVIRONMENT"}},
		{"empty_project_under_a_fixed_environment", `{"Project":""}`, `{}`, Settings{Fixed: "prod"},
			Environment{Name: "prod", Source: "setting ENVIRONMENT"}},
		{"project_none_under_a_fixed_environment", `{"Project":{"Ref":"App"}}`, `{"App":"NONE"}`, Settings{Fixed: "prod", Project: "NONE"},
			Environment{Name: "prod", Source: "setting ENVIRONMENT"}},
		{"fixed_project_and_environment", `{}`, `{}`, Settings{Fixed: "prod", Project: "shop"},
			Environment{Name: "prod", Project: "shop", Source: "setting ENVIRONMENT"}},
		{"fixed_project_and_environment_and_the_template_names_the_same", `{"Environment":"prod","Project":"shop"}`, `{}`, Settings{Fixed: "prod", Project: "shop"},
			Environment{Name: "prod", Project: "shop", Source: "setting ENVIRONMENT"}},
		{"fixed_project_alone", `{"Environment":"one","Project":""}`, `{}`, Settings{Project: "shop"},
			Environment{Name: "one", Project: "shop", Source: "transform parameter Environment"}},
		{"fixed_project_and_default_environment", `{}`, `{}`, Settings{Project: "shop", Default: "five"},
			Environment{Name: "five", Project: "shop", Source: "setting DEFAULT_ENVIRONMENT"}},
		{"project_with_a_default_environment", `{"Project":"shop"}`, `{}`, Settings{Default: "five"},
			Environment{Name: "five", Project: "shop", Source: "setting DEFAULT_ENVIRONMENT"}},
		{"any_project_without_a_fixed_environment", `{"Environment":"one","Project":"shop"}`, `{}`, Settings{Project: "*"},
			Environment{Name: "one", Project: "shop", Source: "transform parameter Environment"}},

		{"revision", `{"Environment":"one","Revision":"2026-11-24"}`, `{}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"revision_that_is_a_number", `{"Revision":7}`, `{"env":"two"}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"project_of_an_amplify_root_stack_is_not_guessed", `{}`, `{` + rootNames + `}`, Settings{},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"empty_project", `{"Environment":"one","Project":""}`, `{}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"project_none", `{"Environment":"one","Project":"NONE"}`, `{}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"project_behind_a_ref", `{"Environment":"one","Project":{"Ref":"Application"}}`, `{"Application":"shop"}`, Settings{},
			Environment{Name: "one", Project: "shop", Source: "transform parameter Environment"}},

		{"unresolved_ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":"one"}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment (Ref Stage)"}},
		{"unresolved_ref_with_an_escape", `{"Environment":{"\u0052ef":"St\u0061ge"}}`, `{"Stage":"\u006fne"}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment (Ref Stage)"}},

		{"no_template_parameters_at_all", `{"Environment":"one"}`, `null`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"other_template_parameters_of_any_kind", `null`, `{"env":"two","list":["a"],"number":1,"Environment":"no","AuthRoleName":["x"]}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"graphql_children_that_agree", `{}`, `{` + graphQLChild + `:"three","referencetotransformerrootstackenvFFFFFFFFRef":"three"}`, Settings{},
			Environment{Name: "three", Source: "template parameter referencetotransformerrootstackenv10C5A902Ref"}},
		{"longest_name_of_a_graphql_child", `{}`, `{"referencetotransformerrootstackenv` + strings.Repeat("A", 218) + `Ref":"three"}`, Settings{},
			Environment{Name: "three", Source: "template parameter referencetotransformerrootstackenv" + strings.Repeat("A", 218) + "Ref"}},
		{"names_that_only_resemble_the_graphql_childs", `{}`,
			`{"referencetotransformerrootstackenv\nRef":"x","referencetotransformerrootstackenv` + strings.Repeat("A", 219) + `Ref":"x","referencetotransformerrootstackenv":"x","xreferencetotransformerrootstackenv1Ref":"x","referencetotransformerrootstackenv1ref":"x"}`,
			Settings{Default: "five"}, Environment{Name: "five", Source: "setting DEFAULT_ENVIRONMENT"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Find(Template{members(t, test.transform), members(t, test.parameters)}, test.settings)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindRootStack(t *testing.T) {
	named := func(source, name string) Environment { return Environment{Name: name, Source: source} }
	byDefault := named("setting DEFAULT_ENVIRONMENT", "other")
	for _, test := range []struct {
		name, parameters string
		want             Environment
	}{
		{"auth_role", `{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole"}`, named("template parameter AuthRoleName", "dev")},
		{"unauth_role", `{"UnauthRoleName":"amplify-shop-dev-1a2b3-unauthRole"}`, named("template parameter UnauthRoleName", "dev")},
		{"deployment_bucket", `{"DeploymentBucketName":"amplify-shop-dev-1a2b3-deployment"}`, named("template parameter DeploymentBucketName", "dev")},
		{"old_suffix_of_six_digits", `{"DeploymentBucketName":"amplify-shop-dev-123456-deployment"}`, named("template parameter DeploymentBucketName", "dev")},
		{"five_digits", `{"DeploymentBucketName":"amplify-shop-dev-12345-deployment"}`, named("template parameter DeploymentBucketName", "dev")},
		{"project_with_capitals_and_digits", `{"AuthRoleName":"amplify-Shop2-dev-1a2b3-authRole"}`, named("template parameter AuthRoleName", "dev")},
		{"longest_name", `{"AuthRoleName":"amplify-shop-abcdefghij-1a2b3-authRole"}`, named("template parameter AuthRoleName", "abcdefghij")},
		{"only_some_of_amplifys_form", `{"AuthRoleName":"mine","UnauthRoleName":"amplify-shop-dev-1a2b3-unauthRole"}`, named("template parameter UnauthRoleName", "dev")},
		{"six_letters_of_a_suffix", `{"AuthRoleName":"amplify-shop-dev-1a2b3c-authRole"}`, byDefault},
		{"four_letters_of_a_suffix", `{"AuthRoleName":"amplify-shop-dev-1a2b-authRole"}`, byDefault},
		{"capitals_in_the_suffix", `{"AuthRoleName":"amplify-shop-dev-1A2B3-authRole"}`, byDefault},
		{"name_too_long", `{"AuthRoleName":"amplify-shop-abcdefghijk-1a2b3-authRole"}`, byDefault},
		{"name_too_short", `{"AuthRoleName":"amplify-shop-d-1a2b3-authRole"}`, byDefault},
		{"capitals_in_the_name", `{"AuthRoleName":"amplify-shop-Dev-1a2b3-authRole"}`, byDefault},
		{"no_project", `{"AuthRoleName":"amplify-dev-1a2b3-authRole"}`, byDefault},
		{"hyphen_in_the_project", `{"AuthRoleName":"amplify-my-shop-dev-1a2b3-authRole"}`, byDefault},
		{"another_role", `{"AuthRoleName":"amplify-shop-dev-1a2b3-otherRole"}`, byDefault},
		{"something_before", `{"AuthRoleName":"my-amplify-shop-dev-1a2b3-authRole"}`, byDefault},
		{"something_after", `{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole-2"}`, byDefault},
		{"another_parameter", `{"RoleName":"amplify-shop-dev-1a2b3-authRole"}`, byDefault},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Find(Template{nil, members(t, test.parameters)}, Settings{Default: "other"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindRefuses(t *testing.T) {
	const (
		badEnvironment = "bad environment name in %s: it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"
		disagree       = "template parameter %s names environment %s, but template parameter %s names environment %s; " +
			"add the transform parameter Environment, which takes precedence"
		onlyProd = "the template names environment %[1]s (%[2]s), but this account accepts only environment prod (setting ENVIRONMENT); " +
			"deploy the stack in %[1]s's account, or remove the name"
	)
	for _, test := range []struct {
		name       string
		transform  string
		parameters string
		settings   Settings
		want       string
	}{
		{"a_template_that_names_none", `{}`, `{}`, Settings{},
			"no environment is set: add the transform parameter Environment"},
		{"none_everywhere", `{"Environment":"NONE"}`, `{"env":"NONE"}`, Settings{Fixed: "NONE", Default: "NONE"},
			"no environment is set: add the transform parameter Environment"},

		{"an_unknown_transform_parameter", `{"Environment":"dev","Env":"secret"}`, `{}`, Settings{},
			`unknown transform parameter "Env"; the transform's parameters are Environment, Project and Revision`},
		{"an_unknown_transform_parameter_even_where_the_environment_is_fixed", `{"environment":"secret"}`, `{}`, Settings{Fixed: "prod"},
			`unknown transform parameter "environment"; the transform's parameters are Environment, Project and Revision`},
		{"the_first_unknown_transform_parameter_by_name", `{"b":1,"a\n":1}`, `{}`, Settings{},
			`unknown transform parameter "a\n"; the transform's parameters are Environment, Project and Revision`},

		{"a_bad_name_in_the_transform_parameter", `{"Environment":"sec ret"}`, `{}`, Settings{}, fmt.Sprintf(badEnvironment, "transform parameter Environment")},
		{"a_bad_name_behind_a_ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":"sec/ret"}`, Settings{},
			fmt.Sprintf(badEnvironment, "transform parameter Environment (Ref Stage)")},
		{"a_bad_name_in_env", `{}`, `{"env":"_default"}`, Settings{Default: "dev"}, fmt.Sprintf(badEnvironment, "template parameter env")},
		{"a_bad_name_in_a_graphql_child", `{}`, `{` + graphQLChild + `:"../secret"}`, Settings{Default: "dev"},
			fmt.Sprintf(badEnvironment, "template parameter referencetotransformerrootstackenv10C5A902Ref")},
		{"a_bad_name_even_where_the_environment_is_fixed", `{"Environment":"sec ret"}`, `{}`, Settings{Fixed: "prod"},
			fmt.Sprintf(badEnvironment, "transform parameter Environment")},
		{"a_bad_project_name", `{"Environment":"dev","Project":"sec ret"}`, `{}`, Settings{},
			"bad project name in transform parameter Project: it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"},

		{"a_number", `{"Environment":5}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: it must be a string, or a Ref to a template parameter"},
		{"a_list", `{"Environment":["secret"]}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: it must be a string, or a Ref to a template parameter"},
		{"null", `{"Environment":null}`, `{"env":"dev"}`, Settings{},
			"bad environment name in transform parameter Environment: it must be a string, or a Ref to a template parameter"},
		{"another_intrinsic_function", `{"Environment":{"Fn::Sub":"secret"}}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: it must be a string, or a Ref to a template parameter"},
		{"a_ref_among_others", `{"Environment":{"Ref":"Stage","secret":"Stage"}}`, `{"Stage":"dev"}`, Settings{},
			"bad environment name in transform parameter Environment: it must be a string, or a Ref to a template parameter"},
		{"a_ref_to_a_number", `{"Environment":{"Ref":5}}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: it must be a string, or a Ref to a template parameter"},
		{"a_ref_to_what_cannot_be_a_parameters_name", `{"Environment":{"Ref":"secret words"}}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: it must be a string, or a Ref to a template parameter"},
		{"a_ref_to_no_parameter", `{"Environment":{"Ref":"Stage"}}`, `{"env":"dev"}`, Settings{},
			"bad environment name in transform parameter Environment (Ref Stage): the template has no such parameter; declare it, or write the name instead"},
		{"a_ref_to_a_list", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":["secret"]}`, Settings{},
			"bad environment name in transform parameter Environment (Ref Stage): the template parameter is not a string"},
		{"a_ref_to_a_ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":{"Ref":"Stage"}}`, Settings{},
			"bad environment name in transform parameter Environment (Ref Stage): the template parameter is not a string"},
		{"a_project_that_is_a_number", `{"Environment":"dev","Project":5}`, `{}`, Settings{},
			"bad project name in transform parameter Project: it must be a string, or a Ref to a template parameter"},
		{"an_env_that_is_a_list", `{}`, `{"env":["secret"]}`, Settings{Default: "dev"},
			"bad environment name in template parameter env: it must be a string"},
		{"a_graphql_childs_that_is_a_number", `{}`, `{` + graphQLChild + `:5}`, Settings{Default: "dev"},
			"bad environment name in template parameter referencetotransformerrootstackenv10C5A902Ref: it must be a string"},

		{"root_stack_names_that_disagree", `{}`,
			`{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole","UnauthRoleName":"amplify-shop-dev-1a2b3-unauthRole","DeploymentBucketName":"amplify-shop-prod-1a2b3-deployment"}`,
			Settings{}, fmt.Sprintf(disagree, "AuthRoleName", "dev", "DeploymentBucketName", "prod")},
		{"root_stack_names_that_disagree_although_there_is_a_default", `{}`,
			`{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole","UnauthRoleName":"amplify-shop-prod-1a2b3-unauthRole"}`,
			Settings{Default: "dev"}, fmt.Sprintf(disagree, "AuthRoleName", "dev", "UnauthRoleName", "prod")},
		{"root_stack_names_that_disagree_although_the_environment_is_fixed", `{}`,
			`{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole","UnauthRoleName":"amplify-shop-prod-1a2b3-unauthRole"}`,
			Settings{Fixed: "dev"}, fmt.Sprintf(disagree, "AuthRoleName", "dev", "UnauthRoleName", "prod")},
		{"graphql_children_that_disagree", `{}`, `{` + graphQLChild + `:"dev","referencetotransformerrootstackenvFFFFFFFFRef":"prod"}`, Settings{},
			fmt.Sprintf(disagree, "referencetotransformerrootstackenv10C5A902Ref", "dev", "referencetotransformerrootstackenvFFFFFFFFRef", "prod")},

		{"another_environment_than_the_fixed_one_in_the_transform", `{"Environment":"dev"}`, `{"env":"prod"}`, Settings{Fixed: "prod"},
			fmt.Sprintf(onlyProd, "dev", "transform parameter Environment")},
		{"another_environment_than_the_fixed_one_in_env", `{}`, `{"env":"dev"}`, Settings{Fixed: "prod", Default: "prod"},
			fmt.Sprintf(onlyProd, "dev", "template parameter env")},
		{"another_environment_than_the_fixed_one_in_a_graphql_child", `{}`, `{` + graphQLChild + `:"dev"}`, Settings{Fixed: "prod"},
			fmt.Sprintf(onlyProd, "dev", "template parameter referencetotransformerrootstackenv10C5A902Ref")},
		{"another_environment_than_the_fixed_one_in_the_root_stack", `{}`, `{` + rootNames + `}`, Settings{Fixed: "prod"},
			fmt.Sprintf(onlyProd, "dev", "template parameter AuthRoleName")},
		{"a_project_under_a_fixed_environment", `{"Project":"shop"}`, `{}`, Settings{Fixed: "prod"},
			"the template names project shop (transform parameter Project), but the environment is fixed to prod (setting ENVIRONMENT), " +
				"and a project's boundaries would take precedence; remove the project, or ask the operator to set PROJECT to shop, or to * for any project"},
		{"a_project_behind_a_ref_under_a_fixed_environment", `{"Environment":"prod","Project":{"Ref":"App"}}`, `{"App":"shop"}`, Settings{Fixed: "prod", Project: "NONE"},
			"the template names project shop (transform parameter Project (Ref App)), but the environment is fixed to prod (setting ENVIRONMENT), " +
				"and a project's boundaries would take precedence; remove the project, or ask the operator to set PROJECT to shop, or to * for any project"},
		{"another_project_than_the_fixed_one", `{"Environment":"prod","Project":"sandbox"}`, `{}`, Settings{Project: "shop"},
			"the template names project sandbox (transform parameter Project), but this account accepts only project shop (setting PROJECT); " +
				"deploy the stack in sandbox's account, or remove the name"},
		{"a_bad_project_name_under_a_fixed_project", `{"Project":"sec ret"}`, `{}`, Settings{Fixed: "prod", Project: "shop"},
			"bad project name in transform parameter Project: it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"},

		{"an_output_in_the_transform_parameter", `{"Environment":"{{IntrinsicFunction:stack/Other.Outputs.X/Fn::GetAtt}}"}`, `{"env":"dev"}`, Settings{},
			notKnown("environment", "transform parameter Environment")},
		{"an_output_behind_a_ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":"{{IntrinsicFunction:stack/Other.Outputs.X/Fn::GetAtt}}"}`, Settings{},
			notKnown("environment", "transform parameter Environment (Ref Stage)")},
		{"an_output_in_env", `{}`, `{"env":"{{IntrinsicFunction:stack/Other.Outputs.X/Fn::GetAtt}}"}`, Settings{Default: "dev"},
			notKnown("environment", "template parameter env")},
		{"an_output_in_env_where_the_environment_is_fixed", `{}`, `{"env":"{{IntrinsicFunction:stack/Other.Outputs.X/Fn::GetAtt}}"}`, Settings{Fixed: "dev"},
			notKnown("environment", "template parameter env")},
		{"an_output_in_a_graphql_child", `{}`, `{` + graphQLChild + `:"{{IntrinsicFunction:stack/Other.Outputs.X/Fn::GetAtt}}"}`, Settings{},
			notKnown("environment", "template parameter referencetotransformerrootstackenv10C5A902Ref")},
		{"an_output_in_a_root_stack_name", `{}`, `{"AuthRoleName":"{{IntrinsicFunction:stack/Other.Outputs.X/Fn::GetAtt}}"}`, Settings{Default: "dev"},
			notKnown("environment", "template parameter AuthRoleName")},
		{"an_output_within_a_project", `{"Environment":"dev","Project":"shop-{{IntrinsicFunction:stack/Other.Outputs.X/Fn::GetAtt}}"}`, `{}`, Settings{},
			notKnown("project", "transform parameter Project")},
		{"a_bad_name_among_graphql_children", `{}`, `{` + graphQLChild + `:"dev","referencetotransformerrootstackenvFFFFFFFFRef":"sec ret"}`, Settings{},
			fmt.Sprintf(badEnvironment, "template parameter referencetotransformerrootstackenvFFFFFFFFRef")},
		{"the_fixed_environment_in_other_letters", `{"Environment":"Prod"}`, `{}`, Settings{Fixed: "prod"},
			fmt.Sprintf(onlyProd, "Prod", "transform parameter Environment")},
	} {
		t.Run(test.name, func(t *testing.T) {
			environment, err := Find(Template{members(t, test.transform), members(t, test.parameters)}, test.settings)
			if err == nil || environment != (Environment{}) {
				t.Fatalf("got %+v, %v", environment, err)
			}
			if got := err.Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// notKnown is the message on what a change set with nested stacks gives for another resource's output.
func notKnown(kind, source string) string {
	return "the " + kind + " name in " + source + " is not known yet: the change set contains a placeholder for another resource's output " +
		"({{IntrinsicFunction:...}}); pass the name as a literal, or as the transform's parameter"
}

// Where an earlier source names the environment, a disagreement of later ones does not matter.
func TestFindFirstAnswer(t *testing.T) {
	got, err := Find(Template{members(t, `{"Environment":"dev"}`), members(t, `{"env":["x"],
		"AuthRoleName":"amplify-shop-one-1a2b3-authRole","UnauthRoleName":"amplify-shop-two-1a2b3-unauthRole"}`)}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Environment{Name: "dev", Source: "transform parameter Environment"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestValidName(t *testing.T) {
	for name, want := range map[string]bool{
		"dev":                   true,
		"Prod-eu_1.2":           true,
		"-":                     true,
		"0":                     true,
		"a_":                    true,
		"none":                  true,
		strings.Repeat("a", 64): true,
		strings.Repeat("a", 65): false,
		"":                      false,
		"_default":              false,
		"_":                     false,
		".":                     false,
		"..":                    false,
		".dev":                  false,
		"a/b":                   false,
		"a b":                   false,
		"a\n":                   false,
		"dév":                   false,
		"a:1":                   false,
		"*":                     false,
		"a\xff":                 false,
	} {
		if got := ValidName(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
		if got := regexp.MustCompile("^" + NamePattern + "$").MatchString(name); got != want {
			t.Errorf("NamePattern: %q: got %t, want %t", name, got, want)
		}
	}
}

func members(t *testing.T, object string) map[string]jsontext.Value {
	t.Helper()
	var members map[string]jsontext.Value
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		t.Fatal(err)
	}
	return members
}

// The pattern is what template.yaml has, and the function is what decides.
func FuzzValidName(f *testing.F) {
	pattern := regexp.MustCompile("^" + NamePattern + "$")
	for _, name := range []string{"dev", "_default", ".", "", "a b", "é", strings.Repeat("n", 64), strings.Repeat("n", 65)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if got, want := ValidName(name), pattern.MatchString(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	})
}

func TestTemplate_AcceptsParameter(t *testing.T) {
	for name, test := range map[string]struct {
		transform, values string
		want              bool
	}{
		"nothing":             {`{}`, `{}`, false},
		"literal":             {`{"Environment":"dev"}`, `{"Stage":"dev"}`, false},
		"Ref":                 {`{"Environment":{"Ref":"Stage"}}`, `{"Stage":"dev"}`, true},
		"category_stack":      {`{}`, `{"env":""}`, true},
		"GraphQL_child":       {`{}`, `{"referencetotransformerrootstackenv10C5A902Ref":"NONE"}`, true},
		"root_stack":          {`{}`, `{"AuthRoleName":""}`, true},
		"root_stack_unauth":   {`{}`, `{"UnauthRoleName":""}`, true},
		"root_stack_bucket":   {`{}`, `{"DeploymentBucketName":""}`, true},
		"another_parameter":   {`{}`, `{"Environment":"dev"}`, false},
		"almost_GraphQL":      {`{}`, `{"referencetotransformerrootstackenv":"dev"}`, false},
		"literal_with_an_env": {`{"Environment":"dev"}`, `{"env":"dev"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			template := Template{TransformParameters: members(t, test.transform), ParameterValues: members(t, test.values)}
			if got := template.AcceptsParameter(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
