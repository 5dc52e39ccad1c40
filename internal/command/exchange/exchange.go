// Package exchange imports files into the registry, and exports boundaries from it to an Amplify project, for the commands
// that do, and says what an exchange did.
package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// Result is the result of a command that copies boundaries between the registry and an Amplify project.
type Result struct {
	File         string     `json:"file"`         // the team-provider-info.json
	Environments []Transfer `json:"environments"` // the file's environments in their order
}

// Transfer is what was done with one environment.
type Transfer struct {
	Environment string `json:"environment"` // the environment's name
	Boundary    string `json:"boundary"`    // an ARN or none; empty if the environment was skipped
	Done        string `json:"done"`        // added, changed, removed, unchanged, or skipped
	Reason      string `json:"reason"`      // why it was skipped; empty if it was not
}

// What can be done with an environment.
const (
	Added     = "added"
	Changed   = "changed"
	Removed   = "removed"
	Unchanged = "unchanged"
	Skipped   = "skipped"
)

// Lines describes the exchange for people.
func (r Result) Lines() []string {
	var lines []string
	for _, t := range r.Environments {
		line := fmt.Sprintf("environment %s: %s", t.Environment, t.Done)
		if t.Boundary != "" {
			line += ", " + t.Boundary
		}
		lines = append(lines, line)
	}
	return lines
}

// SaySkipped says why environments are skipped. If all are required, it fails.
func (r Result) SaySkipped(io command.IO, require bool) (err error) {
	for _, t := range r.Environments {
		switch {
		case t.Done != Skipped:
		case require:
			io.Say("error", "environment %s is required, but would be skipped: %s", t.Environment, t.Reason)
			err = errors.New("nothing was written")
		default:
			io.Say("warning", "environment %s is skipped: %s", t.Environment, t.Reason)
		}
	}
	return err
}

// Export sets the boundaries of all environments of an Amplify project's file, which the caller then writes.
func Export(ctx context.Context, s *command.Session, info *amplify.TeamProviderInfo) (Result, error) {
	flags := s.Flags.Registry
	var names []string
	for _, e := range info.Environments {
		if command.ValidateEnvironment(e.Name) == nil {
			names = append(names, registry.Names(flags.Prefix, flags.InProject(e.Name))...)
		}
	}
	slices.Sort(names)
	values, err := s.Store.Values(ctx, slices.Compact(names))
	if err != nil {
		return Result{}, err
	}
	result := Result{File: info.File}
	failed := false
	for _, e := range info.Environments {
		t, err := exportEnvironment(s, info, e, values)
		if err != nil {
			s.Say("error", "environment %s: %v", e.Name, err)
			failed = true
		}
		result.Environments = append(result.Environments, t)
	}
	if failed {
		return Result{}, fmt.Errorf("nothing was written to %s", info.File)
	}
	return result, nil
}

func exportEnvironment(s *command.Session, info *amplify.TeamProviderInfo, e amplify.Environment, values map[string]string) (Transfer, error) {
	if err := command.ValidateEnvironment(e.Name); err != nil {
		return Transfer{}, err
	}
	flags := s.Flags.Registry
	entry, err := registry.Pick(values, flags.Prefix, flags.InProject(e.Name))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) {
		return Transfer{Environment: e.Name, Done: Skipped, Reason: missing.Reason()}, nil
	}
	if err != nil {
		return Transfer{}, flags.Advise(err)
	}
	if entry.Fallback {
		s.Say("warning", "the fall-back %s applies to environment %s", entry.Name, e.Name)
	}
	arn := ""
	if !entry.Value.IsNone() { // resolved for the region and the account that the file names
		scope := flags.InProject(e.Name).Scope(cmp.Or(e.AccountID, s.Where.AccountID), cmp.Or(e.Region, s.Where.Region))
		if arn, err = entry.Resolve(scope); err != nil {
			return Transfer{}, flags.Advise(err)
		}
		if !strings.HasPrefix(arn, "arn:aws:") {
			return Transfer{}, errors.New("the Amplify CLI accepts only policies of partition aws")
		}
	}
	t := Transfer{Environment: e.Name, Boundary: cmp.Or(arn, entry.Value.String()), Done: Unchanged}
	switch {
	case !info.Set(e, arn):
	case arn == "":
		t.Done = Removed
	case e.Bounded:
		t.Done = Changed
	default:
		t.Done = Added
	}
	return t, nil
}

// AddAmplifyFlag adds the flag that names an Amplify project.
func AddAmplifyFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "amplify-dir", "", "`DIR` of the Amplify project (default: around the working directory)")
}

// OpenAmplify returns the Amplify project in a directory; empty is the one around the working directory.
func OpenAmplify(dir string) (amplify.Project, error) {
	project, err := amplify.Find(".")
	if dir != "" {
		project, err = amplify.Open(dir)
	}
	if errors.Is(err, amplify.ErrNoProject) {
		err = fmt.Errorf("%w; run this in one, or name it with --amplify-dir", err)
	}
	return project, err
}
