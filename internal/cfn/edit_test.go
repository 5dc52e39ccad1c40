package cfn_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/cfn"
)

// member is a member as a test writes it down.
type member struct{ Name, Value string }

func members(text string, object cfn.Object) []member {
	var list []member
	for _, m := range object.Members {
		list = append(list, member{m.Name, string(m.Value.Of([]byte(text)))})
	}
	return list
}

func readAll(t *testing.T, text string) cfn.Object {
	t.Helper()
	object, err := cfn.ReadObject([]byte(text), "the text")
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func applied(text string, edits ...cfn.Edit) string {
	after, err := cfn.Apply([]byte(text), edits)
	if err != nil {
		return err.Error()
	}
	return string(after)
}

func TestReadObject(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []member
	}{
		"empty":         {`{}`, nil},
		"empty_spaced":  {" {\r\n\t} \n", nil},
		"compact":       {`{"b":1,"a":[2,{}],"c":"x"}`, []member{{"b", "1"}, {"a", "[2,{}]"}, {"c", `"x"`}}},
		"indented":      {"\n{\n  \"b\": 1e3,\n  \"a\": null\n}\n", []member{{"b", "1e3"}, {"a", "null"}}},
		"odd_space":     {"{ \"b\"\t:\r\n 1 , \"a\" : { \"c\" : 2 } }", []member{{"b", "1"}, {"a", `{ "c" : 2 }`}}},
		"escaped_names": {`{"\u0061\"b":"\u0061"}`, []member{{`a"b`, `"\u0061"`}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, members(test.text, readAll(t, test.text))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadObjectAt(t *testing.T) {
	text := []byte(`{"outer": {"a" : 1, "b":{} } , "next": 2}`)
	outer, found := readAll(t, string(text)).Find("outer")
	if !found {
		t.Fatal("got no member outer")
	}
	inner, err := cfn.ReadObjectAt(text, outer.Value, "the text")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(inner.At.Of(text)), `{"a" : 1, "b":{} }`; got != want {
		t.Errorf("got object %s, want %s", got, want)
	}
	a, _ := inner.Find("a")
	if got, want := string(a.At.Of(text)), `"a" : 1`; got != want {
		t.Errorf("got member %s, want %s", got, want)
	}
	b, _ := inner.Find("b")
	if got, want := string(b.Value.Of(text)), `{}`; got != want {
		t.Errorf("got value %s, want %s", got, want)
	}
	if m, found := inner.Find("next"); found {
		t.Errorf("got %+v, which is outside", m)
	}
}

func TestReadObjectErrors(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"nothing":                  {``, "at byte 0: it ends too early"},
		"white_space":              {" \n", "at byte 0: it ends too early"},
		"a_list":                   {`["hunter2"]`, "is not an object"},
		"a_string":                 {`"hunter2"`, "is not an object"},
		"null":                     {`null`, "is not an object"},
		"no_JSON":                  {`hunter2`, "at byte 0: a character or an escape does not belong there"},
		"cut_off_in_a_name":        {`{"hunter2`, "at byte 9: it ends too early"},
		"cut_off_after_a_name":     {`{"hunter2"`, "at byte 10: it ends too early"},
		"cut_off_in_a_value":       {`{"a":"hunter2`, "at byte 13: it ends too early"},
		"cut_off_after_a_member":   {`{"hunter2":1`, "at byte 12: it ends too early"},
		"a_name_without_quotes":    {`{hunter2:1}`, "at byte 1: a character or an escape does not belong there"},
		"a_name_that_is_no_string": {`{7:"hunter2"}`, "at byte 1: a character or an escape does not belong there"},
		"no_colon":                 {`{"hunter2" 1}`, "at byte 11: a character or an escape does not belong there"},
		"no_comma":                 {`{"a":1 "hunter2":2}`, "at byte 7: a character or an escape does not belong there"},
		"a_comma_too_many":         {`{"hunter2":1,}`, "at byte 12: a character or an escape does not belong there"},
		"a_comment":                {"{// hunter2\n}", "at byte 1: a character or an escape does not belong there"},
		"a_duplicate_name":         {`{"hunter2":1,"hunter2":2}`, "at byte 13: a name appears twice in one object"},
		"a_duplicate_name_escaped": {`{"hunter2":1,"\u0068unter2":2}`, "at byte 13: a name appears twice in one object"},
		"a_duplicate_name_inside":  {`{"a":{"hunter2":1,"hunter2":2}}`, "at byte 18: a name appears twice in one object"},
		"bad_UTF_8":                {"{\"a\":\"hunter2\xff\"}", "at byte 13: a string is not UTF-8"},
		"a_bad_escape":             {`{"a":"hunter2\x"}`, "at byte 13: a character or an escape does not belong there"},
		"a_second_value":           {`{"a":1} {"hunter2":1}`, "at byte 8: something follows its end"},
		"text_after":               {`{} hunter2`, "at byte 3: something follows its end"},
	} {
		t.Run(name, func(t *testing.T) {
			object, err := cfn.ReadObject([]byte(test.text), "the text")
			if err == nil || len(object.Members) != 0 || object.At.Found() {
				t.Fatalf("got %+v, %v", object, err)
			}
			if got, want := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "the text "), "is not valid JSON "), test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// Offsets inside a part of the text count from the start of the whole.
func TestReadObjectAtErrorOffsets(t *testing.T) {
	text := `{"a": [1], "b": {"hunter2" 1}}`
	for _, test := range []struct{ part, want string }{
		{`[1]`, "the text is not an object at byte 6"},
		{`{"hunter2" 1}`, "the text is not valid JSON at byte 27: a character or an escape does not belong there"},
		{`{"hunter2"`, "the text is not valid JSON at byte 26: it ends too early"},
	} {
		start := strings.Index(text, test.part)
		_, err := cfn.ReadObjectAt([]byte(text), cfn.Span{Start: start, End: start + len(test.part)}, "the text")
		if err == nil {
			t.Fatalf("%s: got no error", test.part)
		}
		if got := err.Error(); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.part, got, test.want)
		}
	}
}

func TestInsert(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":                  {`{}`, `{"n":[1]}`},
		"empty_spaced":           {`{ }`, `{"n": [1] }`},
		"empty_over_lines":       {"{\r\n}", "{\"n\": [1]\r\n}"},
		"compact":                {`{"a":1}`, `{"n":[1],"a":1}`},
		"one_line":               {`{ "a": 1, "b": 2 }`, `{ "n": [1], "a": 1, "b": 2 }`},
		"indented":               {"{\n  \"a\": 1\n}\n", "{\n  \"n\": [1],\n  \"a\": 1\n}\n"},
		"tabs_and_CRLF":          {"{\r\n\t\"a\" : 1\r\n}", "{\r\n\t\"n\": [1],\r\n\t\"a\" : 1\r\n}"},
		"white_space_around_all": {" \n{\"a\":1} \n", " \n{\"n\":[1],\"a\":1} \n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := applied(test.text, cfn.Insert([]byte(test.text), readAll(t, test.text).At, "n", []byte(`[1]`)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAppend(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":             {"{}\n", "{\n  \"n\": [1]\n}\n"},
		"empty_spaced":      {"{\n\n}\n", "{\n  \"n\": [1]\n}\n"},
		"compact":           {`{"a":1,"b":2}`, `{"a":1,"b":2,"n": [1]}`},
		"one_line":          {`{ "a": 1, "b": 2 }`, `{ "a": 1, "b": 2, "n": [1] }`},
		"indented":          {"{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"n\": [1]\n}\n"},
		"tabs_and_CRLF":     {"{\r\n\t\"a\":1,\r\n\t\"b\":2\r\n}", "{\r\n\t\"a\":1,\r\n\t\"b\":2,\r\n\t\"n\": [1]\r\n}"},
		"a_comma_in_front":  {"{\"a\":1\n , \"b\":2}", "{\"a\":1\n , \"b\":2, \"n\": [1]}"},
		"a_nested_last_one": {`{"a": {"b": 1}}`, `{"a": {"b": 1},"n": [1]}`},
	} {
		t.Run(name, func(t *testing.T) {
			got := applied(test.text, cfn.Append([]byte(test.text), readAll(t, test.text), "n", []byte(`[1]`)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestEscapedNames(t *testing.T) {
	const text, name = `{"a":1}`, "q\"\\\n"
	object := readAll(t, text)
	for verb, edit := range map[string]cfn.Edit{
		"Insert": cfn.Insert([]byte(text), object.At, name, []byte(`2`)),
		"Append": cfn.Append([]byte(text), object, name, []byte(`2`)),
	} {
		if _, found := readAll(t, applied(text, edit)).Find(name); !found {
			t.Errorf("%s: got %s, want a member %q", verb, applied(text, edit), name)
		}
	}
	if _, found := readAll(t, string(cfn.Wrap(name, []byte(`2`)))).Find(name); !found {
		t.Errorf("Wrap: got %s, want a member %q", cfn.Wrap(name, []byte(`2`)), name)
	}
}

func TestCut(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"only":                  {`{"x":1}`, `{}`},
		"only_spaced":           {`{ "x" : 1 }`, `{ }`},
		"only_indented":         {"{\n  \"x\": 1\n}", "{\n}"},
		"first":                 {`{"x":1,"b":2}`, `{"b":2}`},
		"first_indented":        {"{\n  \"x\": 1,\n  \"b\": 2\n}", "{\n  \"b\": 2\n}"},
		"first_odd_space":       {"{ \"x\" : 1 ,\t\"b\" : 2 }", "{ \"b\" : 2 }"},
		"middle":                {`{"a":0,"x":1,"b":2}`, `{"a":0,"b":2}`},
		"middle_indented":       {"{\r\n\t\"a\": 0,\r\n\t\"x\": 1,\r\n\t\"b\": 2\r\n}", "{\r\n\t\"a\": 0,\r\n\t\"b\": 2\r\n}"},
		"last":                  {`{"a":0,"x":1}`, `{"a":0}`},
		"last_indented":         {"{\n  \"a\": 0,\n  \"x\": 1\n}\n", "{\n  \"a\": 0\n}\n"},
		"last_a_comma_in_front": {"{\"a\": 0\n , \"x\": 1}", "{\"a\": 0\n }"},
		"escaped_name":          {`{"a":0,"\u0078":{"y":[1,2]},"b":2}`, `{"a":0,"b":2}`},
		"names_in_values":       {`{"a":"\"x\":1,","x":"}"}`, `{"a":"\"x\":1,"}`},
	} {
		t.Run(name, func(t *testing.T) {
			object := readAll(t, test.text)
			x, found := object.Find("x")
			if !found {
				t.Fatal("got no member x")
			}
			if diff := cmp.Diff(test.want, applied(test.text, cfn.Cut([]byte(test.text), object.At, x.At))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestNestedEdits(t *testing.T) {
	text := `{"a": {"x": 1}, "b": { "x": 2, "y": 3 }}`
	b, _ := readAll(t, text).Find("b")
	object, err := cfn.ReadObjectAt([]byte(text), b.Value, "the text")
	if err != nil {
		t.Fatal(err)
	}
	x, _ := object.Find("x")
	for verb, test := range map[string]struct {
		edit cfn.Edit
		want string
	}{
		"Insert":  {cfn.Insert([]byte(text), object.At, "n", []byte(`0`)), `{"a": {"x": 1}, "b": { "n": 0, "x": 2, "y": 3 }}`},
		"Append":  {cfn.Append([]byte(text), object, "n", []byte(`0`)), `{"a": {"x": 1}, "b": { "x": 2, "y": 3, "n": 0 }}`},
		"Cut":     {cfn.Cut([]byte(text), object.At, x.At), `{"a": {"x": 1}, "b": { "y": 3 }}`},
		"replace": {cfn.Edit{At: x.Value, Text: []byte(`"two"`)}, `{"a": {"x": 1}, "b": { "x": "two", "y": 3 }}`},
	} {
		if got := applied(text, test.edit); got != test.want {
			t.Errorf("%s: got  %s\nwant %s", verb, got, test.want)
		}
	}
}

func TestApply(t *testing.T) {
	text := []byte("0123456789")
	edit := func(start, end int, text string) cfn.Edit {
		return cfn.Edit{At: cfn.Span{Start: start, End: end}, Text: []byte(text)}
	}
	for name, test := range map[string]struct {
		edits []cfn.Edit
		want  string
	}{
		"none":            {nil, "0123456789"},
		"at_both_ends":    {[]cfn.Edit{edit(0, 0, "<"), edit(10, 10, ">")}, "<0123456789>"},
		"replace_cut_add": {[]cfn.Edit{edit(1, 3, "abc"), edit(4, 6, ""), edit(8, 8, "x")}, "0abc367x89"},
		"one_at_another":  {[]cfn.Edit{edit(2, 4, "a"), edit(4, 4, "b"), edit(4, 5, "c")}, "01abc56789"},
		"all":             {[]cfn.Edit{edit(0, 10, "")}, ""},
		"any_order":       {[]cfn.Edit{edit(8, 8, "x"), edit(4, 6, ""), edit(1, 3, "abc")}, "0abc367x89"},
		"one_offset":      {[]cfn.Edit{edit(5, 6, "-"), edit(5, 5, "a"), edit(5, 5, "b")}, "01234ab-6789"},
		"insertions":      {[]cfn.Edit{edit(7, 7, "a"), edit(5, 5, "b"), edit(5, 5, "c")}, "01234bc56a789"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := applied(string(text), test.edits...); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// The edits that a caller passes keep their order.
func TestApplyLeavesEdits(t *testing.T) {
	edits := []cfn.Edit{{At: cfn.Span{Start: 2, End: 3}}, {At: cfn.Span{Start: 0, End: 1}}}
	given := slices.Clone(edits)
	if got, want := applied("012", edits...), "1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if diff := cmp.Diff(given, edits); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestApplyErrors(t *testing.T) {
	edit := func(start, end int) cfn.Edit {
		return cfn.Edit{At: cfn.Span{Start: start, End: end}, Text: []byte("x")}
	}
	for name, edits := range map[string][]cfn.Edit{
		"before_the_start": {edit(-1, 2)},
		"beyond_the_end":   {edit(9, 11)},
		"backwards":        {edit(4, 2)},
		"overlap":          {edit(2, 5), edit(4, 6)},
		"insert_inside":    {edit(3, 3), edit(2, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := cfn.Apply([]byte("0123456789"), edits)
			if err == nil || got != nil {
				t.Errorf("got %s, %v, want an error", got, err)
			}
		})
	}
}

func TestSpanFound(t *testing.T) {
	if got := (cfn.Span{}).Found(); got {
		t.Error("got an unset span found")
	}
	if got := (cfn.Span{Start: 0, End: 1}).Found(); !got {
		t.Error("got a span of one byte not found")
	}
}

// Whatever is added to an object or removed from it, the other members stay unchanged and in order. What was added
// can be removed without a trace.
func FuzzEdits(f *testing.F) {
	for _, text := range []string{
		`{}`, "{ }\n", `{"a":1}`, "{\n  \"a\": 1,\n  \"b\": {\"c\": [2]}\n}\n", "\r\n{\r\n\t\"a\" : \"x\\u0061\"\t,\r\n\"b\":1e3 }",
		`{"\u0061":"{}","":null}`, `{"a":{"a":{}}}`,
	} {
		f.Add(text, "n", `1`)
	}
	f.Add(`{"a":1}`, "q\"\\", `{"x": [1, 2]}`)
	f.Fuzz(func(t *testing.T, text, name, value string) {
		object, err := cfn.ReadObject([]byte(text), "the text")
		if _, taken := object.Find(name); err != nil || taken || len(value) > 1000 {
			t.Skip("no object that the member could be put into")
		}
		if _, err := jsontext.AppendQuote(nil, name); err != nil || !jsontext.Value(value).IsValid() || strings.Trim(value, " \t\r\n") != value {
			t.Skip("no member's name and value")
		}
		before := members(text, object)

		inserted := applied(text, cfn.Insert([]byte(text), object.At, name, []byte(value)))
		with := readAll(t, inserted)
		if diff := cmp.Diff(append([]member{{name, value}}, before...), members(inserted, with)); diff != "" {
			t.Errorf("Insert gives %q (-want +got):\n%s", inserted, diff)
		}
		if got := applied(inserted, cfn.Cut([]byte(inserted), with.At, with.Members[0].At)); got != text {
			t.Errorf("Insert, then Cut gives %q, want %q", got, text)
		}

		appended := applied(text, cfn.Append([]byte(text), object, name, []byte(value)))
		with = readAll(t, appended)
		if diff := cmp.Diff(append(before[:len(before):len(before)], member{name, value}), members(appended, with)); diff != "" {
			t.Errorf("Append gives %q (-want +got):\n%s", appended, diff)
		}
		// An empty object is written anew.
		if got := applied(appended, cfn.Cut([]byte(appended), with.At, with.Members[len(before)].At)); got != text && len(before) > 0 {
			t.Errorf("Append, then Cut gives %q, want %q", got, text)
		}

		for i, m := range object.Members {
			cut := applied(text, cfn.Cut([]byte(text), object.At, m.At))
			want := append(before[:i:i], before[i+1:]...)
			if diff := cmp.Diff(want, members(cut, readAll(t, cut)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("Cut of member %d gives %q (-want +got):\n%s", i, cut, diff)
			}
		}
	})
}
