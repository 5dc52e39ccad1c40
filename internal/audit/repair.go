package audit

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// amplifyStack matches the names of Amplify Gen 1's stacks.
var amplifyStack = regexp.MustCompile(`^amplify-[a-zA-Z0-9]+-[a-z]{2,10}-([0-9a-f]{5}|\d{6})(-.+)?$`)

// repair is the command that makes a role right.
func repair(p placed, r Role) string {
	byHand := r.Kind == Missing || r.Kind == Different
	switch {
	case p.stack == nil && r.Kind == Extra:
		return fmt.Sprintf("aws iam delete-role-permissions-boundary --role-name %s", r.Role)
	case p.stack == nil:
		return fmt.Sprintf("aws iam put-role-permissions-boundary --role-name %s --permissions-boundary %s", r.Role, cmp.Or(r.Wanted, "ARN"))
	case r.Kind == Unknown && r.Environment != "":
		return "amplify-boundary env show " + r.Environment
	case !p.stack.declares && r.Kind == Extra:
		return fmt.Sprintf("aws iam delete-role-permissions-boundary --role-name %s", r.Role)
	case !p.stack.declares:
		return "amplify-boundary declare TEMPLATE --environment " + cmp.Or(r.Environment, "NAME") + " (the template of stack " + r.Stack + "; then deploy it)"
	case byHand:
		return revertDrift(p.stack)
	default:
		return deployAgain(p.stack)
	}
}

// revertDrift makes a change set that undoes what was done by hand: the stack declares the macro, so that
// it once gave the role its boundary.
func revertDrift(s *stack) string {
	return fmt.Sprintf("aws cloudformation create-change-set --region %s --stack-name %s --change-set-name revert-drift --deployment-mode REVERT_DRIFT%s",
		s.region.Name, s.name, previous(s))
}

// deployAgain deploys a stack that did not change.
func deployAgain(s *stack) string {
	switch {
	case amplifyStack.MatchString(s.root):
		return "amplify push --force"
	case s.isCDK:
		return "cdk deploy " + s.root + " --force"
	case s.root != s.name:
		return "deploy stack " + s.root + " again, with another Revision in the declaration of the template of " + s.name
	default:
		return fmt.Sprintf("aws cloudformation update-stack --region %s --stack-name %s%s", s.region.Name, s.name, previous(s))
	}
}

// previous are the flags that keep a stack's template and parameters.
func previous(s *stack) string {
	flags := " --use-previous-template --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND"
	if len(s.parameters) == 0 {
		return flags
	}
	var list []string
	for _, name := range s.parameters {
		list = append(list, "ParameterKey="+name+",UsePreviousValue=true")
	}
	return flags + " --parameters " + strings.Join(list, " ")
}
