package cfn_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/cfn"
)

func TestOutline(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		at    int
		limit int
		want  bool
	}{
		"object":            {` {"a":1, "b" : [2] } `, 0, 2, true},
		"behind_a_mark":     {"\ufeff{\"a\":1}", 3, 2, true},
		"inside_unread":     {`{"a":"\x"}`, 0, 2, true},
		"inner_names_twice": {`{"a":{"b":1,"b":2}}`, 0, 2, true},
		"too_many":          {`{"a":1,"b":2,"c":3}`, 0, 2, false},
		"names_twice":       {`{"a":1,"\u0061":2}`, 0, 2, false},
		"name_malformed":    {`{"\x":1}`, 0, 2, false},
		"list":              {`[1]`, 0, 2, false},
		"empty":             {`{}`, 0, 2, false},
		"nothing":           {``, 0, 2, false},
		"trailing_comma":    {`{"a":1,}`, 0, 2, false},
		"open":              {`{"a":1`, 0, 2, false},
		"no_colon":          {`{"a" 1}`, 0, 2, false},
		"no_name":           {`{a:1}`, 0, 2, false},
		"deep":              {`{"a":` + strings.Repeat("[", 62) + strings.Repeat("]", 62) + `}`, 0, 2, true},
		"too_deep":          {`{"a":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, 0, 2, false},
		"something_behind":  {`{"a":1} x`, 0, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			object, got := cfn.Outline([]byte(test.text), test.at, test.limit)
			if got != test.want {
				t.Errorf("got %v (%v), want %v", got, object, test.want)
			}
		})
	}
}

// Outline finds the members of an object where a reader of JSON finds them.
func FuzzOutline(f *testing.F) {
	for _, seed := range []string{`{"a":{"a":1},"b":[]}`, ` { "\u0061" : "x\\\"" ,` + "\n" + `"b":-0.1e+2} `, `{"a":1,"a":2}`, `{"a":tru}`, `{"a":1}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := cfn.Outline(text, 0, math.MaxInt)
		want, err := cfn.ReadAll(text, "")
		if err != nil || len(want.Members) == 0 {
			return
		}
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%q: %v, %s", text, ok, diff)
		}
	})
}
