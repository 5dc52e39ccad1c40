package environment

import (
	"fmt"
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

func TestFindTakesTheFirstPlaceThatAnswers(t *testing.T) {
	for _, test := range []struct {
		name       string
		transform  string // the transform's parameters
		parameters string // the template parameters' values
		settings   Settings
		want       Environment
	}{
		{"transform parameter before all others", `{"Environment":"one"}`,
			`{"env":"two",` + graphQLChild + `:"three",` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"template parameter env before what follows", `{}`,
			`{"env":"two",` + graphQLChild + `:"three",` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "two", Source: "template parameter env"}},
		{"GraphQL child before what follows", `{}`, `{` + graphQLChild + `:"three",` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "three", Source: "template parameter referencetotransformerrootstackenv10C5A902Ref"}},
		{"root stack before the default", `{}`, `{` + rootNames + `}`, Settings{Default: "five"},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"default", `{}`, `{}`, Settings{Default: "five"},
			Environment{Name: "five", Source: "setting DEFAULT_ENVIRONMENT"}},
		{"fixed", `{}`, `{}`, Settings{Fixed: "prod", Default: "five"},
			Environment{Name: "prod", Source: "setting ENVIRONMENT"}},
		{"fixed, and the template names the same", `{"Environment":"prod"}`, `{"env":"two"}`, Settings{Fixed: "prod"},
			Environment{Name: "prod", Source: "setting ENVIRONMENT"}},

		{"NONE in the transform parameter", `{"Environment":"NONE"}`, `{"env":"two"}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"empty transform parameter", `{"Environment":""}`, `{"env":"two"}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"NONE behind a Ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":"NONE","env":"two"}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"NONE in env", `{}`, `{"env":"NONE",` + graphQLChild + `:"three"}`, Settings{},
			Environment{Name: "three", Source: "template parameter referencetotransformerrootstackenv10C5A902Ref"}},
		{"empty env", `{}`, `{"env":"",` + rootNames + `}`, Settings{},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"NONE in a GraphQL child", `{}`, `{` + graphQLChild + `:"NONE",` + rootNames + `}`, Settings{},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"NONE everywhere", `{"Environment":"NONE","Project":"NONE"}`, `{"env":"NONE"}`, Settings{Fixed: "NONE", Default: "five"},
			Environment{Name: "five", Source: "setting DEFAULT_ENVIRONMENT"}},
		{"none in lower case is a name", `{"Environment":"none"}`, `{}`, Settings{},
			Environment{Name: "none", Source: "transform parameter Environment"}},

		{"project", `{"Environment":"one","Project":"shop"}`, `{}`, Settings{},
			Environment{Name: "one", Project: "shop", Source: "transform parameter Environment"}},
		{"project with a fixed environment", `{"Project":"shop"}`, `{}`, Settings{Fixed: "prod"},
			Environment{Name: "prod", Project: "shop", Source: "setting ENVIRONMENT"}},
		{"project of an Amplify root stack is not guessed", `{}`, `{` + rootNames + `}`, Settings{},
			Environment{Name: "dev", Source: "template parameter AuthRoleName"}},
		{"empty project", `{"Environment":"one","Project":""}`, `{}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"project NONE", `{"Environment":"one","Project":"NONE"}`, `{}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"project behind a Ref", `{"Environment":"one","Project":{"Ref":"Application"}}`, `{"Application":"shop"}`, Settings{},
			Environment{Name: "one", Project: "shop", Source: "transform parameter Environment"}},

		{"unresolved Ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":"one"}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment (Ref Stage)"}},
		{"unresolved Ref with an escape", `{"Environment":{"\u0052ef":"St\u0061ge"}}`, `{"Stage":"\u006fne"}`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment (Ref Stage)"}},

		{"no template parameters at all", `{"Environment":"one"}`, `null`, Settings{},
			Environment{Name: "one", Source: "transform parameter Environment"}},
		{"other template parameters, of any kind", `null`, `{"env":"two","list":["a"],"number":1,"Environment":"no","AuthRoleName":["x"]}`, Settings{},
			Environment{Name: "two", Source: "template parameter env"}},
		{"GraphQL children that agree", `{}`, `{` + graphQLChild + `:"three","referencetotransformerrootstackenvFFFFFFFFRef":"three"}`, Settings{},
			Environment{Name: "three", Source: "template parameter referencetotransformerrootstackenv10C5A902Ref"}},
		{"names that only resemble the GraphQL child's", `{}`,
			`{"referencetotransformerrootstackenv":"x","xreferencetotransformerrootstackenv1Ref":"x","referencetotransformerrootstackenv1ref":"x"}`,
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

func TestFindReadsTheNamesOfAmplifysRootStack(t *testing.T) {
	named := func(source, name string) Environment { return Environment{Name: name, Source: source} }
	byDefault := named("setting DEFAULT_ENVIRONMENT", "other")
	for _, test := range []struct {
		name, parameters string
		want             Environment
	}{
		{"auth role", `{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole"}`, named("template parameter AuthRoleName", "dev")},
		{"unauth role", `{"UnauthRoleName":"amplify-shop-dev-1a2b3-unauthRole"}`, named("template parameter UnauthRoleName", "dev")},
		{"deployment bucket", `{"DeploymentBucketName":"amplify-shop-dev-1a2b3-deployment"}`, named("template parameter DeploymentBucketName", "dev")},
		{"old suffix of six digits", `{"DeploymentBucketName":"amplify-shop-dev-123456-deployment"}`, named("template parameter DeploymentBucketName", "dev")},
		{"five digits", `{"DeploymentBucketName":"amplify-shop-dev-12345-deployment"}`, named("template parameter DeploymentBucketName", "dev")},
		{"project with capitals and digits", `{"AuthRoleName":"amplify-Shop2-dev-1a2b3-authRole"}`, named("template parameter AuthRoleName", "dev")},
		{"longest name", `{"AuthRoleName":"amplify-shop-abcdefghij-1a2b3-authRole"}`, named("template parameter AuthRoleName", "abcdefghij")},
		{"only some of Amplify's form", `{"AuthRoleName":"mine","UnauthRoleName":"amplify-shop-dev-1a2b3-unauthRole"}`, named("template parameter UnauthRoleName", "dev")},
		{"six letters of a suffix", `{"AuthRoleName":"amplify-shop-dev-1a2b3c-authRole"}`, byDefault},
		{"four letters of a suffix", `{"AuthRoleName":"amplify-shop-dev-1a2b-authRole"}`, byDefault},
		{"capitals in the suffix", `{"AuthRoleName":"amplify-shop-dev-1A2B3-authRole"}`, byDefault},
		{"name too long", `{"AuthRoleName":"amplify-shop-abcdefghijk-1a2b3-authRole"}`, byDefault},
		{"name too short", `{"AuthRoleName":"amplify-shop-d-1a2b3-authRole"}`, byDefault},
		{"capitals in the name", `{"AuthRoleName":"amplify-shop-Dev-1a2b3-authRole"}`, byDefault},
		{"no project", `{"AuthRoleName":"amplify-dev-1a2b3-authRole"}`, byDefault},
		{"hyphen in the project", `{"AuthRoleName":"amplify-my-shop-dev-1a2b3-authRole"}`, byDefault},
		{"another role", `{"AuthRoleName":"amplify-shop-dev-1a2b3-otherRole"}`, byDefault},
		{"something before", `{"AuthRoleName":"my-amplify-shop-dev-1a2b3-authRole"}`, byDefault},
		{"something after", `{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole-2"}`, byDefault},
		{"another parameter", `{"RoleName":"amplify-shop-dev-1a2b3-authRole"}`, byDefault},
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
		disagree       = "template parameter %s and template parameter %s name different environments; " +
			"give the transform a parameter Environment, which wins over both"
		onlyProd = "the template names environment %[1]s (%[2]s), but only environment prod is deployed here (setting ENVIRONMENT); " +
			"deploy it where %[1]s belongs, or take the name out of the template"
	)
	for _, test := range []struct {
		name       string
		transform  string
		parameters string
		settings   Settings
		want       string
	}{
		{"a template that names none", `{}`, `{}`, Settings{},
			"the template names no environment; give the transform a parameter Environment, or the template a parameter env whose value is the environment's name"},
		{"NONE everywhere", `{"Environment":"NONE"}`, `{"env":"NONE"}`, Settings{Fixed: "NONE", Default: "NONE"},
			"the template names no environment; give the transform a parameter Environment, or the template a parameter env whose value is the environment's name"},

		{"an unknown transform parameter", `{"Environment":"dev","Env":"secret"}`, `{}`, Settings{},
			`unknown transform parameter "Env"; the transform's parameters are Environment and Project`},
		{"an unknown transform parameter even where the environment is fixed", `{"environment":"secret"}`, `{}`, Settings{Fixed: "prod"},
			`unknown transform parameter "environment"; the transform's parameters are Environment and Project`},
		{"the first unknown transform parameter by name", `{"b":1,"a\n":1}`, `{}`, Settings{},
			`unknown transform parameter "a\n"; the transform's parameters are Environment and Project`},

		{"a bad name in the transform parameter", `{"Environment":"sec ret"}`, `{}`, Settings{}, fmt.Sprintf(badEnvironment, "transform parameter Environment")},
		{"a bad name behind a Ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":"sec/ret"}`, Settings{},
			fmt.Sprintf(badEnvironment, "transform parameter Environment (Ref Stage)")},
		{"a bad name in env", `{}`, `{"env":"_default"}`, Settings{Default: "dev"}, fmt.Sprintf(badEnvironment, "template parameter env")},
		{"a bad name in a GraphQL child", `{}`, `{` + graphQLChild + `:"../secret"}`, Settings{Default: "dev"},
			fmt.Sprintf(badEnvironment, "template parameter referencetotransformerrootstackenv10C5A902Ref")},
		{"a bad name even where the environment is fixed", `{"Environment":"sec ret"}`, `{}`, Settings{Fixed: "prod"},
			fmt.Sprintf(badEnvironment, "transform parameter Environment")},
		{"a bad project name", `{"Environment":"dev","Project":"sec ret"}`, `{}`, Settings{},
			"bad project name in transform parameter Project: it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"},

		{"a number", `{"Environment":5}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: neither a string nor a Ref to a template parameter"},
		{"a list", `{"Environment":["secret"]}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: neither a string nor a Ref to a template parameter"},
		{"null", `{"Environment":null}`, `{"env":"dev"}`, Settings{},
			"bad environment name in transform parameter Environment: neither a string nor a Ref to a template parameter"},
		{"another intrinsic function", `{"Environment":{"Fn::Sub":"secret"}}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: neither a string nor a Ref to a template parameter"},
		{"a Ref among others", `{"Environment":{"Ref":"Stage","secret":"Stage"}}`, `{"Stage":"dev"}`, Settings{},
			"bad environment name in transform parameter Environment: neither a string nor a Ref to a template parameter"},
		{"a Ref to a number", `{"Environment":{"Ref":5}}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: neither a string nor a Ref to a template parameter"},
		{"a Ref to what cannot be a parameter's name", `{"Environment":{"Ref":"secret words"}}`, `{}`, Settings{},
			"bad environment name in transform parameter Environment: neither a string nor a Ref to a template parameter"},
		{"a Ref to no parameter", `{"Environment":{"Ref":"Stage"}}`, `{"env":"dev"}`, Settings{},
			"bad environment name in transform parameter Environment (Ref Stage): the template has no such parameter; declare it, or write the name itself"},
		{"a Ref to a list", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":["secret"]}`, Settings{},
			"bad environment name in transform parameter Environment (Ref Stage): the template parameter is not a string"},
		{"a Ref to a Ref", `{"Environment":{"Ref":"Stage"}}`, `{"Stage":{"Ref":"Stage"}}`, Settings{},
			"bad environment name in transform parameter Environment (Ref Stage): the template parameter is not a string"},
		{"a project that is a number", `{"Environment":"dev","Project":5}`, `{}`, Settings{},
			"bad project name in transform parameter Project: neither a string nor a Ref to a template parameter"},
		{"an env that is a list", `{}`, `{"env":["secret"]}`, Settings{Default: "dev"},
			"bad environment name in template parameter env: not a string"},
		{"a GraphQL child's that is a number", `{}`, `{` + graphQLChild + `:5}`, Settings{Default: "dev"},
			"bad environment name in template parameter referencetotransformerrootstackenv10C5A902Ref: not a string"},

		{"root stack names that disagree", `{}`,
			`{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole","UnauthRoleName":"amplify-shop-dev-1a2b3-unauthRole","DeploymentBucketName":"amplify-shop-prod-1a2b3-deployment"}`,
			Settings{}, fmt.Sprintf(disagree, "AuthRoleName", "DeploymentBucketName")},
		{"root stack names that disagree although there is a default", `{}`,
			`{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole","UnauthRoleName":"amplify-shop-prod-1a2b3-unauthRole"}`,
			Settings{Default: "dev"}, fmt.Sprintf(disagree, "AuthRoleName", "UnauthRoleName")},
		{"root stack names that disagree although the environment is fixed", `{}`,
			`{"AuthRoleName":"amplify-shop-dev-1a2b3-authRole","UnauthRoleName":"amplify-shop-prod-1a2b3-unauthRole"}`,
			Settings{Fixed: "dev"}, fmt.Sprintf(disagree, "AuthRoleName", "UnauthRoleName")},
		{"GraphQL children that disagree", `{}`, `{` + graphQLChild + `:"dev","referencetotransformerrootstackenvFFFFFFFFRef":"secret"}`, Settings{},
			fmt.Sprintf(disagree, "referencetotransformerrootstackenv10C5A902Ref", "referencetotransformerrootstackenvFFFFFFFFRef")},

		{"another environment than the fixed one, in the transform", `{"Environment":"dev"}`, `{"env":"prod"}`, Settings{Fixed: "prod"},
			fmt.Sprintf(onlyProd, "dev", "transform parameter Environment")},
		{"another environment than the fixed one, in env", `{}`, `{"env":"dev"}`, Settings{Fixed: "prod", Default: "prod"},
			fmt.Sprintf(onlyProd, "dev", "template parameter env")},
		{"another environment than the fixed one, in a GraphQL child", `{}`, `{` + graphQLChild + `:"dev"}`, Settings{Fixed: "prod"},
			fmt.Sprintf(onlyProd, "dev", "template parameter referencetotransformerrootstackenv10C5A902Ref")},
		{"another environment than the fixed one, in the root stack", `{}`, `{` + rootNames + `}`, Settings{Fixed: "prod"},
			fmt.Sprintf(onlyProd, "dev", "template parameter AuthRoleName")},
		{"the fixed environment in other letters", `{"Environment":"Prod"}`, `{}`, Settings{Fixed: "prod"},
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

// A disagreement further down does not matter once an earlier place has answered.
func TestFindLooksNoFurtherThanTheFirstAnswer(t *testing.T) {
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
	} {
		if got := ValidName(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
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
