package env

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// detail is the result of env show.
type detail struct {
	command.Entry
	Fallback bool   `json:"fallback"` // whether a _default applies
	Chain    []link `json:"chain"`    // the SSM parameters looked up, the most specific first
	ARN      string `json:"arn"`      // the boundary resolved for this account and region; empty for none, or if it cannot be resolved
	Problem  string `json:"problem"`  // why the boundary cannot be resolved here, or why the macro would refuse it; empty if neither
	Policy   string `json:"policy"`   // whether the policy exists: exists, missing, or unknown

	Accounts []string `json:"accounts"` // the IDs of the accounts that are fixed to the environment, whatever the project
}

// link is an SSM parameter of the chain of look-ups.
type link struct {
	Parameter string `json:"parameter"` // the SSM parameter's name
	Exists    bool   `json:"exists"`    // whether it exists
}

func newShow(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show [NAME]",
		Short: "Show the boundary of an environment and where it comes from",
		Long: `Show the boundary of an environment, by default of the one that is checked out in the
Amplify project around the working directory: the SSM parameters that were looked up, the
policy's ARN in this account and region, whether the policy exists, and the accounts that
are fixed to the environment. If the macro would refuse the boundary, a line says why, and
the exit code is 1.`,
		Example: `  amplify-boundary env show prod
  amplify-boundary env show prod --project bookshop --output json`,
		Args: command.Count("one NAME or none", 0, 1),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.ValidArgsFunction = flags.Registry.CompleteEnvironment
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		name, err := command.EnvironmentArgument(arguments)
		if err != nil {
			return err
		}
		return runShow(cmd.Context(), io, *flags, name)
	}
	return cmd
}

func runShow(ctx context.Context, io command.IO, flags command.ManageFlags, name string) error {
	s, err := flags.Open(ctx, io, command.Reading)
	if err != nil {
		return err
	}
	names := registry.Names(flags.Registry.Prefix, flags.Registry.InProject(name))
	values, err := s.Store.Values(ctx, names)
	if err != nil {
		return err
	}
	d := detail{Entry: command.Entry{Environment: name, Project: flags.Registry.Project}, Policy: "unknown"}
	for _, n := range names {
		text, exists := values[n]
		d.Chain = append(d.Chain, link{n, exists})
		if exists && d.Parameter == "" {
			d.Parameter, d.Boundary = n, command.BoundaryOrEmpty(text)
		}
	}
	refused, err := d.resolve(ctx, s, values)
	if err != nil {
		return flags.Registry.Advise(err)
	}
	d.Accounts = fixedAccounts(ctx, s, name)
	if err := s.Print(d, d.lines()...); err != nil {
		return err
	}
	if refused {
		return command.ErrFailed
	}
	return nil
}

// resolve completes what is known of a boundary as the macro would use it, and reports whether the macro would refuse
// it. It fails if the environment has none.
func (d *detail) resolve(ctx context.Context, s *command.Session, values map[string]string) (refused bool, err error) {
	flags := s.Flags.Registry
	entry, err := registry.Pick(values, flags.Prefix, flags.InProject(d.Environment))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) {
		return true, err
	}
	if err != nil {
		d.Problem = flags.Advise(err).Error()
		return true, nil
	}
	d.Fallback = entry.Fallback
	if entry.Value.IsNone() {
		return false, nil
	}
	where := scope(s, d.Environment)
	if d.ARN, err = entry.Resolve(where); err != nil {
		d.Problem = flags.Advise(err).Error()
		return entry.Value.Check(where) != nil, nil // otherwise it only lacks what the macro knows
	}
	switch _, err := s.Policies.Find(ctx, d.ARN); {
	case err == nil:
		d.Policy = "exists"
	case errors.Is(err, account.ErrNoPolicy):
		d.Policy = "missing"
	case !errors.Is(err, command.ErrNotAsked):
		s.Say("warning", "could not check whether the policy exists: %v", err)
	}
	return false, nil
}

func (d detail) lines() []string {
	lines := []string{"environment  " + d.Environment}
	if d.Project != "" {
		lines = append(lines, "project      "+d.Project)
	}
	lines = append(lines, "boundary     "+command.Display(d.Boundary))
	for i, l := range d.Chain {
		title, state := "", "does not exist"
		if i == 0 {
			title = "looked up in"
		}
		switch {
		case l.Parameter == d.Parameter:
			state = "applies"
		case l.Exists:
			state = "exists"
		}
		lines = append(lines, fmt.Sprintf("%-12s %s (%s)", title, l.Parameter, state))
	}
	if d.ARN != "" {
		lines = append(lines, "resolved     "+d.ARN, "policy       "+d.Policy)
	}
	if len(d.Accounts) > 0 {
		lines = append(lines, "accounts     "+cfn.JoinNames(d.Accounts, command.NamesShown))
	}
	if d.Problem != "" {
		lines = append(lines, "problem      "+d.Problem)
	}
	return lines
}
