package env

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/exchange"
	"amplify-boundary/internal/registry"
)

func newImport(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Copy an Amplify project's boundaries into the registry",
		Long: `They are PermissionsBoundaryPolicyArn of each environment in the project's
team-provider-info.json. An environment without it is skipped, and so is a
policy of another account; with --require, that is an error. If any of them
differs from the registry, nothing is written, unless --overwrite is given.`,
		Example: `  cd examples/amplify-gen1
  amplify-boundary env export --registry ../../events/boundaries.json
  amplify-boundary env import --registry boundaries.json`,
		Args: command.NoArguments(),
	}
	flags := newExchangeFlags(io, cmd)
	command.Writes(cmd)
	flags.manage.Creates(cmd)
	var overwrite bool
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "if file and registry differ, use the file's boundary")
	cmd.RunE = flags.run(func(ctx context.Context, s *command.Session, info *amplify.TeamProviderInfo) error {
		imports, err := exchange.NewImport(ctx, s, info.File, registry.Path(s.Flags.Registry.Prefix, s.Flags.Registry.Project), overwrite)
		if err != nil {
			return err
		}
		result := exchange.Result{File: info.File}
		for _, e := range info.Environments {
			t, err := planImport(s, imports, e)
			if err != nil {
				imports.Refuse("environment "+e.Name, err)
			}
			result.Environments = append(result.Environments, t)
		}
		skippedErr := result.SaySkipped(s.IO, flags.require)
		if err := cmp.Or(imports.Check(), skippedErr); err != nil {
			return err
		}
		for _, t := range result.Environments {
			if t.Done != exchange.Added && t.Done != exchange.Changed {
				continue
			}
			value, _ := parseFor(s, t.Environment, t.Boundary)
			if value.IsNone() {
				s.Say("warning", "environment %s: PermissionsBoundaryPolicyArn is empty in the file; none is written, which takes precedence over a %s", t.Environment, registry.DefaultName)
			}
			inspect(ctx, s, t.Environment, value)
		}
		if err := imports.Write(ctx, "environments"); err != nil {
			return err
		}
		return s.PrintWritten("the boundaries are in the registry", result, result.Lines()...)
	})
	return cmd
}

func planImport(s *command.Session, imports *exchange.Import, e amplify.Environment) (exchange.Transfer, error) {
	t := exchange.Transfer{Environment: e.Name}
	if !e.Bounded {
		t.Done, t.Reason = exchange.Skipped, "the file has no PermissionsBoundaryPolicyArn for it"
		return t, nil
	}
	if err := command.ValidateEnvironment(e.Name); err != nil {
		return t, err
	}
	where := scope(s, e.Name)
	where.Region = cmp.Or(e.Region, where.Region)
	value, err := parseFor(s, e.Name, e.Boundary)
	if err == nil {
		err = value.Check(where)
	}
	if other := (*boundary.AccountError)(nil); errors.As(err, &other) {
		t.Done, t.Reason = exchange.Skipped, other.Error()
		return t, nil
	}
	if err != nil {
		return t, err
	}
	where.AccountID = cmp.Or(where.AccountID, e.AccountID) // only to compare placeholders with it
	t.Boundary = value.String()
	name := s.Flags.Registry.ParameterName(e.Name)
	registered, err := boundary.Parse(imports.Stored[name].Value)
	isSame := registered == value
	if resolved, otherErr := registered.Resolve(where); err == nil && otherErr == nil && !isSame {
		arn, err := value.Resolve(where)
		isSame = err == nil && arn == resolved
	}
	t.Done = imports.Set("environment "+e.Name, name, t.Boundary, command.Display(registered.String()), isSame)
	return t, nil
}
