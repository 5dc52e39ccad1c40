package declare

import (
	"bytes"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/cfn"
)

// What moves through JSON by its structure finds the sections where a reader of JSON finds them.
func FuzzSkipSections(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` {"a":{"b":[1,-2.5e+3,"x\\\"",{}],"c":[]} , "d" : null }` + "\n", "\ufeff{\"Resources\":{},\"Trans\\u0066orm\":[\"A\"]}",
		`{"a":1,"a":2}`, `{"a":tru}`, `{"a":"b}`, `{"a" "b"}`, `{"a":[1 2]}`, `{"a":1}]`, `{"a":{"b":1],"c":[}}`, `{"a":"\\"}`, `{a:1}`,
		`[{"a":1}]`, `{"a":1,}`, `{"a":'b'}`, `{"a":---}`, "{\"a\":\n        [\n                1]}", `{"Transform":{"Name":"A","Name":"B"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := skipSections(text)
		value := jsontext.Value(bytes.TrimPrefix(text, byteOrderMark))
		if value.Kind() != '{' || !value.IsValid() {
			return
		}
		object, err := cfn.ReadObject(value, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(object.Members) == 0 {
			return // no template
		}
		offset := len(text) - len(value)
		var want, places []cfn.Span
		for _, m := range object.Members {
			want = append(want, cfn.Span{Start: m.At.Start + offset, End: m.At.End + offset}, cfn.Span{Start: m.Value.Start + offset, End: m.Value.End + offset})
		}
		if got == nil {
			t.Fatalf("%q: not read", text)
		}
		for i, e := range got.entries {
			places = append(places, e.at, e.value.at)
			if e.name != object.Members[i].Name {
				t.Errorf("%q: got name %q, want %q", text, e.name, object.Members[i].Name)
			}
		}
		if diff := cmp.Diff(want, places); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	})
}
