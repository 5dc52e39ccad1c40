package boundary

import (
	"regexp"
	"testing"
)

func TestValidAccount(t *testing.T) {
	pattern := regexp.MustCompile("^" + AccountPattern + "$")
	for id, want := range map[string]bool{
		"123456789012":  true,
		"000000000000":  true,
		"12345678901":   false,
		"1234567890123": false,
		"":              false,
		"aws":           false,
		"12345678901a":  false,
		"1234 6789012":  false,
		"12345678901\n": false,
		"１２３４":          false, // twelve bytes, digits of another alphabet
	} {
		if got := ValidAccount(id); got != want {
			t.Errorf("%q: got %t, want %t", id, got, want)
		}
		if got := pattern.MatchString(id); got != want {
			t.Errorf("AccountPattern: %q: got %t, want %t", id, got, want)
		}
	}
}
