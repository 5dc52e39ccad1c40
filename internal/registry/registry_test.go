package registry

import (
	"context"
	"errors"
	"strings"
	"testing"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/test/registrytest"
)

const (
	arnOne = "arn:aws:iam::123456789012:policy/One"
	arnTwo = "arn:aws:iam::123456789012:policy/Two"
)

func TestLookup(t *testing.T) {
	all := map[string]string{
		"/p/shop/dev":      arnOne,
		"/p/shop/_default": arnTwo,
		"/p/dev":           "none",
		"/p/_default":      "arn:aws:iam::aws:policy/ReadOnlyAccess",
		"/other/dev":       "secret",
	}
	without := func(names ...string) map[string]string {
		values := make(map[string]string)
		for name, value := range all {
			values[name] = value
		}
		for _, name := range names {
			delete(values, name)
		}
		return values
	}
	ofProject := environment.Environment{Name: "dev", Project: "shop"}
	for _, test := range []struct {
		name        string
		values      map[string]string
		environment environment.Environment
		want        string
		fallback    bool
	}{
		{"project_and_environment", all, ofProject, "/p/shop/dev", false},
		{"default_of_the_project", without("/p/shop/dev"), ofProject, "/p/shop/_default", true},
		{"environment", without("/p/shop/dev", "/p/shop/_default"), ofProject, "/p/dev", false},
		{"default", without("/p/shop/dev", "/p/shop/_default", "/p/dev"), ofProject, "/p/_default", true},
		{"environment_without_a_project", all, environment.Environment{Name: "dev"}, "/p/dev", false},
		{"default_without_a_project", without("/p/dev"), environment.Environment{Name: "dev"}, "/p/_default", true},
		{"another_project", all, environment.Environment{Name: "dev", Project: "bank"}, "/p/dev", false},
		{"white_space_around_a_value", map[string]string{"/p/dev": " \n" + arnOne + "\n"}, ofProject, "/p/dev", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			requests := 0
			source := registrytest.Func(func(ctx context.Context, names []string) (map[string]string, error) {
				requests++
				return registrytest.Values(test.values).Values(ctx, names)
			})
			got, err := Lookup(t.Context(), source, "/p", test.environment)
			if err != nil {
				t.Fatal(err)
			}
			value, err := boundary.Parse(test.values[test.want])
			if err != nil {
				t.Fatal(err)
			}
			if want := (Entry{Name: test.want, Fallback: test.fallback, Value: value}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if requests != 1 {
				t.Errorf("got %d requests, want 1", requests)
			}
		})
	}
}

func TestLookup_not_found(t *testing.T) {
	for _, test := range []struct {
		environment environment.Environment
		want        string
	}{
		{environment.Environment{Name: "dev"},
			"environment dev has no boundary: no SSM parameter found (looked up /p/dev, /p/_default); add one with: amplify-boundary env add dev --prefix /p"},
		{environment.Environment{Name: "dev", Project: "shop"},
			"environment dev has no boundary: no SSM parameter found (looked up /p/shop/dev, /p/shop/_default, /p/dev, /p/_default); " +
				"add one with: amplify-boundary env add dev --project shop --prefix /p"},
	} {
		entry, err := Lookup(t.Context(), registrytest.Values{"/p/prod": arnOne}, "/p", test.environment)
		var missing *NotFoundError
		if !errors.As(err, &missing) || entry != (Entry{}) {
			t.Fatalf("got %+v, %v", entry, err)
		}
		if got := advised(err); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestLookup_fault(t *testing.T) {
	fault := errors.New("read SSM parameters: no answer in time")
	failing := registrytest.Func(func(context.Context, []string) (map[string]string, error) { return nil, fault })
	entry, err := Lookup(t.Context(), failing, "/p", environment.Environment{Name: "dev"})
	if !errors.Is(err, fault) || entry != (Entry{}) {
		t.Errorf("got %+v, %v, want %v", entry, err, fault)
	}
	if missing := (*NotFoundError)(nil); errors.As(err, &missing) {
		t.Errorf("got %v", err)
	}
}

func TestLookup_bad_value(t *testing.T) {
	const notShown = " holds neither a policy ARN (arn:<partition>:iam::<account>:policy/<name>) nor none; " +
		"its value is not shown, since it may be a secret; correct it with: amplify-boundary env update "
	const choosable = "; a _default may not use ${Environment} or ${Project}, since the author of a template would choose the policy; correct it with: amplify-boundary env update "
	for _, test := range []struct {
		name   string
		values map[string]string
		want   string
	}{
		{"a_secret", map[string]string{"/p/shop/dev": "hunter2"}, "SSM parameter /p/shop/dev" + notShown + "dev --project shop --prefix /p"},
		{"a_secret_before_a_good_value", map[string]string{"/p/shop/dev": "hunter2", "/p/dev": arnOne}, "SSM parameter /p/shop/dev" + notShown + "dev --project shop --prefix /p"},
		{"a_secret_in_a_default", map[string]string{"/p/_default": "hunter2"}, "SSM parameter /p/_default" + notShown + "_default --prefix /p"},
		{"a_roles_arn", map[string]string{"/p/dev": "arn:aws:iam::123456789012:role/hunter2"}, "SSM parameter /p/dev" + notShown + "dev --prefix /p"},
		{"nothing_but_white_space", map[string]string{"/p/dev": " "}, "SSM parameter /p/dev" + notShown + "dev --prefix /p"},
		{"an_unknown_placeholder", map[string]string{"/p/dev": "arn:aws:iam::123456789012:policy/${hunter2}"}, "SSM parameter /p/dev" + notShown + "dev --prefix /p"},
		{"the_environment_in_a_default", map[string]string{"/p/_default": "arn:aws:iam::123456789012:policy/${Environment}"},
			"SSM parameter /p/_default cannot hold arn:aws:iam::123456789012:policy/${Environment}" + choosable + "_default --prefix /p"},
		{"the_project_in_a_default", map[string]string{"/p/_default": "arn:aws:iam::123456789012:policy/${Project}"},
			"SSM parameter /p/_default cannot hold arn:aws:iam::123456789012:policy/${Project}" + choosable + "_default --prefix /p"},
		{"the_project_in_an_environment_of_all_projects", map[string]string{"/p/dev": "arn:aws:iam::123456789012:policy/${Project}"},
			"SSM parameter /p/dev cannot hold arn:aws:iam::123456789012:policy/${Project}; only a project's own values may use ${Project}, " +
				"since the author of a template would choose the policy; correct it with: amplify-boundary env update dev --prefix /p"},
		{"the_environment_in_a_projects_default", map[string]string{"/p/shop/_default": "arn:aws:iam::123456789012:policy/${Environment}/x"},
			"SSM parameter /p/shop/_default cannot hold arn:aws:iam::123456789012:policy/${Environment}/x" + choosable + "_default --project shop --prefix /p"},
	} {
		t.Run(test.name, func(t *testing.T) {
			entry, err := Lookup(t.Context(), registrytest.Values(test.values), "/p", environment.Environment{Name: "dev", Project: "shop"})
			if err == nil || entry != (Entry{}) {
				t.Fatalf("got %+v, %v", entry, err)
			}
			if got := advised(err); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}

// Below a long prefix, too, a project is known by its own level.
func TestNewEntry_project(t *testing.T) {
	const value = "arn:aws:iam::123456789012:policy/${Project}/${Environment}"
	if _, err := ParseEntry("/org/team", "/org/team/shop/dev", value); err != nil {
		t.Errorf("got %v", err)
	}
	if entry, err := ParseEntry("/org/team", "/org/team/dev", value); err == nil {
		t.Errorf("got %+v", entry)
	}
}

// Placeholders that a template's author does not choose are allowed in a fall-back.
func TestLookup_placeholders_in_a_default(t *testing.T) {
	const value = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${AWS::Region}"
	entry, err := Lookup(t.Context(), registrytest.Values{"/p/_default": value}, "/p", environment.Environment{Name: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := entry.Resolve(boundary.Scope{AccountID: "123456789012", Region: "eu-west-1", Environment: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:iam::123456789012:policy/eu-west-1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEntry_Resolve_refused(t *testing.T) {
	entry, err := Lookup(t.Context(), registrytest.Values{"/p/dev": arnOne}, "/p", environment.Environment{Name: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = entry.Resolve(boundary.Scope{AccountID: "210987654321", Region: "eu-west-1", Environment: "dev"})
	if err == nil {
		t.Fatal("got no error")
	}
	want := "SSM parameter /p/dev holds arn:aws:iam::123456789012:policy/One: the policy is in account 123456789012, " +
		"but the stack is in account 210987654321, and IAM accepts a boundary only from the role's own account; " +
		"use ${AWS::AccountId} or a policy of that account"
	if got := err.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A message has room for what is wrong with a value, however long that is.
func TestEntry_Resolve_long_value(t *testing.T) {
	const limit = 300
	prefix := "arn:aws:iam::123456789012:policy/"
	for name, test := range map[string]struct{ value, want string }{
		"at_the_limit":   {prefix + strings.Repeat("p", limit-len(prefix)), prefix + strings.Repeat("p", limit-len(prefix))},
		"over_the_limit": {prefix + strings.Repeat("p", limit-len(prefix)+1), prefix + strings.Repeat("p", limit-len(prefix)-1) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			entry, err := ParseEntry("/p", "/p/dev", test.value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = entry.Resolve(boundary.Scope{AccountID: "210987654321"})
			if err == nil {
				t.Fatal("got no error")
			}
			got, _, _ := strings.Cut(err.Error(), ": the policy")
			if want := "SSM parameter /p/dev holds " + test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// advised returns an error's text with what repairs it.
func advised(err error) string {
	return err.Error() + "; " + Remedy(err, func(verb string, e environment.Environment) string { return Command(verb, "/p", e) })
}

func TestRemedy_of_another_error(t *testing.T) {
	if got := Remedy(errors.New("throttled"), nil); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}
