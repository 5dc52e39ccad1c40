package guard

import (
	"cmp"
	"time"
	"unicode/utf8"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/shell"
	"amplify-boundary/transform"
)

// role is a role, or a user, as the guard checks it.
type role struct {
	exception.Role        // Name is empty for a user, and for a role that CloudFormation names; Stack is empty if it is not known
	title          string // what messages call it
	region         string
	boundary       string // what its PermissionsBoundary holds; empty where it has none
}

// verdict is what the guard decides about a role.
type verdict struct {
	rule    registry.Rule
	passes  bool
	leftOut bool   // whether it passes because it is not judged: an exception leaves it out, for example
	why     string // what was found, and where the role does not pass, what is wanted
	remedy  string // what to do; empty where the role passes

	malformed []string // exceptions of the registry that except nothing, as far as it was read
}

// namesShown is how many names a message and the log line show.
const namesShown = 5

// fit returns what was found, and that together with what to do, in at most limit characters. What to do is not cut, if
// the limit allows it.
func fit(why, remedy string, limit int) (found, whole string) {
	if remedy != "" {
		remedy = "; " + remedy
	}
	found = cfn.Shorten(why, limit-utf8.RuneCountInString(remedy))
	return found, cfn.Shorten(found+remedy, limit)
}

// except passes a role because of an exception.
func (r role) except(e exception.Exception) verdict {
	return verdict{passes: true, leftOut: true, why: r.title + ": exception " + e.Name + " leaves it out: " + e.Reason}
}

// judge compares a role with the registry, whose exceptions hold at a time.
func (s Settings) judge(snapshot registry.Snapshot, r role, now time.Time) (verdict, error) {
	settings, err := snapshot.SettingsOf(r.AccountID, s.Environment)
	if err != nil {
		return verdict{}, err
	}
	scope := boundary.Scope{AccountID: r.AccountID, Region: r.region}
	rule := registry.NewRule(snapshot, environment.OfStack(r.Stack, settings), settings.AnyProjectAllowed(), scope)
	exceptions := snapshot.Exceptions()
	excepting, isExcepted := exceptions.Find(r.Role, now)
	v := verdict{rule: rule, passes: true}
	switch {
	case rule.Accepts(r.boundary):
		v.why = "it has " + r.boundary
	case isExcepted:
		return r.except(excepting), nil
	case r.boundary == "" && rule.HasNone && s.AllowNone && (settings.IsFixed() || s.PassesNone): // anyone can name a stack
		v.why = "environment " + rule.Environment.Name + " has no boundary"
	case r.boundary == "":
		v.passes, v.why = false, "it has no permissions boundary"
	case !isPolicy(r.boundary, scope): // the template's author wrote it: it can be anything, so it is not repeated
		v.passes, v.why = false, "its permissions boundary is not the ARN of a policy of this account or of AWS"
	case s.Existing == transform.Keep:
		v.why = "it keeps its own boundary"
	default:
		v.passes, v.why = false, "its permissions boundary is "+r.boundary
	}
	v.why = r.title + ": " + v.why
	if v.passes {
		return v, nil
	}
	v.why += "; " + s.wanted(rule)
	v.remedy = s.remedy(rule, r)
	for _, m := range exceptions.Malformed {
		v.malformed = append(v.malformed, cfn.ShortName(m.Name))
	}
	if len(v.malformed) > 0 {
		v.why += "; malformed exceptions, which except nothing: " + cfn.JoinNames(v.malformed, namesShown)
	}
	return v, nil
}

// isPolicy reports whether a text is the ARN of a policy that can be a boundary in the scope.
func isPolicy(text string, scope boundary.Scope) bool {
	value, _ := boundary.Parse(text) // only an ARN resolves
	arn, err := value.Resolve(scope)
	return err == nil && arn == text // no placeholders
}

// wanted says what boundary the role should have, or why that is not known.
func (s Settings) wanted(rule registry.Rule) string {
	switch fault := rule.Fault; {
	case fault != nil:
		_, write := s.flags()
		remedy := registry.Remedy(fault, func(verb string, e environment.Environment) string {
			return registry.Command(verb, registry.DefaultPrefix, e) + write
		})
		if remedy != "" {
			return fault.Error() + "; " + remedy
		}
		return fault.Error()
	case rule.HasNone:
		return "environment " + rule.Environment.Name + " has none, but only the setting " + environment.FixedSetting + " can prove the environment"
	default:
		return rule.Wanted()
	}
}

// remedy says what to do about a role that does not pass.
func (s Settings) remedy(rule registry.Rule, r role) string {
	read, write := s.flags()
	preset, isOfAWS := exception.PresetFor(r.Role)
	switch {
	case isOfAWS:
		return "AWS creates this role; leave it out with: " + preset.AddCommand(write)
	case r.Stack != "":
		return "fix it with: amplify-boundary declare TEMPLATE"
	case rule.Environment.Name != "":
		return "set the boundary shown by: " + registry.Command("show", registry.DefaultPrefix, rule.Environment) + read
	default:
		return "set a boundary shown by: " + registry.Command("list", registry.DefaultPrefix, rule.Environment) + read
	}
}

// flags lead the operator's command to the guard's registry: to read it, in the account and the region of the role, and
// to write it, in the registry's own account where the guard reads it by a role, which cannot write.
func (s Settings) flags() (read, write string) {
	flags := ""
	if s.ParameterPrefix != registry.DefaultPrefix {
		flags += shell.Flag("prefix", s.ParameterPrefix)
	}
	if s.ParameterRegion != "" {
		flags += shell.Flag("region", s.ParameterRegion)
	}
	if s.RegistryRole == "" {
		return flags, flags
	}
	return flags + shell.Flag("registry-role", s.RegistryRole), flags + " (in account " + assume.AccountOf(s.RegistryRole) + ")"
}

// role returns the role of an event. The function's region is empty where the command does not know one.
func (e Event) role(region string) role {
	r := role{exception.Role{Path: e.Path, Stack: e.Stack, AccountID: e.AccountID}, e.name(), cmp.Or(region, e.Region), e.Boundary}
	if e.TargetName == cfn.TypeRole {
		r.Name = e.Role
	}
	return r
}
