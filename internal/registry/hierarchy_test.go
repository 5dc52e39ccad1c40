package registry

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/environment"
)

func TestNames(t *testing.T) {
	for _, test := range []struct {
		prefix      string
		environment environment.Environment
		want        []string
	}{
		{"/amplify-boundary", environment.Environment{Name: "dev"},
			[]string{"/amplify-boundary/dev", "/amplify-boundary/_default"}},
		{"/amplify-boundary", environment.Environment{Name: "dev", Project: "shop"},
			[]string{"/amplify-boundary/shop/dev", "/amplify-boundary/shop/_default", "/amplify-boundary/dev", "/amplify-boundary/_default"}},
		{"/amplify-boundary", environment.Environment{Name: "dev", Project: "dev"},
			[]string{"/amplify-boundary/dev/dev", "/amplify-boundary/dev/_default", "/amplify-boundary/dev", "/amplify-boundary/_default"}},
		{"/org/team.a", environment.Environment{Name: "d..ev"},
			[]string{"/org/team.a/d..ev", "/org/team.a/_default"}},
		// An operator may ask for a default itself.
		{"/p", environment.Environment{Name: "_default"}, []string{"/p/_default"}},
		{"/p", environment.Environment{Name: "_default", Project: "shop"}, []string{"/p/shop/_default", "/p/_default"}},
		// The operator's prefix is allowed in the function's role as it is spelled.
		{"/org/..", environment.Environment{Name: "dev"}, []string{"/org/../dev", "/org/../_default"}},
	} {
		if diff := cmp.Diff(test.want, Names(test.prefix, test.environment)); diff != "" {
			t.Errorf("%s %+v: (-want +got)\n%s", test.prefix, test.environment, diff)
		}
	}
}

// Split is Name's other direction.
func TestSplit(t *testing.T) {
	for _, prefix := range []string{"/p", "/org/team.a", "/org/.."} {
		for _, want := range []environment.Environment{
			{Name: "dev"}, {Name: "_default"}, {Name: "dev", Project: "shop"}, {Name: "_default", Project: "shop"}, {Name: "d..ev", Project: "dev"},
		} {
			got, found := Split(prefix, Name(prefix, want))
			if !found || got != want {
				t.Errorf("%s: got %+v, %t, want %+v", Name(prefix, want), got, found, want)
			}
		}
	}
}

func TestSplit_not_an_environment(t *testing.T) {
	for _, name := range []string{
		"", "/p", "/p/", "/p//", "/p//dev", "/p/shop/", "/p/shop/dev/deep", "/px/dev", "/q/dev", "p/dev",
		"/p/_account/123456789012", "/p/_default/dev", "/p/_account", "/p/shop/_account",
	} {
		if got, found := Split("/p", name); found || got != (environment.Environment{}) {
			t.Errorf("%q: got %+v, %t", name, got, found)
		}
	}
}
