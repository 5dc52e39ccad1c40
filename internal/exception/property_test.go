package exception_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/exception"
)

// What Parse accepts leaves out neither every role nor every stack, holds nothing that a terminal or a policy would read in
// another way, and is the same when it is written and read again. What it refuses, no error quotes.
func FuzzParse(f *testing.F) {
	for _, preset := range exception.Presets() {
		text, err := preset.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		`{"roles":["*"],"reason":"r"}`, `{"roles":["?*"],"stacks":["-*"],"reason":"r","until":"2027-03-31"}`, `{"roles":["/*/*"],"reason":"r"}`,
		`{"roles":["a"],"principals":["arn:aws:iam::*:role/?"],"reason":"r"}`, `{"roles":["a\u009b"],"reason":"\u202e"}`, `hunter2-hunter2`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := exception.Parse("x", text)
		if err != nil {
			if len(text) > 12 && strings.Contains(err.Error(), text) {
				t.Errorf("the error quotes the entry: %v", err)
			}
			return
		}
		for _, name := range []string{"", "a", "Zz9", "\x00", "stack-1"} {
			for _, pattern := range append(e.Roles, e.Stacks...) {
				if strings.Trim(pattern, "*?/") == "" {
					t.Errorf("pattern %q matches everything", pattern)
				}
			}
			if len(e.Roles) == 1 && len(e.Stacks) == 0 && e.Matches(exception.Role{Name: name}) && e.Matches(exception.Role{Name: name + "~"}) && e.Matches(exception.Role{Name: "~" + name}) && e.Matches(exception.Role{Name: "~"}) {
				t.Errorf("%+v matches every role", e)
			}
		}
		for _, pattern := range strings.Fields(strings.Join(append(append(e.Roles, e.Stacks...), e.Principals...), " ")) {
			if pattern == "*" || strings.ContainsFunc(pattern, func(r rune) bool { return r < '!' || r > '~' || strings.ContainsRune(`'"\${}<>&`, r) }) {
				t.Errorf("pattern %q", pattern)
			}
		}
		written, err := e.Encode()
		if err != nil {
			if len(text) < exception.SizeLimit/6 { // escapes can make a text longer
				t.Fatalf("%+v cannot be written: %v", e, err)
			}
			return
		}
		again, err := exception.Parse("x", written)
		if err != nil {
			t.Fatalf("%s cannot be read: %v", written, err)
		}
		e.Roles, e.Stacks, e.Accounts, e.Principals = orNil(e.Roles), orNil(e.Stacks), orNil(e.Accounts), orNil(e.Principals)
		if diff := cmp.Diff(e, again); diff != "" {
			t.Errorf("written and read (-want +got):\n%s", diff)
		}
		_ = e.Holds(time.Now())
	})
}

func orNil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// A pattern matches what the regular expression of the same meaning matches.
func FuzzException_Matches(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Add("*-a-*", "b-a-c")
	f.Add("a**?", "a")
	f.Add("/p/*", "p")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		e := exception.Exception{Name: "x", Roles: []string{pattern}, Reason: "r"}
		if e.Check() != nil || strings.Trim(name, "abcpxyz-_.") != "" {
			return
		}
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		full := name
		if strings.HasPrefix(pattern, "/") {
			full = "/p/" + name
		}
		if want, got := regexp.MustCompile("^"+expression+"$").MatchString(full), e.Matches(exception.Role{Name: name, Path: "/p/"}); got != want {
			t.Errorf("%q and %q: got %t, want %t", pattern, name, got, want)
		}
	})
}
