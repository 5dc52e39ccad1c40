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
	var k *keeper
	var dir string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Give an Amplify project's environments their boundaries from the registry",
		Long: `Write the registry's boundaries into an Amplify project's team-provider-info.json, for
the environments that the file has, with placeholders resolved. With it the Amplify CLI
bounds the roles that it creates before any macro can run: those of the root stack.

A placeholder takes the region and the account that the file tells for the environment. An
environment that is not in the registry stays as it is. Every other byte of the file stays.`,
		Example: "  amplify-boundary env export --amplify-dir ../shop",
		Args:    count("no arguments", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, p, err := k.openBoth(cmd.Context(), dir)
			if err != nil {
				return err
			}
			return k.exportAll(cmd.Context(), p, info)
		},
	}
	k = newKeeper(streams, cmd)
	addProjectFlag(cmd, &dir)
	return cmd
}

func (k *keeper) exportAll(ctx context.Context, p site, info *amplify.TeamProviderInfo) error {
	result := exchange{File: info.File, Environments: []transfer{}}
	failed := false
	for _, e := range info.Environments {
		t, err := k.export(ctx, p, info, e)
		if err != nil {
			k.say("error", "environment %s: %v", e.Name, err)
			failed = true
		}
		result.Environments = append(result.Environments, t)
	}
	if failed {
		return fmt.Errorf("nothing was written to %s", info.File)
	}
	if err := info.Write(ctx); err != nil {
		return err
	}
	return k.print(result, result.lines()...)
}

// export sets an environment's boundary in the file, which is not written yet.
func (k *keeper) export(ctx context.Context, p site, info *amplify.TeamProviderInfo, e amplify.Environment) (transfer, error) {
	t := transfer{Environment: e.Name, Done: "skipped"}
	if err := k.checkEnvironment(e.Name); err != nil {
		return t, err
	}
	held, found, err := p.store.Parameter(ctx, k.parameterName(e.Name))
	if err != nil {
		return t, err
	}
	if !found {
		k.say("warning", "environment %s is left as it is: SSM parameter %s does not exist", e.Name, k.parameterName(e.Name))
		return t, nil
	}
	entry, err := registry.ParseEntry(k.prefix, held.Name, held.Value)
	if err != nil {
		return t, err
	}
	t.Boundary = entry.Value.String()
	arn := ""
	if !entry.Value.IsNone() {
		if arn, err = k.exported(p, e, entry); err != nil {
			return t, err
		}
		t.Boundary = arn
	}
	t.Done = "unchanged"
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
// file tells them.
func (k *keeper) exported(p site, e amplify.Environment, entry registry.Entry) (string, error) {
	arn, err := entry.Resolve(k.named(e.Name).Scope(cmp.Or(e.AccountID, p.accountID), cmp.Or(e.Region, p.region)))
	if err == nil && !strings.HasPrefix(arn, "arn:aws:") {
		err = errors.New("the Amplify CLI takes policies of partition aws only")
	}
	return arn, err
}
