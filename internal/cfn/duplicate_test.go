package cfn_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// many is the inside of an object with more names than are compared one by one.
func many(names int) string {
	var members []string
	for i := range names {
		members = append(members, fmt.Sprintf(`"n%d":0`, i))
	}
	return strings.Join(members, ",")
}

func TestCheckNames(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want int // -1 for none
	}{
		"no_object":             {`["a","a"]`, -1},
		"strings_in_lists":      {`{"a":["a","a",{"a":"a"}],"b":"a"}`, -1},
		"inner_and_outer":       {`{"a":{"a":{"a":1}},"b":{"a":1}}`, -1},
		"after_a_list":          {`{"a":[1,{"c":[]}],"b":1,"a":2}`, 24},
		"after_an_object":       {`{"a":{"x":1,"y":2},"b":1,"a":2}`, 25},
		"inner":                 {`{"a":[{"b":1,"b":2}]}`, 13},
		"first_of_two":          {`{"a":1,"a":2,"b":{"c":1,"c":1}}`, 7},
		"inner_first_of_two":    {`{"b":{"c":1,"c":1},"b":2}`, 12},
		"escaped":               {`{"ab":1,"\u0061b":2}`, 8},
		"escaped_both":          {`{"\u0061":1,"\u0061":2}`, 12},
		"spelled_like_another":  {`{"a\\":1,"a":2,"a\"":3}`, -1},
		"brackets_in_strings":   {`{"a":"}","{":1,"a":2}`, 15},
		"empty_names":           {`{"":1,"":2}`, 6},
		"white_space":           {"{ \"a\" : 1 ,\n\t\"a\" : 2 }", 13},
		"many":                  {`{` + many(1000) + `}`, -1},
		"many_and_one_again":    {`{` + many(1000) + `,"n7":1,"n8":1}`, len(many(1000)) + 2},
		"many_and_one_escaped":  {`{` + many(1000) + `,"\u006e7":1}`, len(many(1000)) + 2},
		"many_twice":            {`[{` + many(1000) + `},{` + many(20) + `},{` + many(3000) + `}]`, -1},
		"number_at_the_end":     {`1`, -1},
		"quotes_after_a_string": {`{"a":"\\\"","a":1}`, 12},
	} {
		t.Run(name, func(t *testing.T) {
			err := cfn.CheckNames([]byte(test.text), "the text")
			got := -1
			if e := (*cfn.Error)(nil); errors.As(err, &e) {
				got = int(e.Offset)
			}
			if got != test.want {
				t.Errorf("got %d (%v), want %d", got, err, test.want)
			}
		})
	}
}

// CheckNames and jsontext, which does the same while it reads, agree.
func FuzzCheckNames(f *testing.F) {
	for _, text := range []string{`{"a":1,"a":2}`, `{"a":{"b":[{"c":"\\\""}]},"\u0061":2}`, `{` + many(20) + `}`, `[1,"a",{}]`, `"{"`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !isValid(text, jsontext.AllowDuplicateNames(true)) {
			t.Skip("no JSON, whatever its names")
		}
		if got, want := cfn.CheckNames(text, "the text") == nil, isValid(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	})
}

// isValid reports whether a text is one JSON value.
func isValid(text []byte, options ...jsontext.Options) bool {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(text), options...)
	if err := decoder.SkipValue(); err != nil {
		return false
	}
	_, err := decoder.ReadToken()
	return err == io.EOF
}

func TestTextAt(t *testing.T) {
	text := []byte(`["plain","\u0061\"b\\", "\\"]`)
	for at, want := range map[int]string{1: "plain", 9: `a"b\`, 24: `\`} {
		if got := string(cfn.TextAt(text, at)); got != want {
			t.Errorf("at %d: got %s, want %s", at, got, want)
		}
	}
}
