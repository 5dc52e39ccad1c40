package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// exchange is the result of env import and env export.
type exchange struct {
	File         string     `json:"file"`         // the team-provider-info.json
	Environments []transfer `json:"environments"` // the file's environments in their order
}

// transfer is what became of an environment.
type transfer struct {
	Environment string `json:"environment"` // the environment's name
	Boundary    string `json:"boundary"`    // an ARN or none; empty where it was skipped
	Done        string `json:"done"`        // what became of it: added, changed, removed, unchanged or skipped
}

func (e exchange) lines() []string {
	var lines []string
	for _, t := range e.Environments {
		line := fmt.Sprintf("environment %s: %s", t.Environment, t.Done)
		if t.Boundary != "" {
			line += ", " + t.Boundary
		}
		lines = append(lines, line)
	}
	return lines
}

// addProjectFlag adds the flag that names the Amplify project.
func addProjectFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "amplify-dir", "", "`DIR` of the Amplify project (default: the one around the working directory)")
}

// openBoth opens the sides between which boundaries are exchanged: the Amplify project's file and the
// registry.
func (k *keeper) openBoth(ctx context.Context, dir string) (*amplify.TeamProviderInfo, site, error) {
	if err := k.check(); err != nil {
		return nil, site{}, err
	}
	project, err := amplify.Find(".")
	if dir != "" {
		project, err = amplify.Open(dir)
	}
	if errors.Is(err, amplify.ErrNoProject) {
		err = fmt.Errorf("%w; change into one, or name it with --amplify-dir", err)
	}
	if err != nil {
		return nil, site{}, err
	}
	info, err := project.TeamProviderInfo()
	if err != nil {
		return nil, site{}, err
	}
	p, err := k.open(ctx)
	return info, p, err
}

func newEnvImport(streams IO) *cobra.Command {
	var k *keeper
	var dir string
	var overwrite bool
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Take the boundaries of an Amplify project's environments into the registry",
		Long: `Take PermissionsBoundaryPolicyArn of each environment in an Amplify project's
team-provider-info.json into the registry. An environment without it is skipped, and so is
a policy of another account. Where any of them disagrees with the registry, nothing is
written, unless --overwrite says that the file is right.`,
		Example: `  amplify-boundary env import
  amplify-boundary env import --amplify-dir ../shop --project shop --overwrite`,
		Args: count("no arguments", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, p, err := k.openBoth(cmd.Context(), dir)
			if err != nil {
				return err
			}
			return k.importAll(cmd.Context(), p, info, overwrite)
		},
	}
	k = newKeeper(streams, cmd)
	addProjectFlag(cmd, &dir)
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "where file and registry disagree, take the file's boundary")
	return cmd
}

// intake is an environment of the file with what is to become of it in the registry.
type intake struct {
	transfer
	value boundary.Value
	held  registry.Parameter // as it was read, where it exists
}

func (k *keeper) importAll(ctx context.Context, p site, info *amplify.TeamProviderInfo, overwrite bool) error {
	var intakes []intake
	failed, advice := false, ""
	for _, e := range info.Environments {
		in, err := k.intake(ctx, p, e)
		if err == nil && in.Done == "changed" && !overwrite {
			err = fmt.Errorf("environment %s: the file says %s, the registry %s (SSM parameter %s)", e.Name, in.Boundary, shown(known(in.held.Value)), in.held.Name)
			advice = "; give --overwrite to take the file's boundaries"
		}
		if err != nil {
			k.say("error", "%v", err)
			failed = true
		}
		intakes = append(intakes, in)
	}
	if failed {
		return fmt.Errorf("nothing was imported from %s%s", info.File, advice)
	}
	result := exchange{File: info.File, Environments: []transfer{}}
	for _, in := range intakes {
		var err error
		switch in.Done {
		case "added":
			k.inspect(ctx, p, in.Environment, in.value)
			err = p.store.Add(ctx, k.parameterName(in.Environment), in.value.String())
		case "changed":
			k.inspect(ctx, p, in.Environment, in.value)
			_, err = p.store.Replace(ctx, in.held, in.value.String())
		}
		if err != nil {
			return fmt.Errorf("environment %s: %w; the environments before it in the file are imported", in.Environment, err)
		}
		result.Environments = append(result.Environments, in.transfer)
	}
	return k.print(result, result.lines()...)
}

// intake decides what is to become of an environment; it writes nothing.
func (k *keeper) intake(ctx context.Context, p site, e amplify.Environment) (intake, error) {
	in := intake{transfer: transfer{Environment: e.Name, Done: "skipped"}}
	if !e.Bounded {
		return in, nil
	}
	if err := k.checkEnvironment(e.Name); err != nil {
		return in, err
	}
	value, err := parseGiven(k.prefix, k.parameterName(e.Name), e.Boundary)
	if err != nil {
		return in, fmt.Errorf("environment %s: %w", e.Name, err)
	}
	scope := k.scope(p, e.Name)
	if e.Region != "" {
		scope.Region = e.Region
	}
	err = value.Check(scope)
	if other := (*boundary.AccountError)(nil); errors.As(err, &other) {
		k.say("warning", "environment %s is skipped: %v", e.Name, err)
		return in, nil
	}
	if err != nil {
		return in, fmt.Errorf("environment %s: %w", e.Name, err)
	}
	scope.AccountID = cmp.Or(scope.AccountID, e.AccountID) // only to compare placeholders with it
	in.value, in.Boundary = value, value.String()
	held, found, err := p.store.Parameter(ctx, k.parameterName(e.Name))
	if err != nil {
		return in, err
	}
	in.held = held
	switch {
	case !found:
		in.Done = "added"
	case k.agree(held.Value, value, scope):
		in.Done = "unchanged"
	default:
		in.Done = "changed"
	}
	return in, nil
}

// agree tells whether a value in the registry is a boundary, or stands for it by placeholders.
func (k *keeper) agree(held string, value boundary.Value, scope boundary.Scope) bool {
	registered, err := boundary.Parse(held)
	if err != nil || registered.IsNone() || value.IsNone() {
		return err == nil && registered == value
	}
	one, oneErr := registered.Resolve(scope)
	other, otherErr := value.Resolve(scope)
	return registered == value || oneErr == nil && otherErr == nil && one == other
}
