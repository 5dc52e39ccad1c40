package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/registry"
)

func newEnvExport(streams IO) *cobra.Command {
	o := &exchangeOptions{options: options{IO: streams}}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Give an Amplify project's environments their boundaries from the registry",
		Long: `Write the registry's boundaries into an Amplify project's team-provider-info.json, for
the environments that the file has, with placeholders resolved. With it the Amplify CLI
bounds the roles that it creates before any macro can run: those of the root stack.

The boundary is the one that the macro would find, fall-backs included. A placeholder takes
the region and the account that the file names for the environment. An environment for which
the registry has none is skipped; with --require that is an error, and nothing is written.
Every other byte of the file stays.`,
		Example: "  amplify-boundary env export --amplify-dir ../shop",
		Args:    noArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.run(ctx, func(s *session, info *amplify.TeamProviderInfo) error { return runExport(ctx, o, s, info) })
		},
	}
	o.addFlags(cmd)
	o.addRegistryRoleFlag(cmd)
	return cmd
}

// runExport writes the boundaries of all environments of a file into it, or none.
func runExport(ctx context.Context, o *exchangeOptions, s *session, info *amplify.TeamProviderInfo) error {
	result, err := exportAll(ctx, s, info)
	if err != nil {
		return err
	}
	if !o.reportSkipped(result.Environments) {
		return fmt.Errorf("nothing was written to %s", info.File)
	}
	if err := info.Write(ctx); err != nil {
		return err
	}
	return result.print(s, info.File+" was written")
}

// exportAll sets the boundaries of all environments of a file, which is not written yet.
func exportAll(ctx context.Context, s *session, info *amplify.TeamProviderInfo) (exchange, error) {
	result := exchange{File: info.File, Environments: []transfer{}}
	failed := false
	for _, e := range info.Environments {
		t, err := exportBoundary(ctx, s, info, e)
		if err != nil {
			s.say("error", "environment %s: %v", e.Name, err)
			failed = true
		}
		result.Environments = append(result.Environments, t)
	}
	if failed {
		return exchange{}, fmt.Errorf("nothing was written to %s", info.File)
	}
	return result, nil
}

// exportBoundary sets an environment's boundary in the file, which is not written yet.
func exportBoundary(ctx context.Context, s *session, info *amplify.TeamProviderInfo, e amplify.Environment) (transfer, error) {
	if err := validateEnvironment(e.Name); err != nil {
		return transfer{}, err
	}
	entry, err := registry.Lookup(ctx, s.store, s.prefix, s.inProject(e.Name))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) {
		return skipped(e.Name, missing.Reason()), nil
	}
	if err != nil {
		return transfer{}, s.advise(err)
	}
	if entry.Fallback {
		s.say("warning", "the fall-back %s answers for environment %s", entry.Name, e.Name)
	}
	t := transfer{Environment: e.Name, Done: "unchanged"}
	t.Boundary = entry.Value.String()
	arn := ""
	if !entry.Value.IsNone() {
		if arn, err = exported(s, e, entry); err != nil {
			return t, err
		}
		t.Boundary = arn
	}
	if info.Set(e, arn) {
		switch {
		case arn == "":
			t.Done = "removed"
		case e.Bounded:
			t.Done = "changed"
		default:
			t.Done = "added"
		}
	}
	return t, nil
}

// exported resolves a boundary for an environment of the file: its own region and account, where the
// file names them.
func exported(s *session, e amplify.Environment, entry registry.Entry) (string, error) {
	arn, err := entry.Resolve(s.inProject(e.Name).Scope(cmp.Or(e.AccountID, s.where.AccountID), cmp.Or(e.Region, s.where.Region)))
	if err == nil && !strings.HasPrefix(arn, "arn:aws:") {
		err = errors.New("the Amplify CLI takes policies of partition aws only")
	}
	return arn, s.advise(err)
}
