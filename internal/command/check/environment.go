package check

import (
	"cmp"
	"context"
	"errors"
	"maps"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/findings"
)

// usedEnvironment is the environment of a template, found as the macro finds it without settings. The project
// that the command line names takes precedence over the template's.
type usedEnvironment struct {
	named    environment.Environment // with the defaults of the template parameters
	namedErr error

	// With --environment as the value of the template parameter that names the environment, if that is not
	// the transform's own literal.
	deployed    environment.Environment
	deployedErr error
	isLiteral   bool

	isUnnamed bool // the template names none, and --environment cannot stand for a template parameter
	boundary  boundaryOf
}

// arn returns the boundary of the template's roles, or, if that is not known, an ARN that no role carries.
func (u usedEnvironment) arn() string {
	const unknown = "arn:aws:iam::000000000000:policy/unknown"
	return cmp.Or(u.boundary.arn, unknown)
}

// within gives findings the environment and its boundary.
func (u usedEnvironment) within(found []findings.Finding) []findings.Finding {
	for i := range found {
		found[i].Environment, found[i].Boundary = u.deployed.Name, u.boundary.arn
	}
	return found
}

// environmentOf finds the environment of a template, and looks its boundary up.
func (c *checker) environmentOf(ctx context.Context, t *checkedTemplate, parameters map[string]jsontext.Value) usedEnvironment {
	names := environment.Template{ParameterValues: t.values, TransformParameters: command.Overridden(parameters, "", c.registry.Project)}
	var u usedEnvironment
	u.named, u.namedErr = environment.Find(names, environment.Settings{})
	name, isText := cfn.Text(parameters[cfn.ParameterEnvironment])
	u.isLiteral = isText && name != "" && name != environment.Unset
	u.isUnnamed = errors.Is(u.namedErr, environment.ErrNoEnvironment) && !(c.environment != "" && names.AcceptsParameter())
	if c.environment != "" && !u.isLiteral {
		names = deployedAs(names, c.environment)
	}
	u.deployed, u.deployedErr = environment.Find(names, environment.Settings{})
	// The registry is opened for a template that names no environment only if the account is named, or if that is a finding.
	if u.isUnnamed && t.needsEnvironment() && (c.registry.AccountID != "" || c.requireEnvironment) {
		fixed, err := c.fixed()
		if err != nil && c.registry.AccountID != "" {
			c.fail(err)
		}
		if fixed.environment != "" && (c.environment == "" || c.environment == fixed.environment) {
			u.deployed = environment.Environment{Name: fixed.environment, Project: c.registry.Project, Source: "SSM parameter " + fixed.parameter}
			u.deployedErr, u.isUnnamed = nil, false
		}
	}
	if u.deployedErr == nil {
		u.boundary = c.lookUp(ctx, u.deployed)
	}
	if u.boundary.err != nil && c.environment != "" && !u.isLiteral {
		c.fail(u.boundary.err) // it is not the template that named it
	}
	return u
}

// deployedAs returns a template with the value that names the environment when it is deployed: that of the
// template parameter to which the transform's parameter refers, otherwise the transform's parameter.
func deployedAs(t environment.Template, name string) environment.Template {
	value := t.TransformParameters[cfn.ParameterEnvironment]
	parameter, isRef := cfn.Ref(value)
	_, isText := cfn.Text(value)
	switch {
	case isRef && t.ParameterValues[parameter].Kind() == '"':
		t.ParameterValues = maps.Clone(t.ParameterValues)
		t.ParameterValues[parameter] = cfn.Quote(name)
	case isText || len(value) == 0:
		t.TransformParameters = command.Overridden(t.TransformParameters, name, "")
	}
	return t
}

// checkEnvironment asks whether a template that declares the macro names a usable environment.
func (c *checker) checkEnvironment(ctx context.Context, t *checkedTemplate, u usedEnvironment) (found []findings.Finding) {
	add := func(id, severity, format string, arguments ...any) {
		f := t.atSection(id, severity, format, arguments...)
		f.Environment = u.deployed.Name
		found = append(found, f)
	}
	switch {
	case u.isUnnamed && !t.needsEnvironment():
		return nil
	case u.isUnnamed:
		severity := findings.Warning
		if c.requireEnvironment {
			severity = findings.Error
		}
		add(ruleNoEnvironment, severity, "%v%s; otherwise %s refuses the template, unless its setting ENVIRONMENT or DEFAULT_ENVIRONMENT, or the account's entry in the registry, names one",
			u.namedErr, c.proposal(t), c.macro)
		return found
	case u.deployedErr != nil:
		add(ruleDeclaration, findings.Error, "%v", u.deployedErr)
		return found
	case c.environment == "", u.namedErr != nil, u.named.Name == c.environment:
	case u.isLiteral:
		add(ruleOtherEnv, findings.Error, "the template names environment %s (%s), but it is checked for environment %s; check it for %s, or remove the name from the template",
			u.named.Name, u.named.Source, c.environment, u.named.Name)
		return found
	default:
		add(ruleOtherEnv, findings.Warning, "environment %s is the default (%s), and the template is checked for environment %s; make sure that this is passed when it is deployed",
			u.named.Name, u.named.Source, c.environment)
	}
	fixed, err := c.fixed()
	if err != nil {
		c.fail(err)
	}
	if fixed.environment != "" && fixed.environment != u.deployed.Name {
		add(ruleOtherEnv, findings.Error, "the template names environment %s (%s), but this account accepts only environment %s (SSM parameter %s); deploy it in %s's account, or remove the name from the template",
			u.deployed.Name, u.deployed.Source, fixed.environment, fixed.parameter, u.deployed.Name)
		return found
	}
	switch {
	case u.boundary.err != nil:
		add(ruleUnknown, findings.Error, "%v", u.boundary.err)
	case u.boundary.Fallback:
		add(ruleFallback, findings.Warning, "the fall-back %s is used for environment %s (%s); check the spelling of the name, or add the environment",
			u.boundary.Name, u.deployed.Name, u.deployed.Source)
	}
	if c.environment == "" || !u.boundary.Value.IsNone() {
		return found
	}
	wanted := c.lookUp(ctx, environment.Environment{Name: c.environment, Project: c.registry.Project})
	if wanted.err == nil && !wanted.Value.IsNone() {
		add(ruleWithout, findings.Error, "%s has no boundary, and environment %s has one; name the environment that is meant, or remove the project from the template",
			u.deployed, c.environment)
	}
	return found
}
