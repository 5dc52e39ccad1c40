package policy

// ServiceControl returns a service control policy: no role is created and no boundary is put except with a boundary of
// the registry, none is removed, and nobody changes what this depends on. The error is a [*SizeError].
//
// The operator ArnNotLike compares each part of an ARN between colons separately, so no policy's path can match an
// account. It is true if the key is missing, which means no boundary. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func (r Request) ServiceControl() ([]byte, error) {
	d := Document{Version: version, Statement: []Statement{
		{
			Sid: "OnlyWithABoundary", Effect: deny, Action: r.actions(create, put), Resource: []string{"*"},
			Condition: Condition{"ArnNotLike": {boundaryKey: r.Boundaries}},
		},
		{Sid: "KeepBoundaries", Effect: deny, Action: r.actions(remove), Resource: []string{"*"}},
		{Sid: "KeepTheRegistry", Effect: deny, Action: parameterChanges, Resource: []string{r.Installation.hierarchy()}},
		{Sid: "KeepTheFunction", Effect: deny, Action: functionChanges, Resource: []string{r.Installation.Function}},
		{Sid: "KeepTheMacro", Effect: deny, Action: stackChanges, Resource: []string{r.Installation.Stack}},
		// No template shows the roles that IAM's role manager creates.
		{Sid: "NoRoleManager", Effect: deny, Action: []string{"iam:PutAccountProperties"}, Resource: []string{"*"}},
	}}
	if own := r.own(); len(own) > 0 {
		d.Statement = append(d.Statement, Statement{Sid: "KeepThePolicies", Effect: deny, Action: policyChanges, Resource: own})
	}
	if len(r.Except) > 0 {
		for i := range d.Statement {
			d.Statement[i].except(r.Except)
		}
	}
	return d.encode(controlPolicyLimit)
}

// except makes a statement that denies leave principals alone.
func (s *Statement) except(principals []string) {
	if s.Condition == nil {
		s.Condition = Condition{}
	}
	if s.Condition["ArnNotLike"] == nil {
		s.Condition["ArnNotLike"] = map[string][]string{}
	}
	s.Condition["ArnNotLike"]["aws:PrincipalArn"] = principals
}
