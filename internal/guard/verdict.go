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
	passes := func(why string) (verdict, error) {
		return verdict{rule: rule, passes: true, why: r.title + ": " + why}, nil
	}
	exceptions := snapshot.Exceptions()
	fails := func(why string) (verdict, error) {
		v := verdict{rule: rule, why: r.title + ": " + why + "; " + s.wanted(rule), remedy: s.remedy(rule, r)}
		for _, m := range exceptions.Malformed {
			v.malformed = append(v.malformed, cfn.ShortName(m.Name))
		}
		if len(v.malformed) > 0 {
			v.why += "; malformed exceptions, which except nothing: " + cfn.JoinNames(v.malformed, namesShown)
		}
		return v, nil
	}
	excepting, isExcepted := exceptions.Find(r.Role, now)
	switch {
	case rule.Accepts(r.boundary):
		return passes("it has " + r.boundary)
	case isExcepted:
		return r.except(excepting), nil
	case r.boundary == "" && s.passesWithout(rule, settings.IsFixed()):
		return passes("environment " + rule.Environment.Name + " has no boundary")
	case r.boundary == "":
		return fails("it has no permissions boundary")
	case !isPolicy(r.boundary, scope): // the template's author wrote it: it can be anything, so it is not repeated
		return fails("its permissions boundary is not the ARN of a policy of this account or of AWS")
	case s.Existing == transform.Keep:
		return passes("it keeps its own boundary")
	default:
		return fails("its permissions boundary is " + r.boundary)
	}
}

// passesWithout reports whether a role may lack a boundary: only where its environment has none, and the operator
// has set the environment. Anyone can name a stack.
func (s Settings) passesWithout(rule registry.Rule, isFixed bool) bool {
	return rule.HasNone && s.AllowNone && (isFixed || s.PassesNone)
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

// wanted says what boundary the role should have, or why that is not known.
func (s Settings) wanted(rule registry.Rule) string {
	switch fault := rule.Fault(); {
	case fault != nil:
		if remedy := registry.Remedy(fault, s.write); remedy != "" {
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
	e := rule.Environment
	preset, isOfAWS := exception.PresetFor(r.Role)
	switch {
	case isOfAWS:
		return "AWS creates this role; leave it out with: " + preset.AddCommand(s.flags()+s.inAccount())
	case r.Stack != "":
		return "fix it with: amplify-boundary declare TEMPLATE"
	case e.Name != "":
		return "set the boundary shown by: " + s.read("show", e)
	default:
		return "set a boundary shown by: " + s.read("list", e)
	}
}

// command returns the operator's command for an environment of the guard's registry.
func (s Settings) command(verb string, e environment.Environment) string {
	return registry.Command(verb, registry.DefaultPrefix, e) + s.flags()
}

// flags lead to the guard's registry.
func (s Settings) flags() string {
	flags := ""
	if s.ParameterPrefix != registry.DefaultPrefix {
		flags += shell.Flag("prefix", s.ParameterPrefix)
	}
	if s.ParameterRegion != "" {
		flags += shell.Flag("region", s.ParameterRegion)
	}
	return flags
}

// write returns a command that writes to the guard's registry.
func (s Settings) write(verb string, e environment.Environment) string {
	return s.command(verb, e) + s.inAccount()
}

// inAccount names the account of the registry where a role reads it: that role cannot write.
func (s Settings) inAccount() string {
	if s.RegistryRole == "" {
		return ""
	}
	return " (in account " + assume.AccountOf(s.RegistryRole) + ")"
}

// read returns a command that reads the guard's registry, for anyone who works in the account and the region of the
// role.
func (s Settings) read(verb string, e environment.Environment) string {
	command := s.command(verb, e)
	if s.RegistryRole != "" {
		command += " --registry-role " + s.RegistryRole
	}
	return command
}

// role returns the role of an event. The function's region is empty where the command does not know one.
func (e Event) role(region string) role {
	r := role{exception.Role{Path: e.Path, Stack: e.Stack, AccountID: e.AccountID}, e.name(), cmp.Or(region, e.Region), e.Boundary}
	if e.TargetName == cfn.TypeRole {
		r.Name = e.Role
	}
	return r
}
