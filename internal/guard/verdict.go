package guard

import (
	"cmp"
	"errors"
	"fmt"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
	"amplify-boundary/transform"
)

// verdict is what the guard makes of a role.
type verdict struct {
	rule   registry.Rule
	fixed  bool // the operator has said which environment it is, not whoever named the stack
	passes bool
	why    string
	remedy string // a command; empty where the role passes
}

// judge holds a role, or a user, against the registry.
func (s Settings) judge(h registry.Snapshot, event Event, region string) (verdict, error) {
	settings, err := h.SettingsOf(event.AccountID, s.Environment)
	if err != nil {
		return verdict{}, err
	}
	stack, stackRegion := event.stack()
	scope := boundary.Scope{AccountID: event.AccountID, Region: cmp.Or(stackRegion, region)}
	rule := registry.NewRule(h, environment.OfStack(stack, settings), settings.AnyProjectAllowed(), scope)
	v := verdict{rule: rule, fixed: settings.IsFixed()}
	found, err := event.boundary()
	switch {
	case err != nil:
		v.why = err.Error()
	case rule.Accepts(found):
		v.passes, v.why = true, "it has "+found
	case found == "" && s.passesWithout(v):
		v.passes, v.why = true, "environment "+rule.Environment.Name+" has no boundary"
	case found == "":
		v.why = "it has no permissions boundary"
	case s.Existing == transform.Keep && isPolicy(found, scope):
		v.passes, v.why = true, "it keeps a boundary of its own"
	case isPolicy(found, scope):
		v.why = "its permissions boundary is " + found
	default: // a template's author wrote it; it may be anything
		v.why = "its permissions boundary is not the ARN of a policy of this account, or of AWS"
	}
	if !v.passes {
		v.why, v.remedy = s.explain(v, event)
	}
	return v, nil
}

// passesWithout reports whether a role without a boundary is right: only where its environment has none,
// and the operator, not whoever named the stack, has said which environment it is.
func (s Settings) passesWithout(v verdict) bool {
	return v.rule.HasNone && s.AllowNone && (v.fixed || s.PassesNone)
}

// isPolicy reports whether a text is the ARN of a policy that can be a boundary in the scope.
func isPolicy(text string, scope boundary.Scope) bool {
	value, err := boundary.Parse(text)
	if err != nil || value.IsNone() {
		return false
	}
	arn, err := value.Resolve(scope)
	return err == nil && arn == text // no placeholders
}

// explain says why a role does not pass, and with which command it would.
func (s Settings) explain(v verdict, event Event) (why, remedy string) {
	e := v.rule.Environment
	why = fmt.Sprintf("%s: %s", event.name(), v.why)
	switch {
	case v.rule.Fault() != nil:
		fault := v.rule.Fault()
		if advice := (*registry.AdviceError)(nil); errors.As(fault, &advice) {
			advice.Region = s.ParameterRegion
			if s.RegistryRole != "" { // which may not write
				advice.Account = assume.AccountOf(s.RegistryRole)
			}
		}
		why += "; " + fault.Error()
	case v.rule.HasNone:
		why += fmt.Sprintf("; environment %s has none, but only %s is trusted to say which environment this is", e.Name, environment.FixedSetting)
	default:
		why += "; " + v.rule.Wanted()
	}
	return why, s.remedy(e, event)
}

// remedy is the command that would make a role right.
func (s Settings) remedy(e environment.Environment, event Event) string {
	stack, _ := event.stack()
	switch {
	case stack != "" && e.Name != "":
		return "amplify-boundary declare TEMPLATE --environment " + e.Name
	case stack != "":
		return "amplify-boundary declare TEMPLATE"
	case e.Name != "":
		return s.lookUp("show", e)
	default:
		return s.lookUp("list", e)
	}
}

// lookUp is a command that reads the guard's registry, by whoever has the account and the region of the role.
func (s Settings) lookUp(verb string, e environment.Environment) string {
	command := registry.Command(verb, s.ParameterPrefix, e)
	if s.ParameterRegion != "" {
		command += " --region " + s.ParameterRegion
	}
	if s.RegistryRole != "" {
		command += " --registry-role " + s.RegistryRole
	}
	return command
}
