package boundary_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/boundary"
)

func TestOf(t *testing.T) {
	aws := boundary.Partition{ID: "aws", URLSuffix: "amazonaws.com"}
	for region, want := range map[string]boundary.Partition{
		"eu-west-1":       aws,
		"us-east-1":       aws,
		"eu-central-1":    aws,
		"ca-central-1":    aws,
		"mx-central-1":    aws,
		"us-gov-west-1":   {ID: "aws-us-gov", URLSuffix: "amazonaws.com"},
		"cn-northwest-1":  {ID: "aws-cn", URLSuffix: "amazonaws.com.cn"},
		"us-iso-east-1":   {ID: "aws-iso", URLSuffix: "c2s.ic.gov"},
		"us-isob-east-1":  {ID: "aws-iso-b", URLSuffix: "sc2s.sgov.gov"},
		"eu-isoe-west-1":  {ID: "aws-iso-e", URLSuffix: "cloud.adc-e.uk"},
		"us-isof-south-1": {ID: "aws-iso-f", URLSuffix: "csp.hci.ic.gov"},
		"eusc-de-east-1":  {ID: "aws-eusc", URLSuffix: "amazonaws.eu"},
	} {
		if diff := cmp.Diff(want, boundary.PartitionOf(region)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", region, diff)
		}
	}
}
