package policy

// ServiceControl returns a service control policy: no role is created and no boundary put but with a right
// one, none is removed, and nobody changes what all this rests on. It fails with a [*SizeError].
//
// The operator ArnNotLike compares the parts of an ARN between colons each by itself, so that no policy's
// path can stand for an account, and it is true where the key is missing: without a boundary. See
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
		// Roles that IAM's role manager makes pass no template.
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
	return controlPolicy.encode(d)
}

// except frees principals of a statement that denies.
func (s *Statement) except(principals []string) {
	if s.Condition == nil {
		s.Condition = Condition{}
	}
	if s.Condition["ArnNotLike"] == nil {
		s.Condition["ArnNotLike"] = map[string][]string{}
	}
	s.Condition["ArnNotLike"]["aws:PrincipalArn"] = principals
}
