package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/registry"
)

// Exchange is the result of env import and env export.
type Exchange struct {
	File         string     `json:"file"`         // the team-provider-info.json
	Environments []Transfer `json:"environments"` // the file's environments in their order
}

// Transfer is what became of an environment.
type Transfer struct {
	Environment string `json:"environment"` // the environment's name
	Boundary    string `json:"boundary"`    // an ARN or none; empty where it was skipped
	Done        string `json:"done"`        // what became of it: added, changed, removed, unchanged or skipped
	Reason      string `json:"reason"`      // why it was skipped; empty where it was not
}

// Print prints the result; written says what was, if anything.
func (e Exchange) Print(s *Session, written string) error {
	if slices.ContainsFunc(e.Environments, func(t Transfer) bool { return t.Done != "unchanged" && t.Done != "skipped" }) {
		return s.PrintWritten(written, e, TransferLines(e.Environments)...)
	}
	return s.Print(e, TransferLines(e.Environments)...)
}

// TransferLines are what became of environments, for people.
func TransferLines(environments []Transfer) []string {
	var lines []string
	for _, t := range environments {
		line := fmt.Sprintf("environment %s: %s", t.Environment, t.Done)
		if t.Boundary != "" {
			line += ", " + t.Boundary
		}
		lines = append(lines, line)
	}
	return lines
}

// ExchangeOptions are the options of env import and env export.
type ExchangeOptions struct {
	Options
	dir     string // of the Amplify project; empty: the one around the working directory
	require bool
}

func (o *ExchangeOptions) AddFlags(cmd *cobra.Command) {
	o.Options.AddFlags(cmd)
	AddProjectFlag(cmd, &o.dir)
	cmd.Flags().BoolVar(&o.require, "require", false, "fail, and write nothing, where an environment would be skipped")
}

// Run reads the Amplify project's file, opens the registry, and exchanges boundaries between them.
func (o *ExchangeOptions) Run(ctx context.Context, do func(*Session, *amplify.TeamProviderInfo) error) error {
	project, err := OpenProject(o.dir)
	if err != nil {
		return err
	}
	info, err := project.TeamProviderInfo()
	if err != nil {
		return err
	}
	return o.Options.Run(ctx, Writing, func(s *Session) error { return do(s, info) })
}

// ReportSkipped says why environments are passed over. It reports whether that is in order, which it is not
// where all are required.
func (o *ExchangeOptions) ReportSkipped(environments []Transfer) bool {
	ok := true
	for _, t := range environments {
		switch {
		case t.Done != "skipped":
		case o.require:
			o.Say("error", "environment %s is to be skipped: %s", t.Environment, t.Reason)
			ok = false
		default:
			o.Say("warning", "environment %s is skipped: %s", t.Environment, t.Reason)
		}
	}
	return ok
}

// Skipped is what becomes of an environment that is passed over.
func Skipped(environment, reason string) Transfer {
	return Transfer{Environment: environment, Done: "skipped", Reason: reason}
}

// ExportAll sets the boundaries of all environments of a file, which is not written yet.
func ExportAll(ctx context.Context, s *Session, info *amplify.TeamProviderInfo) (Exchange, error) {
	result := Exchange{File: info.File, Environments: []Transfer{}}
	failed := false
	for _, e := range info.Environments {
		t, err := exportBoundary(ctx, s, info, e)
		if err != nil {
			s.Say("error", "environment %s: %v", e.Name, err)
			failed = true
		}
		result.Environments = append(result.Environments, t)
	}
	if failed {
		return Exchange{}, fmt.Errorf("nothing was written to %s", info.File)
	}
	return result, nil
}

// exportBoundary sets an environment's boundary in the file, which is not written yet.
func exportBoundary(ctx context.Context, s *Session, info *amplify.TeamProviderInfo, e amplify.Environment) (Transfer, error) {
	if err := ValidateEnvironment(e.Name); err != nil {
		return Transfer{}, err
	}
	entry, err := registry.Lookup(ctx, s.Store, s.Prefix, s.InProject(e.Name))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) {
		return Skipped(e.Name, missing.Reason()), nil
	}
	if err != nil {
		return Transfer{}, s.Advise(err)
	}
	if entry.Fallback {
		s.Say("warning", "the fall-back %s answers for environment %s", entry.Name, e.Name)
	}
	t := Transfer{Environment: e.Name, Done: "unchanged"}
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
func exported(s *Session, e amplify.Environment, entry registry.Entry) (string, error) {
	arn, err := entry.Resolve(s.InProject(e.Name).Scope(cmp.Or(e.AccountID, s.Where.AccountID), cmp.Or(e.Region, s.Where.Region)))
	if err == nil && !strings.HasPrefix(arn, "arn:aws:") {
		err = errors.New("the Amplify CLI takes policies of partition aws only")
	}
	return arn, s.Advise(err)
}
