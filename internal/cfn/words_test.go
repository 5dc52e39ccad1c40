package cfn_test

import (
	"slices"
	"strings"
	"testing"

	"amplify-boundary/internal/cfn"
)

func TestJoinNames(t *testing.T) {
	for _, test := range []struct {
		names string
		shown int
		want  string
	}{
		{"", 3, ""},
		{"A", 3, "A"},
		{"A B", 3, "A and B"},
		{"A B C", 3, "A, B, and C"},
		{"A B C D", 3, "A, B, C, and 1 more"},
		{"A B C D E", 2, "A, B, and 3 more"},
		{"A B C", 1, "A and 2 more"},
	} {
		names := strings.Fields(test.names)
		given := slices.Clone(names)
		if got := cfn.JoinNames(names, test.shown); got != test.want {
			t.Errorf("%q, %d: got %q, want %q", test.names, test.shown, got, test.want)
		}
		if !slices.Equal(names, given) {
			t.Errorf("%q: changed to %q", given, names)
		}
	}
}

// A log line has an empty list as [], not as null.
func TestFirstNames_none(t *testing.T) {
	if got := cfn.FirstNames(nil, 1); got == nil || len(got) > 0 {
		t.Errorf("got %#v, want an empty list", got)
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"abcd", "abcd"},
		{"abcde", "abc…"},
		{"äöüß", "äöüß"},
		{"äöüßa", "äöü…"},
		{"a\xff\xfeb", "a�b"},
	} {
		if got := cfn.Shorten(test.text, 4); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestShortName(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"OrderRole", "OrderRole"},
		{"Ordër", "Ordër"},
		{"a b", `"a b"`},
		{"a\n::error", `"a\n::error"`},
		{"\u202eRole", `"\u202eRole"`},
		{strings.Repeat("ä", 81), strings.Repeat("ä", 79) + "…"},
		{strings.Repeat(" ", 81), `"` + strings.Repeat(" ", 77) + `…"`},
		{strings.Repeat("\u202e", 81), `"` + strings.Repeat(`\u202e`, 12) + `\u202…"`},
		{strings.Repeat(" ", 78), `"` + strings.Repeat(" ", 78) + `"`},
	} {
		if got := cfn.ShortName(test.name); got != test.want {
			t.Errorf("%q: got %s, want %s", test.name, got, test.want)
		}
	}
}
