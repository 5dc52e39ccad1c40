package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// accountDetail is the result of account show.
type accountDetail struct {
	fixing
	Boundary string `json:"boundary"` // what the environment has: an ARN resolved for the account, or none; empty where neither is known
	Source   string `json:"source"`   // the SSM parameter that holds the boundary; empty where there is none for all projects
	Problem  string `json:"problem"`  // why stacks of the account are refused; empty if they are not
}

func newAccountShow(streams IO) *cobra.Command {
	o := &options{IO: streams}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show the environment that an account is fixed to, and its boundary there",
		Long: `Show the environment that an account is fixed to, and the boundary that its roles get:
that of all projects, with placeholders resolved for the account and the region of the
registry. Where the macro would refuse the account's stacks, a line says why, and the exit
code is 1. It is 1 also where the account is not fixed.`,
		Example:           "  amplify-boundary account show 210987654321 --output json",
		Args:              oneArgument("ID"),
		ValidArgsFunction: o.completeAccount,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return o.runForAccount(cmd.Context(), arguments[0], runAccountShow)
		},
	}
	o.addAccountFlags(cmd)
	o.addRegistryRoleFlag(cmd)
	return cmd
}

func runAccountShow(ctx context.Context, s *session, id string) error {
	stored, err := s.existingAccount(ctx, id)
	if err != nil {
		return err
	}
	d, err := describeAccount(ctx, s, id, stored.Value)
	if err != nil {
		return err
	}
	if err := s.print(d, d.lines()...); err != nil {
		return err
	}
	if d.Problem != "" {
		return errFailed
	}
	return nil
}

// describeAccount finds out what becomes of an account's roles. It fails where the registry cannot be read.
func describeAccount(ctx context.Context, s *session, id, value string) (accountDetail, error) {
	f, err := s.fixedTo(id, value)
	d := accountDetail{fixing: f}
	if err != nil {
		d.Problem = err.Error()
		return d, nil
	}
	e := s.inProject(f.Environment)
	values, err := s.store.Values(ctx, registry.Names(s.prefix, e))
	if err != nil {
		return accountDetail{}, err
	}
	answer, err := registry.Pick(values, s.prefix, e)
	if err == nil {
		d.Source, d.Boundary = answer.Name, boundary.None.String()
		if !answer.Value.IsNone() {
			d.Boundary, err = answer.Resolve(e.Scope(id, s.where.Region))
		}
	}
	if err != nil {
		d.Problem = s.advise(err).Error()
	}
	return d, nil
}

func (d accountDetail) lines() []string {
	lines := []string{
		"account      " + d.Account,
		fmt.Sprintf("environment  %s (SSM parameter %s)", d.environmentOrNone(), d.Parameter),
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
func (s *session) existingAccount(ctx context.Context, id string) (registry.Parameter, error) {
	name := registry.AccountName(s.prefix, id)
	stored, found, err := s.store.Parameter(ctx, name)
	if err == nil && !found {
		err = fmt.Errorf("account %s is fixed to no environment (SSM parameter %s does not exist); fix it with: %s", id, name, s.accountCommand("set", id, "ENVIRONMENT"))
	}
	return stored, err
}
