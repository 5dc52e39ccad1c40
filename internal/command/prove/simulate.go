package prove

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

type simulateFlags struct {
	io            command.IO
	registry      command.RegistryFlags
	output        string
	environment   string
	actions       []string
	resources     []string
	expectDenied  bool
	expectAllowed bool
}

func newSimulate(io command.IO) *cobra.Command {
	o := &simulateFlags{io: io, registry: command.NewRegistryFlags(io)}
	cmd := &cobra.Command{
		Use:   "simulate --environment NAME --action ACTION...",
		Short: "Ask IAM what the boundary of an environment allows",
		Long: `IAM only simulates: nothing is done, and it is free. Only the boundary decides,
not the policies of roles and of resources; a warning names conditions that can
change the result. "policy auditor" prints the permissions that this needs. The
exit code is 0 whatever IAM answers; with --expect-denied or --expect-allowed,
it is 3 if an answer differs.`,
		Example: "  amplify-boundary simulate --environment dev --action s3:GetObject",
		Args:    command.NoArguments(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.runSimulate(cmd) },
	}
	o.registry.AddTo(cmd)
	o.registry.AddRole(cmd)
	o.registry.AddHierarchy(cmd, " (default: boundaries for all projects)")
	command.AddOutputFlag(cmd, &o.output, "text", "json")
	flags := cmd.Flags()
	flags.StringVar(&o.environment, "environment", "", "`NAME` of the environment")
	command.CompleteFlag(cmd, "environment", o.registry.CompleteEnvironmentFlag)
	flags.StringArrayVar(&o.actions, "action", nil, "`ACTION`, such as dynamodb:Scan, without wildcards; can be repeated")
	flags.StringArrayVar(&o.resources, "resource", nil, "`ARN` of a resource; can be repeated (default: *)")
	flags.BoolVar(&o.expectDenied, "expect-denied", false, "exit code 3 if anything is allowed")
	flags.BoolVar(&o.expectAllowed, "expect-allowed", false, "exit code 3 if anything is denied")
	return cmd
}

var actionForm = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9]+$`)

func (o *simulateFlags) validate(cmd *cobra.Command) error {
	switch {
	case o.environment == "":
		return command.Usage(cmd, errors.New("--environment is required"))
	case len(o.actions) == 0:
		return command.Usage(cmd, errors.New("--action is required, such as --action dynamodb:Scan"))
	case o.expectDenied && o.expectAllowed:
		return command.Usage(cmd, errors.New("--expect-denied and --expect-allowed cannot be used together"))
	}
	if err := command.ValidateName("--environment", o.environment); err != nil {
		return err
	}
	for _, action := range o.actions {
		switch {
		case strings.ContainsAny(action, "*?"):
			return fmt.Errorf("--action is %q, but IAM does not simulate wildcards; name each action", action)
		case !actionForm.MatchString(action):
			return fmt.Errorf("--action is %q; it must be a service and an action, such as dynamodb:Scan", action)
		}
	}
	for _, resource := range o.resources {
		if resource != "*" && !strings.HasPrefix(resource, "arn:") {
			return fmt.Errorf("--resource is %q; it must be an ARN or *", resource)
		}
	}
	return o.registry.Validate()
}

func (o *simulateFlags) runSimulate(cmd *cobra.Command) error {
	if err := o.validate(cmd); err != nil {
		return err
	}
	ctx := cmd.Context()
	c, err := o.registry.ConnectAWS(ctx)
	if err != nil {
		return err
	}
	where, err := c.OwnAccount(ctx, o.io)
	if err != nil {
		return err
	}
	e := o.registry.InProject(o.environment)
	entry, err := registry.Lookup(ctx, c.Reader(""), o.registry.Prefix, e)
	if err != nil {
		return o.registry.Advise(err)
	}
	if entry.Value.IsNone() {
		return fmt.Errorf("environment %s has no boundary (SSM parameter %s holds none), so there is nothing to simulate", e.Name, entry.Name)
	}
	arn, err := entry.Resolve(e.Scope(where.AccountID, where.Region))
	if err != nil {
		return o.registry.Advise(err)
	}
	document, err := account.NewPolicies(c.AWS).Document(ctx, arn)
	if err != nil {
		return err
	}
	simulation := account.Simulation{Actions: unique(o.actions), Resources: unique(o.resources), Boundary: document}
	if len(simulation.Resources) == 0 {
		simulation.Resources = []string{"*"}
	}
	results, err := account.Simulate(ctx, c.AWS, simulation)
	if err != nil {
		return err
	}
	return o.report(newSimulated(e, entry.Name, arn, document, results))
}

func unique(list []string) []string {
	var result []string
	for _, item := range list {
		if !slices.Contains(result, item) {
			result = append(result, item)
		}
	}
	return result
}
