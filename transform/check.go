package transform

// Faults lists the problems for which [Fragment.Bound] refuses the fragment, sorted by logical ID, but for
// [ExistingBoundary], which depends on the boundary.
func (f *Fragment) Faults() []Fault { return sorted(f.faults) }

// RolesWithout lists the roles that do not carry the boundary arn under every condition, as they stand.
func (f *Fragment) RolesWithout(arn string) []Resource {
	var lacking []Resource
	for _, p := range f.principals {
		if !p.carries(arn) {
			lacking = append(lacking, p.Resource)
		}
	}
	return lacking
}

// HasRoles tells whether the fragment has roles that can be seen.
func (f *Fragment) HasRoles() bool { return len(f.principals) > 0 }

func (p principal) carries(arn string) bool {
	for _, l := range p.existing {
		if l.kind != literalLeaf || l.text != arn {
			return false
		}
	}
	return p.boundary.Found()
}
