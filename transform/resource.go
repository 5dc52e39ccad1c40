package transform

import "amplify-boundary/internal/cfn"

// Resource names a resource of a fragment. LogicalID is empty if the fragment is itself a resource or its properties,
// because CloudFormation does not pass on the name of such a resource.
type Resource struct {
	LogicalID string
	Type      string
}

// String names the resource for people: "OrderRole (AWS::IAM::Role)", or, without a logical ID, "the role" or "the
// resource (TYPE)". Names are shown as [cfn.ShortName] returns them.
func (r Resource) String() string {
	switch {
	case r.LogicalID == "" && r.Type == "":
		return "the role"
	case r.LogicalID == "":
		return "the resource (" + cfn.ShortName(r.Type) + ")"
	case r.Type == "":
		return cfn.ShortName(r.LogicalID)
	default:
		return cfn.ShortName(r.LogicalID) + " (" + cfn.ShortName(r.Type) + ")"
	}
}
