package boundary

import "strings"

// AccountPattern matches the ID of an AWS account.
const AccountPattern = `[0-9]{12}`

// ValidAccount reports whether a string matches [AccountPattern], without compiling it.
func ValidAccount(id string) bool {
	return len(id) == 12 && strings.Trim(id, "0123456789") == ""
}

// Partition is a partition of AWS.
type Partition struct {
	ID        string // the second part of its ARNs
	URLSuffix string // the end of its services' host names, as the pseudo parameter AWS::URLSuffix gives it
}

// PartitionOf returns the partition of a region, by the region's prefix. Regions without a known prefix are in the
// partition aws, the only one that gets new prefixes.
func PartitionOf(region string) Partition {
	for _, p := range []struct {
		prefix string
		Partition
	}{
		{"cn-", Partition{"aws-cn", "amazonaws.com.cn"}},
		{"us-gov-", Partition{"aws-us-gov", "amazonaws.com"}},
		{"us-iso-", Partition{"aws-iso", "c2s.ic.gov"}},
		{"us-isob-", Partition{"aws-iso-b", "sc2s.sgov.gov"}},
		{"eu-isoe-", Partition{"aws-iso-e", "cloud.adc-e.uk"}},
		{"us-isof-", Partition{"aws-iso-f", "csp.hci.ic.gov"}},
		{"eusc-", Partition{"aws-eusc", "amazonaws.eu"}},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.Partition
		}
	}
	return Partition{"aws", "amazonaws.com"}
}
