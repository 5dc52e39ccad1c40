package transform_test

import (
	"errors"
	"strings"
	"testing"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/transform"
)

// Names are compared in one pass or in another, by the length of the fragment; what comes out is the same.
func TestNamesTwice(t *testing.T) {
	const limit = 1 << 20
	padded := func(template string, size int) string {
		return strings.Replace(template, "{", `{"Description":"`+strings.Repeat("d", size-len(template)-len(`"Description":"",`))+`",`, 1)
	}
	for name, test := range map[string]struct {
		template string
		want     string // the rest from the name that repeats one; empty for none
	}{
		"none":         {`{"Resources":{"A":{"Type":"AWS::SNS::Topic","Metadata":{"a":[{"a":1},{"a":1}]}}}}`, ""},
		"section":      {`{"Resources":{},"Outputs":{},"Resources":{}}`, `"Resources":{}}`},
		"resource":     {`{"Resources":{"A":{"Type":"T::T::T"},"\u0041":{"Type":"T::T::T"}}}`, `"\u0041":{"Type":"T::T::T"}}}`},
		"property":     {`{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":1,"PermissionsBoundary":2}}}}`, `"PermissionsBoundary":2}}}}`},
		"further_in":   {`{"Resources":{},"Metadata":[[{"a":[{"b":1,"c":2,"b":3}]}]]}`, `"b":3}]}]]}`},
		"first_of_two": {`{"Resources":{},"Metadata":{"a":1,"a":2},"Outputs":{"b":1,"b":2}}`, `"a":2},"Outputs":{"b":1,"b":2}}`},
	} {
		for _, size := range []int{limit, limit + 1} {
			fragment := padded(test.template, size)
			_, err := transform.Parse([]byte(fragment), transform.Options{})
			got := ""
			if at := (*cfn.Error)(nil); errors.As(err, &at) && strings.Contains(err.Error(), "a name appears twice") {
				got = fragment[at.Offset:]
			} else if err != nil {
				t.Errorf("%s, %d bytes: %v", name, size, err)
			}
			if len(fragment) != size || got != test.want {
				t.Errorf("%s, %d bytes: got %.99q, want %q", name, len(fragment), got, test.want)
			}
		}
	}
}
