package cfn

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestMembers(t *testing.T) {
	got, err := Members([]byte(" {\"number\": 1.0e2 , \"t\\u0065xt\":\"\\u0041\",\n\"list\": [1, 2] , \"none\":null} \n"), "the request")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]jsontext.Value{
		"number": jsontext.Value(`1.0e2`),
		"text":   jsontext.Value(`"\u0041"`),
		"list":   jsontext.Value(`[1, 2]`),
		"none":   jsontext.Value(`null`),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMembersShareMemory(t *testing.T) {
	object := []byte(`{"a":[1]}`)
	members, err := Members(object, "the request")
	if err != nil {
		t.Fatal(err)
	}
	object[6] = '2'
	if got, want := string(members["a"]), "[2]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMembersErrors(t *testing.T) {
	const depth = 10_000
	nested := func(levels int) string {
		return `{"a":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
	}
	for _, test := range []struct {
		name, object, want string
	}{
		{"nothing", ``, `the request is not valid JSON at byte 0: it ends too early`},
		{"white_space", ` `, `the request is not valid JSON at byte 0: it ends too early`},
		{"null", `null`, `the request is not an object`},
		{"a_list", `[]`, `the request is not an object`},
		{"a_string", `"secret"`, `the request is not an object`},
		{"a_word", `secret`, `the request is not valid JSON at byte 0: a character or an escape does not belong there`},
		{"cut_off_in_a_name", `{"secr`, `the request is not valid JSON at byte 6: it ends too early`},
		{"cut_off_in_a_value", `{"a":"secret`, `the request is not valid JSON at byte 12: it ends too early`},
		{"cut_off_after_a_value", `{"a":"secret"`, `the request is not valid JSON at byte 13: it ends too early`},
		{"a_comma_at_the_end", `{"a":1,}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a_duplicate_name", `{"a":"secret","a":1}`, `the request is not valid JSON at byte 14: a name appears twice in one object`},
		{"a_duplicate_name_spelled_otherwise", `{"a":1,"\u0061":1}`, `the request is not valid JSON at byte 7: a name appears twice in one object`},
		{"a_duplicate_name_further_in", `{"a":[{"b":1,"b":2}]}`, `the request is not valid JSON at byte 13: a name appears twice in one object`},
		{"bad_UTF_8_in_a_value", "{\"a\":\"secret\xff\"}", `the request is not valid JSON at byte 12: a string is not UTF-8`},
		{"bad_UTF_8_in_a_name", "{\"a\xff\":1}", `the request is not valid JSON at byte 3: a string is not UTF-8`},
		{"half_a_surrogate_pair", `{"a":"\ud800"}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"an_unknown_escape", `{"a":"\q"}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a_line_break_in_a_string", "{\"a\":\"\n\"}", `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a_comment", `{} // secret`, `the request is not valid JSON at byte 3: something follows its end`},
		{"a_second_value", `{} {"secret":1}`, `the request is not valid JSON at byte 3: something follows its end`},
		{"the_deepest", nested(depth), ``},
		{"too_deep", nested(depth + 1), `the request is not valid JSON at byte 10004: it is nested more than 10,000 levels deep`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Members([]byte(test.object), "the request")
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct {
		value    string
		want     string
		isString bool
	}{
		{`"plain"`, "plain", true},
		{`"\u0041\n"`, "A\n", true},
		{`""`, "", true},
		{``, "", false},
		{`null`, "", false},
		{`1`, "", false},
		{`["a"]`, "", false},
	} {
		got, isString := Text(jsontext.Value(test.value))
		if got != test.want || isString != test.isString {
			t.Errorf("%s: got %q, %t, want %q, %t", test.value, got, isString, test.want, test.isString)
		}
	}
}

func TestCall(t *testing.T) {
	for _, test := range []struct {
		value, function, argument string
		want                      bool
	}{
		{`{"Ref":"A"}`, "Ref", `"A"`, true},
		{` {"Fn::Sub" : [ "a" ] } `, "Fn::Sub", `[ "a" ]`, true},
		{`{"\u0052ef":"A"}`, "Ref", `"A"`, true},
		{`{"Ref":"A","Ref":"B"}`, "", "", false},
		{`{"Ref":"A","x":"B"}`, "", "", false},
		{`{"Reference":"A"}`, "", "", false},
		{`{}`, "", "", false},
		{`"Ref"`, "", "", false},
		{``, "", "", false},
	} {
		function, argument, got := Call(jsontext.Value(test.value))
		if got != test.want || got && (function != test.function || string(argument) != test.argument) {
			t.Errorf("%s: got %q, %q, %t", test.value, function, argument, got)
		}
	}
}
