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
	cmd.RunE = flags.RunFor(command.Listing, validateID, func(ctx context.Context, s *command.Session, id string) error {
		stored, err := existing(ctx, s, id)
		if err != nil {
			return err
		}
		d := detail{}
		shown := ""
		var problem error
		if d.FixedAccount, problem = command.NewFixedAccount(flags.Registry.Prefix, id, stored.Value); problem == nil {
			e := flags.Registry.InProject(d.Environment)
			values, err := s.Store.Values(ctx, registry.Names(flags.Registry.Prefix, e))
			if err != nil {
				return err
			}
			var entry registry.Entry
			if entry, problem = registry.Pick(values, flags.Registry.Prefix, e); problem == nil {
				d.Source, d.Boundary = entry.Name, boundary.None.String()
				if !entry.Value.IsNone() {
					d.Boundary, problem = entry.Resolve(e.Scope(id, s.Where.Region))
				}
			}
		}
		if d.Boundary != "" {
			shown = fmt.Sprintf("%s (SSM parameter %s)", d.Boundary, d.Source)
		}
		if problem != nil {
			d.Problem = flags.Registry.Advise(problem).Error()
		}
		environment := fmt.Sprintf("%s (SSM parameter %s)", d.Display(), d.Parameter)
		lines := command.Fields([][2]string{{"account", id}, {"environment", environment}, {"boundary", shown}, {"problem", d.Problem}}...)
		return s.PrintChecked(problem != nil, d, lines...)
	})
	return cmd
}
