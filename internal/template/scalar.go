package template

import (
	"fmt"
	"regexp"
)

// words are the unquoted scalars of YAML 1.1 that are no text and no number, without y and n: no reader of templates takes these
// for booleans.
//
// https://yaml.org/type/bool.html, https://yaml.org/type/null.html
var words = map[string]string{
	"": "null", "~": "null", "null": "null", "Null": "null", "NULL": "null",

	"true": "true", "True": "true", "TRUE": "true",
	"yes": "true", "Yes": "true", "YES": "true",
	"on": "true", "On": "true", "ON": "true",

	"false": "false", "False": "false", "FALSE": "false",
	"no": "false", "No": "false", "NO": "false",
	"off": "false", "Off": "false", "OFF": "false",
}

// sharedNumber matches the spellings that are numbers both in YAML 1.1 and in JSON. YAML 1.1 has an exponent only after a point
// and only with a sign.
var sharedNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+][0-9]+)?)?$`)

// foreignNumbers match the spellings that are numbers in YAML 1.1 alone, except that the last matches shared ones too.
//
// https://yaml.org/type/int.html, https://yaml.org/type/float.html
var foreignNumbers = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"a binary number", regexp.MustCompile(`^[-+]?0b[01_]+$`)},
	{"a hexadecimal number", regexp.MustCompile(`^[-+]?0x[0-9a-fA-F_]+$`)},
	{"an octal number", regexp.MustCompile(`^[-+]?0[0-7_]+$`)},
	{"a number in base 60", regexp.MustCompile(`^[-+]?([1-9][0-9_]*(:[0-5]?[0-9])+|[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*)$`)},
	{"infinity", regexp.MustCompile(`^[-+]?\.(inf|Inf|INF)$`)},
	{"the value not-a-number", regexp.MustCompile(`^\.(nan|NaN|NAN)$`)},
	{"a number that JSON spells differently", regexp.MustCompile(
		`^[-+]?([1-9][0-9_]*|0|([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?)$`)},
}

// plainScalar says what an unquoted scalar is: the JSON literal of a number, a boolean or null, spelled as it was where it is a
// number, or text. It refuses a number that JSON cannot spell like that: to rewrite it would be to guess whether
// its author meant a number, and to lose the spelling where it was text.
func plainScalar(spelling string) (literal string, isText bool, err error) {
	if word, ok := words[spelling]; ok {
		return word, false, nil
	}
	if sharedNumber.MatchString(spelling) {
		return spelling, false, nil
	}
	for _, foreign := range foreignNumbers {
		if foreign.pattern.MatchString(spelling) {
			return "", false, fmt.Errorf("%s is %s in YAML 1.1; put it in quotes if it is text, else write it as a plain decimal number",
				spelling, foreign.name)
		}
	}
	return "", true, nil
}
