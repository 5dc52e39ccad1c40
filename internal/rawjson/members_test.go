package rawjson

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestMembersKeepsTheSpellingOfValues(t *testing.T) {
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

func TestMembersShareTheMemoryOfTheObject(t *testing.T) {
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

func TestMembersSaysWhatIsWrong(t *testing.T) {
	const depth = 10_000
	nested := func(levels int) string {
		return `{"a":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
	}
	for _, test := range []struct {
		name, object, want string
	}{
		{"nothing", ``, `the request is not valid JSON at byte 0: it ends too early`},
		{"white space", ` `, `the request is not valid JSON at byte 0: it ends too early`},
		{"null", `null`, `the request is not an object`},
		{"a list", `[]`, `the request is not an object`},
		{"a string", `"secret"`, `the request is not an object`},
		{"a word", `secret`, `the request is not valid JSON at byte 0: a character or an escape does not belong there`},
		{"cut off in a name", `{"secr`, `the request is not valid JSON at byte 6: it ends too early`},
		{"cut off in a value", `{"a":"secret`, `the request is not valid JSON at byte 12: it ends too early`},
		{"cut off after a value", `{"a":"secret"`, `the request is not valid JSON at byte 13: it ends too early`},
		{"a comma at the end", `{"a":1,}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a duplicate name", `{"a":"secret","a":1}`, `the request is not valid JSON at byte 14: a name appears twice in one object`},
		{"a duplicate name spelled otherwise", `{"a":1,"\u0061":1}`, `the request is not valid JSON at byte 7: a name appears twice in one object`},
		{"a duplicate name further in, left to its reader", `{"a":[{"b":1,"b":2}]}`, ``},
		{"bad UTF-8 in a value", "{\"a\":\"secret\xff\"}", `the request is not valid JSON at byte 12: a string is not UTF-8`},
		{"bad UTF-8 in a name", "{\"a\xff\":1}", `the request is not valid JSON at byte 3: a string is not UTF-8`},
		{"half a surrogate pair", `{"a":"\ud800"}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"an unknown escape", `{"a":"\q"}`, `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a line break in a string", "{\"a\":\"\n\"}", `the request is not valid JSON at byte 6: a character or an escape does not belong there`},
		{"a comment", `{} // secret`, `the request is not valid JSON at byte 3: a character or an escape does not belong there`},
		{"a second value", `{} {"secret":1}`, `the request is not valid JSON at byte 2: something follows its end`},
		{"the deepest", nested(depth), ``},
		{"too deep", nested(depth + 1), `the request is not valid JSON at byte 10004: it is nested more than 10,000 levels deep`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if _, err := Members([]byte(test.object), "the request"); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMembersBeforeAFaultAreReturned(t *testing.T) {
	got, err := Members([]byte(`{"requestId":"1","fragment":{"a":`), "the request")
	if err == nil {
		t.Error("got no error")
	}
	want := map[string]jsontext.Value{"requestId": jsontext.Value(`"1"`)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTextTakesStringsOnly(t *testing.T) {
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
