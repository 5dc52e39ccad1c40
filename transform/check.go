package transform

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Faults lists the problems for which [Fragment.Bound] refuses the fragment, sorted by logical ID, but for
// those of existing boundaries, which depend on the boundary.
func (f *Fragment) Faults() []Fault {
	list := make([]Fault, 0, len(f.faults))
	for _, at := range f.faults {
		list = append(list, at.fault(f.source))
	}
	slices.SortStableFunc(list, compareFaults)
	return list
}

// RolesWithout lists the roles that do not carry the boundary arn under every condition, as they stand.
func (f *Fragment) RolesWithout(arn string) []Resource {
	var list []Resource
	decoder := jsontext.NewDecoder(bytes.NewReader(nil))
	for _, p := range f.principals {
		if !f.carries(decoder, p, arn) {
			list = append(list, p.resource(f.source))
		}
	}
	return list
}

// HasRoles reports whether the fragment has roles that can be seen.
func (f *Fragment) HasRoles() bool { return len(f.principals) > 0 }

// NothingToBound reports whether a template or a map of resources has neither a role that can be seen
// nor a fault, so that it would come back as it came whatever the boundary. It may have nested stacks.
func (f *Fragment) NothingToBound() bool {
	return (f.Shape == ShapeTemplate || f.Shape == ShapeResources) && len(f.principals) == 0 && len(f.faults) == 0
}

func (f *Fragment) carries(decoder *jsontext.Decoder, p principal, arn string) bool {
	boundary := p.boundary.span()
	if !boundary.Found() {
		return false
	}
	for _, a := range f.alternatives(decoder, nil, boundary) {
		if a.kind != literal || a.text != arn {
			return false
		}
	}
	return true
}

// alternatives appends those of a boundary's value, which has been validated.
func (f *Fragment) alternatives(decoder *jsontext.Decoder, list []alternative, boundary span) []alternative {
	list, err := within(decoder, f.source, boundary).alternatives(list, &leftovers{})
	if err != nil {
		panic(err) // the source changed since it was read
	}
	return list
}
