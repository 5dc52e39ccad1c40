package transform

import (
	"iter"

	"amplify-boundary/internal/cfn"
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
		return "the resource (" + Shortened(r.Type) + ")"
	case r.Type == "":
		return Shortened(r.LogicalID)
	default:
		return Shortened(r.LogicalID) + " (" + Shortened(r.Type) + ")"
	}
}

// Resources lists resources of a fragment, in the order of the source. It takes eight bytes for each,
// since a fragment may have hundreds of thousands.
type Resources struct {
	source []byte
	list   []reference
}

// Len returns the number of resources.
func (l Resources) Len() int { return len(l.list) }

// All returns the resources one by one.
func (l Resources) All() iter.Seq[Resource] {
	return func(yield func(Resource) bool) {
		for _, r := range l.list {
			if !yield(r.resource(l.source)) {
				return
			}
		}
	}
}

func (l *Resources) add(source []byte, r reference) {
	l.source = source
	l.list = append(l.list, r)
}

// reference is a resource by the places where the strings of its logical ID and its Type begin. A place
// is 0 where there is none: a fragment begins with a brace.
type reference struct{ id, typ uint32 }

func (r reference) resource(source []byte) Resource {
	return Resource{textAt(source, r.id), textAt(source, r.typ)}
}

func textAt(source []byte, at uint32) string {
	if at == 0 {
		return ""
	}
	return string(cfn.TextAt(source, int(at)))
}
