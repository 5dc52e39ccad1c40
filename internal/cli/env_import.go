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

// readTeamProviderInfo reads the file of the Amplify project in a directory; empty is the project around
// the working directory.
func readTeamProviderInfo(dir string) (*amplify.TeamProviderInfo, error) {
	project, err := openProject(dir)
	if err != nil {
		return nil, err
	}
	return project.TeamProviderInfo()
}

// openProject finds the Amplify project in a directory; empty is the project around the working directory.
func openProject(dir string) (amplify.Project, error) {
	project, err := amplify.Find(".")
	if dir != "" {
		project, err = amplify.Open(dir)
	}
	if errors.Is(err, amplify.ErrNoProject) {
		err = fmt.Errorf("%w; change into one, or name it with --amplify-dir", err)
	}
	return project, err
}

func newEnvImport(streams IO) *cobra.Command {
	o := &options{IO: streams}
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
		Args: noArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, err := readTeamProviderInfo(dir)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.run(ctx, writing, func(s *session) error { return runImport(ctx, s, info, overwrite) })
		},
	}
	o.addFlags(cmd)
	addProjectFlag(cmd, &dir)
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "where file and registry disagree, take the file's boundary")
	return cmd
}

// importPlan is an environment of the file with what is to become of it in the registry.
type importPlan struct {
	transfer
	value  boundary.Value
	stored registry.Parameter // as it was read, where it exists
}

// runImport takes the boundaries of all environments of a file into the registry, or none.
func runImport(ctx context.Context, s *session, info *amplify.TeamProviderInfo, overwrite bool) error {
	var plans []importPlan
	failed, advice := false, ""
	for _, e := range info.Environments {
		plan, err := planImport(ctx, s, e)
		if err == nil && plan.Done == "changed" && !overwrite {
			err = fmt.Errorf("environment %s: the file says %s, the registry %s (SSM parameter %s)", e.Name, plan.Boundary, display(boundaryOrEmpty(plan.stored.Value)), plan.stored.Name)
			advice = "; give --overwrite to take the file's boundaries"
		}
		if err != nil {
			s.say("error", "%v", err)
			failed = true
		}
		plans = append(plans, plan)
	}
	if failed {
		return fmt.Errorf("nothing was imported from %s%s", info.File, advice)
	}
	result := exchange{File: info.File, Environments: []transfer{}}
	for _, plan := range plans {
		var err error
		switch plan.Done {
		case "added":
			s.inspect(ctx, plan.Environment, plan.value)
			err = s.store.Add(ctx, s.parameterName(plan.Environment), plan.value.String())
		case "changed":
			s.inspect(ctx, plan.Environment, plan.value)
			_, err = s.store.Replace(ctx, plan.stored, plan.value.String())
		}
		if err != nil {
			return fmt.Errorf("environment %s: %w; the environments before it in the file are imported", plan.Environment, err)
		}
		result.Environments = append(result.Environments, plan.transfer)
	}
	return s.print(result, result.lines()...)
}

// planImport decides what is to become of an environment; it writes nothing.
func planImport(ctx context.Context, s *session, e amplify.Environment) (importPlan, error) {
	plan := importPlan{transfer: transfer{Environment: e.Name, Done: "skipped"}}
	if !e.Bounded {
		return plan, nil
	}
	if err := validateEnvironment(e.Name); err != nil {
		return plan, err
	}
	value, err := parseBoundary(s.prefix, s.parameterName(e.Name), e.Boundary)
	if err != nil {
		return plan, fmt.Errorf("environment %s: %w", e.Name, err)
	}
	scope := s.scope(e.Name)
	if e.Region != "" {
		scope.Region = e.Region
	}
	err = value.Check(scope)
	if other := (*boundary.AccountError)(nil); errors.As(err, &other) {
		s.say("warning", "environment %s is skipped: %v", e.Name, err)
		return plan, nil
	}
	if err != nil {
		return plan, fmt.Errorf("environment %s: %w", e.Name, err)
	}
	scope.AccountID = cmp.Or(scope.AccountID, e.AccountID) // only to compare placeholders with it
	plan.value, plan.Boundary = value, value.String()
	stored, found, err := s.store.Parameter(ctx, s.parameterName(e.Name))
	if err != nil {
		return plan, err
	}
	plan.stored = stored
	switch {
	case !found:
		plan.Done = "added"
	case agree(stored.Value, value, scope):
		plan.Done = "unchanged"
	default:
		plan.Done = "changed"
	}
	return plan, nil
}

// agree reports whether a value in the registry is a boundary, or stands for it by placeholders.
func agree(stored string, value boundary.Value, scope boundary.Scope) bool {
	registered, err := boundary.Parse(stored)
	if err != nil || registered.IsNone() || value.IsNone() {
		return err == nil && registered == value
	}
	one, oneErr := registered.Resolve(scope)
	other, otherErr := value.Resolve(scope)
	return registered == value || oneErr == nil && otherErr == nil && one == other
}
