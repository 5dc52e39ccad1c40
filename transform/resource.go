package transform

import (
	"iter"
	"slices"
)

// Resource names a resource of a fragment. LogicalID is empty where the fragment is itself a resource
// or its properties, since CloudFormation does not pass on such a resource's name.
type Resource struct {
	LogicalID string
	Type      string
}

// String names the resource for people: "OrderRole (AWS::IAM::Role)", or, without a logical ID,
// "the role" or "the resource (TYPE)". Names are cut at 80 characters, and quoted where they are not
// plain, so that they cannot forge a line.
func (r Resource) String() string {
	switch {
	case r.LogicalID == "" && r.Type == "":
		return "the role"
	case r.LogicalID == "":
		return "the resource (" + shortened(r.Type) + ")"
	case r.Type == "":
		return shortened(r.LogicalID)
	default:
		return shortened(r.LogicalID) + " (" + shortened(r.Type) + ")"
	}
}

// Resources lists resources of a fragment, in the order of the source.
type Resources struct{ list []Resource }

// Len returns the number of resources.
func (l Resources) Len() int { return len(l.list) }

// All returns the resources one by one: a fragment may have hundreds of thousands.
func (l Resources) All() iter.Seq[Resource] { return slices.Values(l.list) }

func (l *Resources) add(r Resource) { l.list = append(l.list, r) }
