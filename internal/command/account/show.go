package account

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

type detail struct {
	command.FixedAccount
	Boundary string `json:"boundary"` // the environment's boundary: an ARN resolved for the account, or none; empty if neither is known
	Source   string `json:"source"`   // the SSM parameter that holds the boundary; empty if there is none for all projects
	Problem  string `json:"problem"`  // why stacks of the account are refused; empty if they are not
}

func newShow(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show [ID]",
		Short: "Show the environment that an account is fixed to, and its boundary",
		Long: `The boundary is that of all projects, with placeholders resolved for the account
and the region of the registry. If the account is not fixed, or if the macro
would refuse its stacks, a line says why, and the exit code is 1.`,
		Example: `  amplify-boundary account show 444455556666 --region eu-west-1 \
    --registry events/boundaries.json`,
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.Args = flags.OneOrChosen("ID")
	cmd.ValidArgsFunction = flags.Registry.CompleteAccount
	cmd.RunE = flags.RunFor(command.Listing, idArgument, runShow)
	return cmd
}

func runShow(ctx context.Context, s *command.Session, id string) error {
	stored, err := existing(ctx, s, id)
	if err != nil {
		return err
	}
	d, err := describe(ctx, s, id, stored.Value)
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

// describe finds the boundary that an account's roles get. It fails if the registry cannot be read.
func describe(ctx context.Context, s *command.Session, id, value string) (detail, error) {
	flags := s.Flags.Registry
	f, err := command.NewFixedAccount(flags.Prefix, id, value)
	d := detail{FixedAccount: f}
	if err != nil {
		d.Problem = err.Error()
		return d, nil
	}
	e := flags.InProject(f.Environment)
	values, err := s.Store.Values(ctx, registry.Names(flags.Prefix, e))
	if err != nil {
		return detail{}, err
	}
	entry, err := registry.Pick(values, flags.Prefix, e)
	if err == nil {
		d.Source, d.Boundary = entry.Name, boundary.None.String()
		if !entry.Value.IsNone() {
			d.Boundary, err = entry.Resolve(e.Scope(id, s.Where.Region))
		}
	}
	if err != nil {
		d.Problem = flags.Advise(err).Error()
	}
	return d, nil
}

func (d detail) lines() []string {
	boundary := ""
	if d.Boundary != "" {
		boundary = fmt.Sprintf("%s (SSM parameter %s)", d.Boundary, d.Source)
	}
	environment := fmt.Sprintf("%s (SSM parameter %s)", d.Display(), d.Parameter)
	return command.Fields([][2]string{{"account", d.Account}, {"environment", environment}, {"boundary", boundary}, {"problem", d.Problem}}...)
}
