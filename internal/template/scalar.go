package template

import (
	"fmt"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"
)

// word returns what an unquoted word means in YAML 1.1, where it is no text: a boolean or null. Neither y nor n is one: no reader of
// templates takes these for booleans.
//
// https://yaml.org/type/bool.html, https://yaml.org/type/null.html
func word(spelling string) (literal jsontext.Token, isWord bool) {
	switch spelling {
	case "", "~", "null", "Null", "NULL":
		return jsontext.Null, true
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return jsontext.True, true
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return jsontext.False, true
	default:
		return jsontext.Token{}, false
	}
}

// sharedNumber matches the spellings that every reader of YAML, and JSON, takes for the same number. YAML 1.1 has an exponent only
// after a point and only with a sign.
var sharedNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+][0-9]+)?)?$`)

// The other spellings that some reader takes for a number, tried in this order. The last one matches shared numbers too.
//
// https://yaml.org/type/int.html, https://yaml.org/type/float.html, https://yaml.org/spec/1.2.2/#103-core-schema
var (
	binaryNumber      = regexp.MustCompile(`^[-+]?0b[01_]+$`)
	hexadecimalNumber = regexp.MustCompile(`^[-+]?0x[0-9a-fA-F_]+$`)
	octalNumber       = regexp.MustCompile(`^[-+]?0[0-7_]+$`)
	newOctalNumber    = regexp.MustCompile(`^[-+]?0o[0-7_]+$`)
	base60Number      = regexp.MustCompile(`^[-+]?([1-9][0-9_]*(:[0-5]?[0-9])+|[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*)$`)
	infinity          = regexp.MustCompile(`^[-+]?\.(inf|Inf|INF)$`)
	notANumber        = regexp.MustCompile(`^\.(nan|NaN|NAN)$`)
	leadingZero       = regexp.MustCompile(`^[-+]?0[0-9]+$`)
	newFloat          = regexp.MustCompile(`^[-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)[eE][0-9]+$|^[-+]?[0-9][0-9_]*[eE][-+][0-9]+$`)
	otherNumber       = regexp.MustCompile(`^[-+]?([1-9][0-9_]*|0|([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?)$`)
)

// doubtfulNumber says in words which kind of number a spelling is that not every reader takes for the same number. It is empty for
// shared numbers and for what no reader takes for a number.
func doubtfulNumber(spelling string) string {
	switch {
	case sharedNumber.MatchString(spelling):
		return ""
	case binaryNumber.MatchString(spelling):
		return "a binary number in YAML 1.1"
	case hexadecimalNumber.MatchString(spelling):
		return "a hexadecimal number in YAML 1.1"
	case octalNumber.MatchString(spelling):
		return "an octal number in YAML 1.1"
	case newOctalNumber.MatchString(spelling):
		return "an octal number in YAML 1.2 and text in YAML 1.1"
	case base60Number.MatchString(spelling):
		return "a number in base 60 in YAML 1.1"
	case infinity.MatchString(spelling):
		return "infinity in YAML 1.1"
	case notANumber.MatchString(spelling):
		return "the value not-a-number in YAML 1.1"
	case leadingZero.MatchString(spelling), newFloat.MatchString(spelling):
		return "a number to some readers of YAML and text to others"
	case otherNumber.MatchString(spelling):
		return "a number in YAML 1.1 that JSON spells differently"
	default:
		return ""
	}
}

// isNumber reports whether a reader of YAML takes an unquoted scalar for a number.
func isNumber(spelling string) bool {
	return sharedNumber.MatchString(spelling) || doubtfulNumber(spelling) != ""
}

// plain writes an unquoted scalar: a number, a boolean or null, or text. It refuses a number that JSON cannot spell like that, and one
// that is none to some readers: to rewrite it would be to guess whether its author meant a number.
func (w *writer) plain(spelling string) error {
	if literal, isWord := word(spelling); isWord {
		w.token(literal)
		return nil
	}
	if sharedNumber.MatchString(spelling) {
		w.number(spelling)
		return nil
	}
	if kind := doubtfulNumber(spelling); kind != "" {
		return fmt.Errorf("this is %s; put it in quotes if it is text, else write it as a plain decimal number", kind)
	}
	w.text(spelling)
	return nil
}
