// Package doctor checks an installation of the macro in the caller's account and region. It looks up what has to exist, and
// then has CloudFormation process a template that declares the macro, in a change set that is never executed. It deletes
// what it made, after an interrupt too, and names what it cannot delete.
package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// Status is the result of a check.
type Status string

// The results.
const (
	OK      Status = "ok"
	Warning Status = "warning" // something is unknown, or does less than it seems to
	Fault   Status = "fault"   // a deployment fails, or a role does not get the boundary that the registry wants
)

// CleanUp is the check that names what could not be deleted.
const CleanUp = "clean up"

// Check is the result for one thing.
type Check struct {
	Check       string `json:"check"`       // credentials, registry, account, boundary, macro, function, settings, version, role manager, config rule, change set, nested, clean up
	Environment string `json:"environment"` // the environment's name; empty if the check is about no environment
	Project     string `json:"project"`     // the project's name; empty if the check is about no environment
	Status      Status `json:"status"`      // ok, warning or fault
	Message     string `json:"message"`     // what was found
	Advice      string `json:"advice"`      // what to do; empty if there is nothing
}

// Diagnosis lists the checks.
type Diagnosis struct {
	AccountID string  `json:"account"` // the caller's account; empty if the credentials do not work
	Region    string  `json:"region"`  // the region
	Macro     string  `json:"macro"`   // the macro's name
	Checks    []Check `json:"checks"`  // in the order in which they were made
}

// Options say what to check.
type Options struct {
	Prefix         string
	RegistryRegion string // of the registry; empty: it is a file
	RegistryByRole bool   // a role of another account reads it
	Macro          string
	Environments   []environment.Environment // empty: all of the registry
	Project        string                    // only environments of this project; empty: of every project
	NestedBucket   string                    // check a nested stack, with its template in this bucket; empty: do not
	Version        string                    // of the command
	Pause          time.Duration             // between calls that ask whether CloudFormation is done
	Each           func(Check)               // called with each check when it is made, in order

	// Command returns the command that adds or updates the boundary of an environment.
	Command func(verb string, e environment.Environment) string
}

// Registry lists the entries of the registry.
type Registry interface {
	List(ctx context.Context, path string) ([]registry.Parameter, error)
}

// Doctor checks an installation. AWS is the configuration of the account in which stacks are deployed; the registry can be
// in another account.
type Doctor struct {
	AWS      aws.Config
	Registry Registry
	Options  Options

	report    Diagnosis
	caller    account.Principal
	snapshot  registry.Snapshot
	read      bool // the registry could be read
	installed installation
	settings  macro.Settings // of the function; the defaults if they are not known
}

// Run makes the checks. Its error is the error of the context; everything else is in the diagnosis.
func (d *Doctor) Run(ctx context.Context) (Diagnosis, error) {
	d.report = Diagnosis{Region: d.AWS.Region, Macro: d.Options.Macro, Checks: []Check{}}
	d.settings, _ = macro.ReadSettings(func(string) string { return "" }) // the defaults are valid
	caller, err := account.Identify(ctx, d.AWS)
	if err != nil { // nothing else can be checked
		d.found("credentials", Fault, "", "%v", err)
		return d.report, ctx.Err()
	}
	d.caller, d.report.AccountID = caller, caller.AccountID
	d.found("credentials", OK, "", "%s, account %s, region %s", caller.ARN, caller.AccountID, d.AWS.Region)
	for _, step := range []func(context.Context){
		d.checkRegistry, d.checkMacro, d.checkFunction, d.checkRoleManager, d.checkRecorder, d.checkChangeSets, d.checkNested,
	} {
		if ctx.Err() == nil {
			step(ctx)
		}
	}
	return d.report, ctx.Err()
}

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
