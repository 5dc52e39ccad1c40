package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// checkRegistry reads the hierarchy and checks each value: whether it can be a boundary in this account, and whether the
// policy allows anything.
func (d *Doctor) checkRegistry(ctx context.Context) {
	parameters, err := d.Registry.List(ctx, d.Options.Prefix)
	if err != nil {
		d.found("registry", Fault, "", "%v", err)
		return
	}
	d.read, d.snapshot = true, registry.NewSnapshot(d.Options.Prefix, parameters)
	known := d.snapshot.Environments()
	switch len(known) {
	case 0:
		advice := "add an environment with: " + d.Options.Command("add", environment.Environment{Name: "NAME"})
		if d.Options.RegistryRegion != "" && !d.Options.RegistryByRole {
			advice += "; or give --registry-role, if another account keeps the boundaries"
		}
		d.found("registry", Fault, advice, "there is no environment below %s", d.Options.Prefix)
	case 1:
		d.found("registry", OK, "", "1 boundary below %s", d.Options.Prefix)
	default:
		d.found("registry", OK, "", "%d boundaries below %s", len(known), d.Options.Prefix)
	}
	d.checkAccount()
	for _, e := range d.environments() {
		if ctx.Err() != nil {
			return
		}
		d.add(d.boundaryCheck(ctx, e))
	}
}

// environments are those that are asked for, otherwise all of the registry.
func (d *Doctor) environments() []environment.Environment {
	if len(d.Options.Environments) > 0 {
		return d.Options.Environments
	}
	return slices.DeleteFunc(d.snapshot.Environments(), func(e environment.Environment) bool {
		return d.Options.Project != "" && e.Project != d.Options.Project
	})
}

// checkAccount checks the entry that fixes the account to an environment, if there is one.
func (d *Doctor) checkAccount() {
	name := registry.AccountName(d.Options.Prefix, d.caller.AccountID)
	fixed, err := d.snapshot.Account(d.caller.AccountID)
	if err != nil {
		d.found("account", Fault, "", "%v", err)
		return
	}
	if fixed == "" {
		return
	}
	d.settings.Environment = d.settings.Environment.FixedBy(fixed, name)
	_, err = d.snapshot.Pick(environment.Environment{Name: fixed})
	missing := (*registry.NotFoundError)(nil)
	// The entry of a project can answer: whether the function adds that project is a setting, which is not known yet.
	isOfProject := errors.As(err, &missing) && slices.ContainsFunc(d.snapshot.Environments(), func(e environment.Environment) bool { return e.Name == fixed })
	if err != nil && !isOfProject {
		message, advice := d.explain(err)
		d.found("account", Fault, advice, "SSM parameter %s fixes the account to environment %s, but %s", name, fixed, message)
		return
	}
	d.found("account", OK, "", "it is fixed to environment %s (SSM parameter %s)", fixed, name)
}

// explain returns what is wrong with an entry, and the command that helps, if there is one.
func (d *Doctor) explain(err error) (message, advice string) {
	return err.Error(), registry.Remedy(err, d.Options.Command)
}

func (d *Doctor) boundaryCheck(ctx context.Context, e environment.Environment) Check {
	c := Check{Check: "boundary", Environment: e.Name, Project: e.Project, Status: Fault}
	entry, err := d.snapshot.Pick(e)
	if err != nil {
		c.Message, c.Advice = d.explain(err)
		return c
	}
	where := "SSM parameter " + entry.Name
	if entry.Fallback && e.Name != registry.DefaultName {
		where += ", for environments not named"
	}
	if entry.Value.IsNone() {
		c.Status, c.Message = OK, fmt.Sprintf("none (%s)", where)
		return c
	}
	arn, err := entry.Resolve(e.Scope(d.caller.AccountID, d.AWS.Region))
	if err != nil {
		holder, _ := registry.Split(d.Options.Prefix, entry.Name)
		c.Message, c.Advice = err.Error(), "correct it with: "+d.Options.Command("update", holder)
		return c
	}
	policy, err := account.NewPolicies(d.AWS).Find(ctx, arn)
	var allows bool
	var unread error
	if err == nil {
		allows, unread = policy.Allows(ctx)
	}
	switch {
	case errors.Is(err, account.ErrNoPolicy):
		c.Message, c.Advice = fmt.Sprintf("policy %s does not exist (%s)", arn, where), "create it in this account, or a deployment with it fails"
	case err != nil:
		c.Status, c.Message = Warning, fmt.Sprintf("%s (%s); cannot check whether it exists: %v", arn, where, err)
	case unread != nil:
		c.Status, c.Message = Warning, fmt.Sprintf("%s exists (%s); cannot read what it allows: %v", arn, where, unread)
	case !allows:
		c.Message = fmt.Sprintf("policy %s has no Allow statement (%s); as a boundary it denies everything", arn, where)
		c.Advice = "allow in it what roles may do"
	default:
		c.Status, c.Message = OK, fmt.Sprintf("%s exists and allows something (%s)", arn, where)
	}
	return c
}

// noBoundary is the ARN where an environment has none.
const noBoundary = ""

// wanted returns the ARN that the macro should put on the role of a template that names an environment. It
// fails where the macro should refuse the template.
func (d *Doctor) wanted(e environment.Environment) (arn string, err error) {
	found, err := environment.Find(environment.Template{TransformParameters: transformParameters(e)}, d.settings.Environment)
	if err != nil {
		return "", err
	}
	entry, err := d.snapshot.Pick(found)
	switch {
	case err != nil:
		return "", err
	case entry.Value.IsNone() && !d.settings.AllowNone:
		return "", errors.New("environments without a boundary are not allowed")
	case entry.Value.IsNone():
		return noBoundary, nil
	default:
		return entry.Resolve(found.Scope(d.caller.AccountID, d.AWS.Region))
	}
}
