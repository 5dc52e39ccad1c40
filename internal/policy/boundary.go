package policy

// Boundary returns a managed policy to start a boundary from. It allows everything except ways out of it: a principal
// with this boundary creates roles and users only with the same boundary, removes no boundary, and changes neither the
// policy nor the registry. The operator denies whatever else a team must not do. The error is a [*SizeError].
func (r Request) Boundary() ([]byte, error) {
	r.Users = true // a user without a boundary, created by a bounded role, would be a way out
	d := Document{Version: version, Statement: []Statement{
		{Sid: "AllowWhatIsNotDenied", Effect: allow, Action: []string{"*"}, Resource: []string{"*"}},
		{
			Sid: "OnlyWithThisBoundary", Effect: deny, Action: r.actions(create, put), Resource: []string{"*"},
			Condition: Condition{"ArnNotLike": {boundaryKey: r.Patterns}},
		},
		{Sid: "KeepBoundaries", Effect: deny, Action: r.actions(remove), Resource: []string{"*"}},
		{Sid: "NoRoleManager", Effect: deny, Action: []string{roleManager}, Resource: []string{"*"}},
		{Sid: "KeepTheRegistry", Effect: deny, Action: parameterChanges(), Resource: []string{r.Installation.hierarchy()}},
	}}
	if own := r.own(); len(own) > 0 {
		d.Statement = append(d.Statement, Statement{Sid: "KeepThePolicy", Effect: deny, Action: policyChanges(), Resource: own})
	}
	return d.encode(managedPolicyLimit)
}
