package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/policy"
	"amplify-boundary/internal/registry"
)

// policyOptions are the options of the command policy.
type policyOptions struct {
	command.Options
	environment string // empty: all of the registry
	except      []string
	users       bool
	macroStack  string
}

func newPolicy(streams command.IO) *cobra.Command {
	o := &policyOptions{Options: command.Options{IO: streams}}
	cmd := &cobra.Command{
		Use:   "policy scp|deployer|boundary|guard-rules",
		Short: "Print the policies that enforce the registry's boundaries",
		Long: `Print a policy that enforces what the registry holds:

  scp          a service control policy: no role is created, and no boundary put, but with
               one of the registry's; none is removed; the boundary policies, the registry,
               the function and the macro's stack cannot be changed
  deployer     what a principal that deploys stacks needs because of the macro, or a service
               role that CloudFormation deploys with
  boundary     a policy to start the boundary of --environment from; it protects itself
  guard-rules  the check of the boundary in the language of CloudFormation Guard

With --environment only that environment's boundaries count. Where a value has placeholders
that are not known, the policy has wildcards. The names of function, stack and bucket are
the outputs of --macro-stack; without that stack, a warning says what stands for them.`,
		Example: `  amplify-boundary policy scp --except 'arn:aws:iam::*:role/platform-*' > scp.json
  amplify-boundary policy boundary --environment dev > boundary-dev.json`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"scp", "deployer", "boundary", "guard-rules"},
		RunE: func(cmd *cobra.Command, arguments []string) error {
			ctx := cmd.Context()
			if err := o.validate(arguments[0]); err != nil {
				return err
			}
			return o.Run(ctx, command.Listing, func(s *command.Session) error { return runPolicy(ctx, s, o, arguments[0]) })
		},
	}
	o.AddRegistryFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	o.AddPrefixFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.environment, "environment", "", "`NAME` of an environment (default: all of the registry)")
	command.CompleteFlag(cmd, "environment", o.CompleteEnvironmentFlag)
	flags.StringArrayVar(&o.except, "except", nil, "`ARN` of principals that scp leaves alone, with wildcards; may be repeated")
	flags.BoolVar(&o.users, "users", false, "users too, not only roles")
	flags.StringVar(&o.macroStack, "macro-stack", "amplify-boundary", "`NAME` of the macro's stack")
	return cmd
}

// validate refuses bad options.
func (o *policyOptions) validate(kind string) error {
	switch {
	case kind == "boundary" && o.environment == "":
		return errors.New("which environment is the boundary for? Name it with --environment")
	case len(o.except) > 0 && kind != "scp":
		return errors.New("--except is for scp alone: the others grant, or check, and leave nobody out")
	case o.environment != "":
		return command.ValidateName("--environment", o.environment)
	default:
		return nil
	}
}

func runPolicy(ctx context.Context, s *command.Session, o *policyOptions, kind string) error {
	parameters, err := s.Store.List(ctx, s.Prefix)
	if err != nil {
		return err
	}
	patterns, warnings, err := policy.Boundaries(registry.NewSnapshot(s.Prefix, parameters), o.environment, boundary.Scope{})
	if err != nil {
		return s.Advise(err)
	}
	for _, warning := range warnings {
		s.Say("warning", "%s", warning)
	}
	request := policy.Request{Boundaries: patterns, Users: o.users, Except: o.except, Installation: policy.Installation{Prefix: o.Prefix}}
	switch kind {
	case "guard-rules":
		_, err := fmt.Fprint(s.Out, request.GuardRules())
		return err
	case "boundary":
		return printPolicy(s, request.Boundary)
	}
	if request.Installation, err = o.installation(ctx); err != nil {
		return err
	}
	if kind == "scp" {
		return printPolicy(s, request.ServiceControl)
	}
	return printPolicy(s, request.Deployer)
}

// printPolicy prints a policy, unless it could not be made.
func printPolicy(s *command.Session, build func() ([]byte, error)) error {
	text, err := build()
	if err == nil {
		_, err = fmt.Fprintf(s.Out, "%s\n", text)
	}
	return err
}

// installation finds what the macro consists of, or says what stands for it.
func (o *policyOptions) installation(ctx context.Context) (policy.Installation, error) {
	guess := policy.Installation{
		Prefix:   o.Prefix,
		Function: "arn:*:lambda:*:*:function:" + o.macroStack + "-AmplifyBoundaryFunction-*",
		Stack:    "arn:*:cloudformation:*:*:stack/" + o.macroStack + "/*",
		Bucket:   strings.ToLower(o.macroStack) + "-nestedtemplatebucket-*",
	}
	if o.Registry != "" {
		o.Say("warning", "AWS was not asked for the names of function and bucket; %s and %s stand for them", guess.Function, guess.Bucket)
		return guess, nil
	}
	cfg, err := o.Load(ctx)
	if err != nil {
		return policy.Installation{}, err
	}
	stack, err := account.FindStack(ctx, cfg, o.macroStack)
	if errors.Is(err, account.ErrNoStack) {
		o.Say("warning", "%v (name it with --macro-stack); %s and %s stand for function and bucket", err, guess.Function, guess.Bucket)
		return guess, nil
	}
	if err != nil {
		return policy.Installation{}, err
	}
	return policy.Installation{
		Prefix:   o.Prefix,
		Function: stack.Outputs["FunctionArn"],
		Stack:    stack.ARN,
		Bucket:   stack.Outputs["NestedTemplateBucketName"],
	}, nil
}
