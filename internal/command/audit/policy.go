package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/policy"
	"amplify-boundary/internal/registry"
)

type policyFlags struct {
	io          command.IO
	manage      *command.ManageFlags
	environment string // empty: every environment of the registry
	except      []string
	users       bool
	macroStack  string
}

func newPolicy(io command.IO) *cobra.Command {
	o := &policyFlags{io: io, manage: command.NewManageFlags(io)}
	cmd := &cobra.Command{
		Use:   "policy KIND",
		Short: "Print the policies that enforce the registry's boundaries",
		Long: `scp          a service control policy; exit code 1 if AWS would not accept all
deployer     what deploying stacks needs because of the macro
auditor      what audit, report, impact, simulate, and explain need; only reads
doctor       what doctor needs besides that of a deployer
boundary     a policy to start the boundary of --environment from
guard-rules  the check of the boundary in the language of CloudFormation Guard`,
		Example: `  amplify-boundary policy boundary --environment dev \
    --registry events/boundaries.json`,
		Args: func(cmd *cobra.Command, arguments []string) error {
			if len(arguments) != 1 || !slices.Contains(cmd.ValidArgs, arguments[0]) {
				return fmt.Errorf("want one of %s", strings.Join(cmd.ValidArgs, ", "))
			}
			return nil
		},
		ValidArgs: []string{"scp", "deployer", "auditor", "doctor", "boundary", "guard-rules"},
		RunE:      func(cmd *cobra.Command, arguments []string) error { return o.run(cmd, arguments[0]) },
	}
	o.manage.Registry.AddTo(cmd)
	o.manage.Registry.AddRole(cmd)
	o.manage.Registry.AddPrefix(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.environment, "environment", "", "`NAME` of an environment (default: every environment of the registry)")
	command.CompleteFlag(cmd, "environment", o.manage.Registry.CompleteEnvironmentFlag)
	flags.StringArrayVar(&o.except, "except", nil, "`ARN` pattern of principals that scp leaves alone; can be repeated")
	flags.BoolVar(&o.users, "users", false, "for users too, not only for roles")
	flags.StringVar(&o.macroStack, "macro-stack", "amplify-boundary", "`NAME` of the macro's stack")
	return cmd
}

func (o *policyFlags) run(cmd *cobra.Command, kind string) error {
	// What commands need, which the registry does not change.
	forCommands := map[string]func(prefix string) ([]byte, error){"auditor": policy.Auditor, "doctor": policy.Doctor}[kind]
	switch {
	case kind == "boundary" && o.environment == "":
		return command.Usage(cmd, errors.New("--environment is required with boundary"))
	case len(o.except) > 0 && kind != "scp":
		return errors.New("--except can only be used with scp")
	case slices.ContainsFunc(o.except, func(arn string) bool { return !exception.ValidPrincipal(arn) }):
		return fmt.Errorf("--except must be %s", exception.PrincipalRule)
	case strings.ContainsAny(o.macroStack, "*?'"):
		return errors.New("--macro-stack must be the name of a stack, without wildcards")
	case forCommands != nil && (o.environment != "" || o.users):
		return fmt.Errorf("--environment and --users cannot be used with %s, which is the same for all", kind)
	case forCommands != nil:
		if err := o.manage.Registry.Validate(); err != nil {
			return err
		}
		return o.print(forCommands(o.manage.Registry.Prefix))
	}
	if err := command.ValidateOptionalName("--environment", o.environment); err != nil {
		return err
	}
	s, err := o.manage.Open(cmd.Context(), command.Listing)
	if err != nil {
		return err
	}
	return runPolicy(cmd.Context(), s, o, kind)
}

func runPolicy(ctx context.Context, s *command.Session, o *policyFlags, kind string) error {
	parameters, err := s.Store.List(ctx, s.Flags.Registry.Prefix)
	if err != nil {
		return err
	}
	snapshot := registry.NewSnapshot(s.Flags.Registry.Prefix, parameters)
	set, err := policy.Boundaries(snapshot, o.environment)
	switch {
	case errors.Is(err, policy.ErrNoBoundaries):
		return fmt.Errorf("%w; add one with: %s", err, s.Flags.Registry.Command("add", environment.Environment{Name: "NAME"}))
	case err != nil:
		return s.Flags.Registry.Advise(err)
	}
	for _, warning := range set.Warnings {
		s.Say("warning", "%s", warning)
	}
	request := policy.Request{Set: set, Users: o.users, Except: o.except, Installation: policy.Installation{Prefix: o.manage.Registry.Prefix}}
	switch kind {
	case "guard-rules":
		_, err := fmt.Fprint(s.IO.Out, request.GuardRules())
		return err
	case "boundary":
		return o.print(request.Boundary())
	}
	if request.Installation, err = o.installation(ctx, s); err != nil {
		return err
	}
	if kind == "deployer" {
		return o.print(request.Deployer())
	}
	exceptions, now := snapshot.Exceptions(), time.Now()
	for _, e := range exceptions.Ended(now) {
		s.Say("warning", "exception %s ended on %s: the policy leaves it out", e.Name, e.Until)
	}
	for _, m := range exceptions.Malformed {
		s.Say("warning", "SSM parameter %s: %v", registry.ExceptionName(s.Flags.Registry.Prefix, m.Name), m)
	}
	request.Exceptions = slices.DeleteFunc(exceptions.Exceptions, func(e exception.Exception) bool { return !e.Holds(now) })
	text, leftOut, err := request.ServiceControl()
	if err := o.print(text, err); err != nil {
		return err
	}
	if len(o.except) == 0 {
		s.Say("warning", "the policy also denies the principal that deploys the macro; leave it alone with --except ARN")
	}
	for _, name := range leftOut {
		s.Say("error", "the policy has no room for %s", name)
	}
	if len(leftOut) > 0 {
		return command.ErrFailed
	}
	return nil
}

func (o *policyFlags) print(text []byte, err error) error {
	if tooLarge := (*policy.SizeError)(nil); errors.As(err, &tooLarge) {
		return fmt.Errorf("%w; name one environment with --environment, or write the values with a placeholder or a path in common", err)
	}
	if err == nil {
		_, err = fmt.Fprintf(o.io.Out, "%s\n", text)
	}
	return err
}

// installation finds the parts of the macro's installation, or says which patterns replace their names.
func (o *policyFlags) installation(ctx context.Context, s *command.Session) (policy.Installation, error) {
	const function, role = "arn:*:lambda:*:*:function:", "arn:*:iam::*:role/"
	guess := policy.Installation{
		Prefix:   o.manage.Registry.Prefix,
		Function: function + o.macroStack + "-AmplifyBoundaryFunction-*",
		Guard:    function + o.macroStack + "-GuardFunction-*",
		Roles: []string{role + o.macroStack + "-AmplifyBoundaryRole-*", role + o.macroStack + "-GuardRole-*", role + o.macroStack + "-GuardHookRole-*",
			role + o.macroStack + "-DailyEvaluationRole-*"},
		Stack:  "arn:*:cloudformation:*:*:stack/" + o.macroStack + "/*",
		Bucket: strings.ToLower(o.macroStack) + "-nestedtemplatebucket-*",
	}
	if o.manage.Registry.File != "" {
		s.IO.Say("warning", "the function and the bucket were not looked up; the policy names them by the patterns %s and %s", guess.Function, guess.Bucket)
		return guess, nil
	}
	c, err := o.manage.Registry.ConnectAWS(ctx)
	if err != nil {
		return policy.Installation{}, err
	}
	stack, err := account.FindStack(ctx, c.AWS, o.macroStack)
	if errors.Is(err, account.ErrNoStack) {
		s.IO.Say("warning", "%v (name it with --macro-stack); the policy names the function and the bucket by the patterns %s and %s", err, guess.Function, guess.Bucket)
		return guess, nil
	}
	if err != nil {
		return policy.Installation{}, err
	}
	found := guess // of what a stack of an earlier version, or without a guard, has no output
	found.Function, found.Stack = stack.Outputs["FunctionArn"], stack.ARN
	if found.Function == "" {
		return policy.Installation{}, fmt.Errorf("stack %s is not the macro's: it has no output FunctionArn; name the macro's stack with --macro-stack", o.macroStack)
	}
	found.Guard = cmp.Or(stack.Outputs["GuardFunctionArn"], guess.Guard)
	for i, output := range []string{"FunctionRoleArn", "GuardRoleArn", "GuardHookRoleArn", "DailyEvaluationRoleArn"} {
		found.Roles[i] = cmp.Or(stack.Outputs[output], guess.Roles[i])
	}
	found.Bucket, found.ConfigRule = stack.Outputs["NestedTemplateBucketName"], stack.Outputs["ConfigRuleArn"]
	return found, nil
}
