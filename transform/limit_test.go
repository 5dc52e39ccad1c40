package transform_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

const resourceLimit = 10_000

// numbered returns a map of resources, each with a number in its logical ID.
func numbered(count int, resource string) string {
	var members []string
	for i := range count {
		members = append(members, fmt.Sprintf(`"R%d":%s`, i, resource))
	}
	return `{` + strings.Join(members, ",") + `}`
}

func TestResourceLimit(t *testing.T) {
	const (
		role    = `{"Type":"AWS::IAM::Role"}`
		sam     = `{"Type":"AWS::Serverless::Function"}`
		refused = "M cannot set the permissions boundary on every role (the fragment: more than 10000 resources); " +
			"split the template; CloudFormation allows 500 resources"
	)
	for name, fragment := range map[string]func(count int, resource string) string{
		"template": func(count int, resource string) string { return `{"Resources":` + numbered(count, resource) + `}` },
		"map":      numbered,
		"loop": func(count int, resource string) string { // the loop counts too
			return `{"Resources":{"Fn::ForEach::L":["X",[],` + numbered(count-1, resource) + `]}}`
		},
		"loops": func(count int, resource string) string {
			return `{"Resources":{"A":` + role + `,"Fn::ForEach::L":["X",[],{"Fn::ForEach::M":["Y",[],` + numbered(count-3, resource) + `]}]}}`
		},
	} {
		t.Run(name, func(t *testing.T) {
			options := transform.Options{Macro: "M"}
			allowed, err := read(t, fragment(resourceLimit, role), options).Bound(transformtest.ARN)
			if err != nil || len(allowed.Added) < resourceLimit-2 {
				t.Fatalf("at the limit: got %v", err)
			}
			for _, resource := range []string{role, sam, `{}`} {
				tooMany := fragment(resourceLimit+1, resource)
				parsed := read(t, tooMany, options)
				_, err := parsed.Bound(transformtest.ARN)
				var faults *transform.FaultsError
				if !errors.As(err, &faults) || err.Error() != refused {
					t.Errorf("%s: got  %.300v\nwant %s", resource, err, refused)
				}
				if parsed.NothingToBound() {
					t.Errorf("%s: got nothing to bound", resource)
				}
				if got := string(parsed.WithoutBoundary()); got != tooMany {
					t.Errorf("%s: the fragment changed without a boundary", resource)
				}
			}
		})
	}
}
