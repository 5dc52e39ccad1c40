package transform_test

import (
	"strings"
	"testing"

	"amplify-boundary/transform"
)

func TestResourceString(t *testing.T) {
	for name, test := range map[string]struct {
		resource transform.Resource
		want     string
	}{
		"named":        {transform.Resource{LogicalID: "OrderRole", Type: "AWS::IAM::Role"}, "OrderRole (AWS::IAM::Role)"},
		"without_type": {transform.Resource{LogicalID: "OrderRole"}, "OrderRole"},
		"properties":   {transform.Resource{}, "the role"},
		"snippet":      {transform.Resource{Type: "AWS::IAM::Role"}, "the resource (AWS::IAM::Role)"},
		"forged_line":  {transform.Resource{LogicalID: "A\nerror: B", Type: "T\x1b[2J"}, `"A\nerror: B" ("T\x1b[2J")`},
		"long_names": {transform.Resource{LogicalID: strings.Repeat("é", 81), Type: strings.Repeat("T", 80)},
			strings.Repeat("é", 79) + "… (" + strings.Repeat("T", 80) + ")"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.resource.String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
