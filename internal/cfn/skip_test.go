package cfn_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

func TestSkip(t *testing.T) {
	deep := strings.Repeat(`[{"a":`, 31)
	closed := strings.Repeat(`}]`, 31)
	for name, test := range map[string]struct {
		text string
		want int // -1 for none
	}{
		"string":               {`"a"x`, 3},
		"escapes":              {`"\\\"\\" `, 8},
		"quote_behind_escapes": {`["\\","\\\\\"",""]`, 18},
		"long":                 {`"` + strings.Repeat("0123456789abcdef", 9) + `" `, 146},
		"long_with_escapes":    {`"` + strings.Repeat(`0123456789abcd\"`, 9) + `" `, 146},
		"two_words":            {`"01234567"   ,         `, 10},
		"number":               {`-1.5e+3,`, 7},
		"words":                {`[true,false,null]`, 17},
		"white_space":          {" \t\r\n[ ] ", 7},
		"indented":             {"{\n                \"a\"  :\n        [\n                 1 , 2\n] , \"b\" :{ }  }", 73},
		"object":               {`{"a":{"b":[]},"c":{}}}`, 21},
		"deep":                 {deep + `1` + closed, len(deep) + 1 + len(closed)},
		"too_deep":             {`[` + deep + `1` + closed + `]`, -1},
		"too_deep_list":        {deep + `[]` + closed, -1},
		"too_deep_object":      {deep + `{}` + closed, -1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cfn.Skip([]byte(test.text), 0); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// Strings of each length around those that are looked at word by word, near the end of the text and far from it.
func TestSkipStrings(t *testing.T) {
	for length := range 60 {
		for _, middle := range []string{"", "é", "\x80", "\xa2", "\xff", `\"`, `\\`, `\\\"`} {
			inside := strings.Repeat("x", length) + middle
			for _, end := range []string{`"`, `x"`, `xxxxxxxx"`} {
				for _, behind := range []string{"", " ", strings.Repeat(" ", 30), strings.Repeat(`"`, 30)} {
					quoted := `"` + inside + end
					for text, want := range map[string]int{
						quoted + behind: len(quoted),
						"{" + quoted + ":" + quoted + "}" + behind:         2*len(quoted) + 3,
						"[" + quoted + "," + quoted + "]" + behind:         2*len(quoted) + 3,
						quoted[:len(quoted)-1] + strings.Trim(behind, `"`): -1,
					} {
						if got := cfn.Skip([]byte(text), 0); got != want {
							t.Fatalf("%q: got %d, want %d", text, got, want)
						}
					}
				}
			}
		}
	}
}

func TestSkipNothing(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{`, `[`, `"`, `"\"`, `"abcdefghijklmnopqrstuvwxyz`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{,"a":1}`, `[,]`, `[1,]`, `[1 2]`, `[}`, `{]`,
		`{"a":1]`, `[1}`, `{a:1}`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a","b"}`, `["a":1]`, `tru`, `nul`, `-`, `--1`, `+1`, `.5`, `'a'`, `yes`, `#`, `[a]`,
		`{"a":{"b":1}`, `[[[`, "[1\v]", "[\x00]", "{\"a\"\x00:1}", `]`, `}`, `:`, `,`,
	} {
		if got := cfn.Skip([]byte(text), 0); got >= 0 {
			t.Errorf("%q: got %d", text, got)
		}
	}
}

// Skip takes what a reader of JSON takes, where nothing is wrong within the strings and the numbers.
func FuzzSkip(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` {"a":{"b":[1,-2.5e+3,"x\\\"",{}],"c":[]} , "d" : null }` + "\n", `{"a":tru}`, `{"a":"b}`, `{"a" "b"}`, `{"a":[1 2]}`,
		`{"a":{"b":1],"c":[}}`, `{"a":"\\"}`, `{a:1}`, `[{"a":1},]`, `[0.1.2]`, "{\"a\":\n        [\n                1]}", `[truefalse]`, `[-]`, `--0`, `["\u00"]`,
	} {
		f.Add([]byte(seed))
	}
	token := regexp.MustCompile(`(?s)"(?:\\.|[^"\\])*"|-?[0-9][-+.eE0-9]*`)
	f.Fuzz(func(t *testing.T, text []byte) {
		plain := token.ReplaceAllFunc(text, func(token []byte) []byte {
			if token[0] == '"' {
				return []byte(`""`)
			}
			return []byte(`true`) // a zero would go with a minus before it
		})
		end := cfn.Skip(text, 0)
		got := end >= 0 && strings.Trim(string(text[end:]), " \t\r\n") == ""
		want := isValid(plain, jsontext.AllowDuplicateNames(true))
		if got != want {
			t.Errorf("%q: got %v (%d), want %v, as of %q", text, got, end, want, plain)
		}
	})
}
