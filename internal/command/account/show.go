package account

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// accountDetail is the result of account show.
type accountDetail struct {
	command.Fixing
	Boundary string `json:"boundary"` // what the environment has: an ARN resolved for the account, or none; empty where neither is known
	Source   string `json:"source"`   // the SSM parameter that holds the boundary; empty where there is none for all projects
	Problem  string `json:"problem"`  // why stacks of the account are refused; empty if they are not
}

func newAccountShow(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show the environment that an account is fixed to, and its boundary there",
		Long: `Show the environment that an account is fixed to, and the boundary that its roles get:
that of all projects, with placeholders resolved for the account and the region of the
registry. Where the macro would refuse the account's stacks, a line says why, and the exit
code is 1. It is 1 also where the account is not fixed.`,
		Example:           "  amplify-boundary account show 210987654321 --output json",
		Args:              command.OneArgument("ID"),
		ValidArgsFunction: o.CompleteAccount,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runForAccount(cmd.Context(), o, arguments[0], runAccountShow)
		},
	}
	addAccountFlags(o, cmd)
	o.AddRegistryRoleFlag(cmd)
	return cmd
}

func runAccountShow(ctx context.Context, s *command.Session, id string) error {
	stored, err := existingAccount(ctx, s, id)
	if err != nil {
		return err
	}
	d, err := describeAccount(ctx, s, id, stored.Value)
	if err != nil {
		return err
	}
	if err := s.Print(d, d.lines()...); err != nil {
		return err
	}
	if d.Problem != "" {
		return command.ErrFailed
	}
	return nil
}

// describeAccount finds out what becomes of an account's roles. It fails where the registry cannot be read.
func describeAccount(ctx context.Context, s *command.Session, id, value string) (accountDetail, error) {
	f, err := s.FixedTo(id, value)
	d := accountDetail{Fixing: f}
	if err != nil {
		d.Problem = err.Error()
		return d, nil
	}
	e := s.InProject(f.Environment)
	values, err := s.Store.Values(ctx, registry.Names(s.Prefix, e))
	if err != nil {
		return accountDetail{}, err
	}
	answer, err := registry.Pick(values, s.Prefix, e)
	if err == nil {
		d.Source, d.Boundary = answer.Name, boundary.None.String()
		if !answer.Value.IsNone() {
			d.Boundary, err = answer.Resolve(e.Scope(id, s.Where.Region))
		}
	}
	if err != nil {
		d.Problem = s.Advise(err).Error()
	}
	return d, nil
}

func (d accountDetail) lines() []string {
	lines := []string{
		"account      " + d.Account,
		fmt.Sprintf("environment  %s (SSM parameter %s)", d.EnvironmentOrNone(), d.Parameter),
	}
	if d.Boundary != "" {
		lines = append(lines, fmt.Sprintf("boundary     %s (SSM parameter %s)", d.Boundary, d.Source))
	}
	if d.Problem != "" {
		lines = append(lines, "problem      "+d.Problem)
	}
	return lines
}

// existingAccount reads the SSM parameter of an account.
func existingAccount(ctx context.Context, s *command.Session, id string) (registry.Parameter, error) {
	name := registry.AccountName(s.Prefix, id)
	stored, found, err := s.Store.Parameter(ctx, name)
	if err == nil && !found {
		err = fmt.Errorf("account %s is fixed to no environment (SSM parameter %s does not exist); fix it with: %s", id, name, s.AccountCommand("set", id, "ENVIRONMENT"))
	}
	return stored, err
}
