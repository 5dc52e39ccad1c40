package registry

import (
	"strings"
	"testing"
)

func TestValidPrefix(t *testing.T) {
	for prefix, want := range map[string]bool{
		DefaultPrefix:            true,
		"/a":                     true,
		"/s":                     true,
		"/aw":                    true,
		"/ss":                    true,
		"/awx":                   true,
		"/assm":                  true,
		"/saws":                  true,
		"/org/team.a/b-c_d/9":    true,
		"/org/aws/ssm":           true, // reserved only where a name begins
		"/_":                     true,
		strings.Repeat("/l", 13): true,
		strings.Repeat("/l", 14): false, // two more levels would be too many
		"":                       false,
		"/":                      false,
		"org":                    false,
		"/org/":                  false,
		"//org":                  false,
		"/org//team":             false,
		"/aws":                   false,
		"/AWS-boundaries":        false,
		"/aWsome":                false,
		"/ssm":                   false,
		"/SsM/x":                 false,
		"/or g":                  false,
		"/örg":                   false,
		"/org\n":                 false,
		"x/org":                  false,
		"/org/${Environment}":    false,
	} {
		if got := ValidPrefix(prefix); got != want {
			t.Errorf("%q: got %t, want %t", prefix, got, want)
		}
	}
}
