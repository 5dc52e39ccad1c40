// Package doctor proves an installation of the macro in the account and region of whoever asks: what has to be
// there is looked up, and then CloudFormation is given a template that declares the macro, in a change set that
// is never executed. What that makes is deleted again, after an interrupt too; what cannot be deleted is named.
package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// Status is the outcome of a check.
type Status string

// The outcomes.
const (
	OK      Status = "ok"
	Warning Status = "warning" // it could not be looked up, or does less than one might think
	Fault   Status = "fault"   // a deployment fails, or a role is not bounded as the registry wants
)

// CleanUp is the check of what could not be deleted.
const CleanUp = "clean up"

// Check is one thing that was looked at.
type Check struct {
	Check       string `json:"check"`       // credentials, registry, account, boundary, macro, function, settings, version, invoke, change set, nested, clean up
	Environment string `json:"environment"` // the environment's name; empty where it is not about one
	Project     string `json:"project"`     // the project's name; empty where it is not about one
	Status      Status `json:"status"`      // ok, warning or fault
	Message     string `json:"message"`     // what was found
	Advice      string `json:"advice"`      // what to do; empty where there is nothing
}

// Diagnosis is everything that was looked at.
type Diagnosis struct {
	AccountID string  `json:"account"` // the caller's account; empty where the credentials are of no use
	Region    string  `json:"region"`  // the region
	Macro     string  `json:"macro"`   // the macro's name
	Checks    []Check `json:"checks"`  // in the order in which they were made
}

// Options say what is proven.
type Options struct {
	Prefix         string
	RegistryRegion string // where the registry lies; empty: in a file
	RegistryByRole bool   // whether a role of another account reads it
	Macro          string
	Environments   []environment.Environment // empty: all of the registry
	Project        string                    // of all of the registry, only this project's; empty: those of every project
	Nested         bool                      // prove that nested stacks are bound
	NestedBucket   string                    // for the template of the nested stack; empty: one that the macro's stack names
	Version        string                    // the command's
	Pause          time.Duration             // between looks at what CloudFormation is doing
	Each           func(Check)               // is called with each check as it is made, in order

	// Command returns the command that adds or updates the boundary of an environment.
	Command func(verb string, e environment.Environment) string
}

// Registry is the registry, as it is read here.
type Registry interface {
	List(ctx context.Context, path string) ([]registry.Parameter, error)
}

// Doctor proves an installation. AWS is the configuration of the account in which stacks are deployed; the
// registry may lie in another.
type Doctor struct {
	AWS      aws.Config
	Registry Registry
	Options  Options

	report    Diagnosis
	caller    account.Principal
	snapshot  registry.Snapshot
	read      bool           // whether the registry could be
	installed installation   // what was found of the macro
	settings  macro.Settings // the function's, or its defaults where they are not known
}

// Run makes the checks. Its error is that of the context; everything else is in the report.
func (d *Doctor) Run(ctx context.Context) (Diagnosis, error) {
	d.report = Diagnosis{Region: d.AWS.Region, Macro: d.Options.Macro, Checks: []Check{}}
	var err error
	if d.settings, err = macro.ReadSettings(func(string) string { return "" }); err != nil {
		return d.report, err
	}
	for _, step := range []func(context.Context) (goOn bool){
		d.checkCredentials, d.checkRegistry, d.checkMacro, d.checkFunction, d.checkSettings, d.checkInvoke, d.checkChangeSets, d.checkNested,
	} {
		if ctx.Err() != nil || !step(ctx) {
			break
		}
	}
	return d.report, ctx.Err()
}

// add records a check.
func (d *Doctor) add(c Check) {
	d.report.Checks = append(d.report.Checks, c)
	if d.Options.Each != nil {
		d.Options.Each(c)
	}
}

// found records a check that is about no environment.
func (d *Doctor) found(check string, status Status, advice, format string, arguments ...any) {
	d.add(Check{Check: check, Status: status, Message: fmt.Sprintf(format, arguments...), Advice: advice})
}

// checkCredentials finds out who asks. Without that, nothing else can be said.
func (d *Doctor) checkCredentials(ctx context.Context) bool {
	identity, err := account.Identify(ctx, d.AWS)
	if err != nil {
		d.found("credentials", Fault, "", "%v", err)
		return false
	}
	d.caller, d.report.AccountID = identity, identity.AccountID
	d.found("credentials", OK, "", "%s, account %s, region %s", identity.ARN, identity.AccountID, d.AWS.Region)
	return true
}

// scope is where boundaries are to hold.
func (d *Doctor) scope(e environment.Environment) boundary.Scope {
	return e.Scope(d.caller.AccountID, d.AWS.Region)
}
