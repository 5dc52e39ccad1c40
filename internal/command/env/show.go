package env

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

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
		Long: `NAME is by default the environment that is checked out in the Amplify project
around the working directory. Shown are the SSM parameters looked up, the
policy's ARN in this account and region, whether the policy exists, and the
accounts that are fixed to the environment. If the macro would refuse the
boundary, a line says why, and the exit code is 1.`,
		Example: "  amplify-boundary env show prod --registry events/boundaries.json",
		Args:    command.Count("at most one NAME", 0, 1),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	flags.Current = requiredEnvironment
	cmd.ValidArgsFunction = flags.Registry.CompleteEnvironment
	cmd.RunE = flags.RunFor(command.Reading, validateName, runShow)
	return cmd
}

func runShow(ctx context.Context, s *command.Session, name string) error {
	flags := s.Flags.Registry
	names := registry.Names(flags.Prefix, flags.InProject(name))
	values, err := s.Store.Values(ctx, names)
	if err != nil {
		return err
	}
	d := detail{Entry: command.Entry{Environment: name, Project: flags.Project}, Policy: "unknown"}
	var chain [][2]string
	title := "looked up in"
	for _, n := range names {
		text, exists := values[n]
		d.Chain = append(d.Chain, link{n, exists})
		state := "does not exist"
		switch {
		case exists && d.Parameter == "":
			d.Parameter, d.Boundary = n, command.BoundaryOrEmpty(text)
			state = "applies"
		case exists:
			state = "exists"
		}
		chain = append(chain, [2]string{title, fmt.Sprintf("%s (%s)", n, state)})
		title = ""
	}
	refused, err := d.resolve(ctx, s, values)
	if err != nil {
		return flags.Advise(err)
	}
	d.Accounts = fixedAccounts(ctx, s, name)
	fields := slices.Concat([][2]string{{"environment", name}, {"project", d.Project}, {"boundary", command.Display(d.Boundary)}}, chain)
	if d.ARN != "" {
		fields = append(fields, [2]string{"resolved", d.ARN}, [2]string{"policy", d.Policy})
	}
	fields = append(fields, [2]string{"accounts", cfn.JoinNames(d.Accounts, command.NamesShown)}, [2]string{"problem", d.Problem})
	return s.PrintChecked(refused, d, command.Fields(fields...)...)
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
	switch _, err := s.FindPolicy(ctx, d.ARN); {
	case err == nil:
		d.Policy = "exists"
	case errors.Is(err, account.ErrNoPolicy):
		d.Policy = "missing"
	case !errors.Is(err, command.ErrNotAsked):
		s.Say("warning", "could not check whether the policy exists: %v", err)
	}
	return false, nil
}
