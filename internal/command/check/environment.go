package check

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/registry"
)

// lookedUp is what the registry has for an environment.
type lookedUp struct {
	isNone     bool   // it has no boundary
	arn        string // empty where there is none, or where it is not known
	unresolved error  // why the ARN is not known though there is a boundary: the account or the region is not
	fallback   string // the SSM parameter that answers in the place of its own; empty where its own does
	err        error  // why there is no usable boundary
}

// environmentKey is what the registry's answer depends on.
type environmentKey struct{ name, project string }

// lookUp returns what the registry has for an environment. It reads each only once. It fails where the registry cannot be read.
func (c checker) lookUp(ctx context.Context, e environment.Environment) (lookedUp, error) {
	key := environmentKey{e.Name, e.Project}
	if known, ok := c.known[key]; ok {
		return known, nil
	}
	registered, err := c.open()
	if err != nil {
		return lookedUp{}, command.NewSourceError(err)
	}
	entry, err := registry.Lookup(ctx, registered.Source, c.Prefix, e)
	if source := (*command.SourceError)(nil); errors.As(err, &source) {
		return lookedUp{}, source
	}
	looked := lookedUp{err: err}
	if err == nil {
		looked = resolved(entry, e.Scope(registered.Where.AccountID, registered.Where.Region))
	}
	looked.err, looked.unresolved = c.Advise(looked.err), c.Advise(looked.unresolved)
	c.known[key] = looked
	return looked, nil
}

// resolved returns what an entry of the registry is in an account and a region, as far as these are known.
func resolved(entry registry.Entry, scope boundary.Scope) lookedUp {
	looked := lookedUp{isNone: entry.Value.IsNone()}
	if entry.Fallback {
		looked.fallback = entry.Name
	}
	if looked.isNone {
		return looked
	}
	if err := entry.Value.Check(scope); err != nil {
		return lookedUp{err: fmt.Errorf("SSM parameter %s: %w", entry.Name, err)}
	}
	looked.arn, looked.unresolved = entry.Resolve(scope)
	return looked
}

// fixedAccount is the environment that the registry fixes an account to, and the SSM parameter that does.
type fixedAccount struct{ environment, parameter string }

// accountEntry reads what the account is fixed to; to nothing where the account is not known.
func (o *checkOptions) accountEntry(ctx context.Context, open func() (command.Lookups, error)) (fixedAccount, error) {
	registered, err := open()
	if err != nil || registered.Where.AccountID == "" {
		return fixedAccount{}, err
	}
	name := registry.AccountName(o.Prefix, registered.Where.AccountID)
	values, err := registered.Source.Values(ctx, []string{name})
	if err != nil {
		return fixedAccount{}, err
	}
	fixed, err := registry.AccountEnvironment(values, o.Prefix, registered.Where.AccountID)
	return fixedAccount{fixed, name}, err
}

// naming is how a declaration of the macro, or a template without one, names its environment.
type naming struct {
	parameters map[string]jsontext.Value // the transform's
	isLiteral  bool                      // the transform's parameter is the name itself

	itself      environment.Environment // without the command line's name
	itselfErr   error
	deployed    environment.Environment // with it
	deployedErr error
}

// named finds the environment of a template as the macro does without settings. The command line's project wins over the template's;
// its environment stands for the value that a template parameter will have.
func (c checker) named(t checkedTemplate, parameters map[string]jsontext.Value) naming {
	n := naming{parameters: parameters}
	template := environment.Template{ParameterValues: t.values, TransformParameters: command.Overridden(parameters, "", c.Project)}
	n.itself, n.itselfErr = environment.Find(template, environment.Settings{})
	n.deployed, n.deployedErr = n.itself, n.itselfErr
	text, isText := cfn.Text(parameters["Environment"])
	n.isLiteral = isText && text != "" && text != environment.Unset
	if c.Environment == "" || n.isLiteral {
		return n
	}
	if parameter, isRef := cfn.Text(command.Member(parameters["Environment"], "Ref")); isRef {
		template.ParameterValues = overriddenValue(t.values, parameter, c.Environment)
	} else if len(parameters["Environment"]) == 0 || isText {
		template.TransformParameters = command.Overridden(parameters, c.Environment, c.Project)
	}
	n.deployed, n.deployedErr = environment.Find(template, environment.Settings{})
	return n
}

// overriddenValue returns template parameters of which one, if it is there and has a text, has another.
func overriddenValue(values map[string]jsontext.Value, parameter, text string) map[string]jsontext.Value {
	if values[parameter].Kind() != '"' {
		return values
	}
	values = maps.Clone(values)
	values[parameter], _ = jsontext.AppendQuote(nil, text) // a name, which is ASCII
	return values
}

// isGiven reports whether the command line says the environment.
func (n naming) isGiven(c checker) bool { return c.Environment != "" && !n.isLiteral }

// isTaken reports whether a template parameter can name the environment.
func (n naming) isTaken(t checkedTemplate) bool {
	if _, isText := cfn.Text(n.parameters["Environment"]); len(n.parameters["Environment"]) > 0 && !isText {
		return true // a Ref; what is none is refused
	}
	for name := range t.values {
		if name == "env" || name == "AuthRoleName" || strings.HasPrefix(name, "referencetotransformerrootstackenv") {
			return true
		}
	}
	return false
}

// declarationFindings lists what is wrong with the environments that the declarations of the macro name.
func (c checker) declarationFindings(ctx context.Context, t checkedTemplate) ([]findings.Finding, error) {
	var found []findings.Finding
	needsEnvironment := t.needsEnvironment()
	for _, d := range t.declared.ofMacro() {
		in, err := c.namingFindings(ctx, t, c.named(t, d.Parameters), needsEnvironment)
		if err != nil {
			return nil, err
		}
		for _, f := range in {
			found = append(found, t.at(d, f))
		}
	}
	return merged(found), nil
}

// namingFindings lists what is wrong with how one declaration names its environment.
func (c checker) namingFindings(ctx context.Context, t checkedTemplate, n naming, needsEnvironment bool) ([]findings.Finding, error) {
	var found []findings.Finding
	add := func(id string, severity string, format string, arguments ...any) {
		found = append(found, findings.Finding{Rule: id, Severity: severity, Environment: n.deployed.Name, Message: fmt.Sprintf(format, arguments...)})
	}
	isMissing := errors.Is(n.itselfErr, environment.ErrNoEnvironment) && !(n.isGiven(c) && n.isTaken(t))
	if isMissing && needsEnvironment {
		fixed, err := c.fixedUnnamed()
		if err != nil {
			return nil, err
		}
		if fixed.environment != "" && (c.Environment == "" || c.Environment == fixed.environment) {
			n.deployed = environment.Environment{Name: fixed.environment, Project: c.Project, Source: "SSM parameter " + fixed.parameter}
			return c.boundaryFindings(ctx, n, found)
		}
		graveness := findings.Warning
		if c.requireEnvironment {
			graveness = findings.Error
		}
		add(ruleNoEnvironment, graveness, "%v; without one %s refuses the template, unless its setting ENVIRONMENT or DEFAULT_ENVIRONMENT, or the account's entry in the hierarchy, has one", n.itselfErr, c.Macro)
	}
	switch {
	case errors.Is(n.deployedErr, environment.ErrNoEnvironment):
		return found, nil
	case n.deployedErr != nil:
		add(ruleDeclaration, findings.Error, "%v", n.deployedErr)
		return found, nil
	case c.Environment == "", n.itselfErr != nil, n.itself.Name == c.Environment:
	case n.isLiteral:
		add(ruleOtherEnv, findings.Error, "the template names environment %s (%s), but it is checked for environment %s; check it for %s, or take the name out of the template",
			n.itself.Name, n.itself.Source, c.Environment, n.itself.Name)
		return found, nil
	default:
		add(ruleOtherEnv, findings.Warning, "environment %s is the default (%s), and the template is checked for environment %s; make sure that this is passed when it is deployed",
			n.itself.Name, n.itself.Source, c.Environment)
	}
	if isMissing {
		return found, nil
	}
	return c.boundaryFindings(ctx, n, found)
}

// fixedUnnamed returns what the account is fixed to, where the command line makes it matter to a template that
// names no environment: it names the account, or has such a template be a finding. Otherwise no registry is
// opened for the template. Without an account on the command line, a registry that cannot be read fixes nothing.
func (c checker) fixedUnnamed() (fixedAccount, error) {
	if c.AccountID == "" && !c.requireEnvironment {
		return fixedAccount{}, nil
	}
	fixed, err := c.fixed()
	switch {
	case err == nil:
		return fixed, nil
	case c.AccountID == "":
		return fixedAccount{}, nil
	default:
		return fixedAccount{}, command.NewSourceError(err)
	}
}

// boundaryFindings adds what is wrong with the boundary that the environment of a declaration has.
func (c checker) boundaryFindings(ctx context.Context, n naming, found []findings.Finding) ([]findings.Finding, error) {
	add := func(id string, severity string, format string, arguments ...any) {
		found = append(found, findings.Finding{Rule: id, Severity: severity, Environment: n.deployed.Name, Message: fmt.Sprintf(format, arguments...)})
	}
	fixed, err := c.fixed()
	if err != nil {
		return nil, command.NewSourceError(err)
	}
	if fixed.environment != "" && fixed.environment != n.deployed.Name {
		add(ruleOtherEnv, findings.Error, "environment %s (%s) is refused in this account, where only environment %s is deployed (SSM parameter %s); deploy the stack in %s's account, or remove the name",
			n.deployed.Name, n.deployed.Source, fixed.environment, fixed.parameter, n.deployed.Name)
		return found, nil
	}
	looked, err := c.lookUp(ctx, n.deployed)
	switch {
	case err != nil:
		return nil, err
	case looked.err != nil && n.isGiven(c):
		return nil, command.NewSourceError(looked.err) // the command line's fault
	case looked.err != nil:
		add(ruleUnknown, findings.Error, "%v", looked.err)
	case looked.fallback != "":
		add(ruleFallback, findings.Warning, "the fall-back %s answers for environment %s (%s); check the spelling of the name, or add the environment",
			looked.fallback, n.deployed.Name, n.deployed.Source)
	}
	if c.Environment == "" || !looked.isNone {
		return found, nil
	}
	wanted, err := c.lookUp(ctx, environment.Environment{Name: c.Environment, Project: c.Project})
	if err != nil {
		return nil, err
	}
	if wanted.err == nil && !wanted.isNone {
		add(ruleWithout, findings.Error, "%s has no boundary, and environment %s has one; name the environment that is meant, or take the project out of the template",
			describedEnvironment(n.deployed), c.Environment)
	}
	return found, nil
}

func describedEnvironment(e environment.Environment) string {
	if e.Project == "" {
		return "environment " + e.Name
	}
	return fmt.Sprintf("environment %s of project %s", e.Name, e.Project)
}

// merged makes one finding of those that say the same of several resources.
func merged(found []findings.Finding) []findings.Finding {
	type cause struct {
		rule     string
		severity string
		message  string
	}
	first := make(map[cause]int)
	var result []findings.Finding
	for _, f := range found {
		key := cause{f.Rule, f.Severity, f.Message}
		i, ok := first[key]
		if !ok {
			first[key] = len(result)
			result = append(result, f)
			continue
		}
		result[i].LogicalIDs = append(result[i].LogicalIDs, f.LogicalIDs...)
		result[i].Line = min(result[i].Line, f.Line)
	}
	return result
}
