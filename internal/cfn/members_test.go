package cfn

import (
	"math"
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
		{"a_duplicate_name_further_in_left_to_its_reader", `{"a":[{"b":1,"b":2}]}`, ``},
		{"bad_UTF_8_in_a_value", "{\"a\":\"secret\xff\"}", `the request is not valid JSON at byte 12: a string is not UTF-8`},
		{"bad_UTF_8_in_a_name", "{\"a\xff\":1}", `the request is not valid JSON at byte 3: a string is not UTF-8`},
		{"half_a_surrogate_pair", `{"a":"\ud800"}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"an_unknown_escape", `{"a":"\q"}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a_line_break_in_a_string", "{\"a\":\"\n\"}", `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a_comment", `{} // secret`, `the request is not valid JSON at byte 3: a character or an escape does not belong there`},
		{"a_second_value", `{} {"secret":1}`, `the request is not valid JSON at byte 2: something follows its end`},
		{"the_deepest", nested(depth), ``},
		{"too_deep", nested(depth + 1), `the request is not valid JSON at byte 10004: it is nested more than 10,000 levels deep`},
	} {
		t.Run(test.name, func(t *testing.T) {
			members, err := Members([]byte(test.object), "the request")
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			butNone, butNoneErr := MembersBut("none", math.MaxInt, []byte(test.object), "the request")
			if diff := cmp.Diff(members, butNone); diff != "" || (err == nil) != (butNoneErr == nil) || err != nil && err.Error() != butNoneErr.Error() {
				t.Errorf("with every member read: %v, %s", butNoneErr, diff)
			}
		})
	}
}

func TestMembersBut(t *testing.T) {
	for name, test := range map[string]struct {
		object, want string
	}{
		"unread":                    {`{"a":1,"fragment":{"b":"\q","b":1.2.3}}`, ``},
		"read":                      {`{"a":"\q","fragment":{}}`, `it is not valid JSON at byte 6: a character or an escape does not belong there`},
		"unread_without_structure":  {`{"a":1,"fragment":{"b"}}`, `it is not valid JSON at byte 22: a character or an escape does not belong there`},
		"more_than_the_limit":       {`{"a":1,"b":2,"c":3}`, `it has more than 2 members`},
		"inner_names_twice_allowed": {`{"a":{"b":1,"b":1}}`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			members, err := MembersBut("fragment", 2, []byte(test.object), "it")
			got := ""
			if err != nil {
				got = err.Error()
			} else if whole, ok := Outline([]byte(test.object), 0, 2); !ok || len(members) != len(whole.Members) {
				t.Errorf("got %d members, want %d", len(members), len(whole.Members))
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMembersBeforeError(t *testing.T) {
	got, err := Members([]byte(`{"requestId":"1","fragment":{"a":`), "the request")
	if err == nil {
		t.Error("got no error")
	}
	want := map[string]jsontext.Value{"requestId": jsontext.Value(`"1"`)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
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

func TestMembersUpTo(t *testing.T) {
	for limit, want := range map[int]string{2: "", 3: "", 1: "it has more than 1 members", 0: "it has more than 0 members"} {
		members, err := MembersUpTo(limit, []byte(`{"a":1,"b":2}`), "it")
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want || len(members) != min(limit, 2) {
			t.Errorf("%d: got %d members, %q, want %d, %q", limit, len(members), got, min(limit, 2), want)
		}
	}
}
