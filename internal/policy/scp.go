package policy

import "amplify-boundary/internal/exception"

// ServiceControl returns a service control policy: no role is created and no boundary is put except with a boundary of
// the registry, none is removed, and nobody changes what this depends on. Exceptions come next, and then what protects
// the rest of the installation, as far as there is room; leftOut names what did not fit. The error is a [*SizeError] if
// not even the first of these fits.
//
// The operator ArnNotLike compares each part of an ARN between colons separately, so no policy's path can match an
// account. It is true if the key is missing, which means no boundary. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func (r Request) ServiceControl() (document []byte, leftOut []string, err error) {
	var exceptions []exception.Exception
	var extras []protection
	if document, err = r.serviceControl(nil, nil).encode(controlPolicyLimit); err != nil {
		return nil, nil, err
	}
	try := func(name string, larger Document) (fits bool) {
		text, tooLarge := larger.encode(controlPolicyLimit)
		if tooLarge != nil {
			leftOut = append(leftOut, name)
			return false
		}
		document = text
		return true
	}
	for _, e := range r.Exceptions {
		if try("exception "+e.Name, r.serviceControl(append(exceptions, e), nil)) {
			exceptions = append(exceptions, e)
		}
	}
	for _, extra := range r.extras() {
		if try(extra.name, r.serviceControl(exceptions, append(extras, extra))) {
			extras = append(extras, extra)
		}
	}
	return document, leftOut, nil
}

// serviceControl returns the policy with some of the exceptions and extra protections.
func (r Request) serviceControl(exceptions []exception.Exception, extras []protection) Document {
	boundaries := Statement{
		Sid: "OnlyWithABoundary", Effect: deny, Action: r.actions(create, put), Resource: []string{"*"},
		Condition: Condition{"ArnNotLike": {boundaryKey: r.Patterns}},
	}
	settings := Statement{Sid: "KeepBoundaries", Effect: deny, Action: append(r.actions(remove), roleManager), Resource: []string{"*"}}
	// What the enforcement depends on most. A boundary's pattern can have wildcards, so creating a policy that matches it is
	// denied too. A macro that outlives its stack still invokes the function of that name, so creating one is denied.
	installation := Statement{
		Sid: "KeepTheInstallation", Effect: deny, Resource: []string{r.Installation.hierarchy(), r.Installation.Function, r.Installation.Stack},
		Action: append(parameterChanges(),
			"lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:DeleteFunction", "lambda:PutFunctionConcurrency",
			"cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:UpdateStack", "cloudformation:DeleteStack"),
	}
	if own := r.own(); len(own) > 0 {
		installation.add(protection{actions: policyChanges(), resources: own})
	}
	for _, extra := range extras {
		if extra.resources == nil {
			settings.Action = append(settings.Action, extra.actions...)
		} else {
			installation.add(extra)
		}
	}
	free := r.Except
	var reserved []Statement
	for _, e := range exceptions {
		free = union(free, principals(e))
		reserved = reserve(reserved, union(r.Except, principals(e)), names(e))
	}
	statements := []Statement{boundaries, settings, installation}
	for i := range statements {
		statements[i].except(free)
	}
	return Document{version, append(statements, reserved...)}
}

// except makes a statement that denies leave principals alone.
func (s *Statement) except(principals []string) {
	if len(principals) == 0 {
		return
	}
	if s.Condition == nil {
		s.Condition = Condition{"ArnNotLike": {}}
	}
	s.Condition["ArnNotLike"]["aws:PrincipalArn"] = principals
}

// protection is something that nobody may change.
type protection struct {
	name      string
	actions   []string
	resources []string // nil for actions that have no resource
}

// extras are further protections, the most important first.
func (r Request) extras() (list []protection) {
	add := func(exists bool, name string, actions []string, resources ...string) {
		if exists {
			list = append(list, protection{name, actions, resources})
		}
	}
	i, principals := r.Installation, identities(r.Except)
	add(len(i.Roles) > 0, "the roles of the installation", roleChanges(), i.Roles...)
	add(i.Guard != "", "the guard's function", nil, i.Guard) // the actions are the macro's
	// These actions support no resource: https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/grant-iam-permissions-for-hooks.html.
	add(true, "the configuration of hooks", []string{"cloudformation:SetTypeConfiguration", "cloudformation:DeactivateType"})
	add(true, "stack refactoring", []string{"cloudformation:CreateStackRefactor", "cloudformation:ExecuteStackRefactor"})
	add(i.Bucket != "", "the bucket policy for copies of templates",
		[]string{"s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:DeleteBucket"}, "arn:*:s3:::"+i.Bucket)
	add(i.ConfigRule != "", "the Config rule", []string{"config:PutConfigRule", "config:DeleteConfigRule", "config:DeleteEvaluationResults"}, i.ConfigRule)
	add(len(principals.resources) > 0, "the principals of --except", principals.actions, principals.resources...)
	return list
}

// add makes a statement protect something too. Actions and resources of different services never meet, so one
// statement for all of them says the same as one for each.
func (s *Statement) add(p protection) {
	s.Action, s.Resource = union(s.Action, p.actions), union(s.Resource, p.resources)
}
