package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
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
	Reason      string `json:"reason"`      // why it was skipped; empty where it was not
}

// print prints the result; written says what was, if anything.
func (e exchange) print(s *session, written string) error {
	if slices.ContainsFunc(e.Environments, func(t transfer) bool { return t.Done != "unchanged" && t.Done != "skipped" }) {
		return s.printWritten(written, e, transferLines(e.Environments)...)
	}
	return s.print(e, transferLines(e.Environments)...)
}

// transferLines are what became of environments, for people.
func transferLines(environments []transfer) []string {
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

// exchangeOptions are the options of env import and env export.
type exchangeOptions struct {
	options
	dir     string // of the Amplify project; empty: the one around the working directory
	require bool
}

func (o *exchangeOptions) addFlags(cmd *cobra.Command) {
	o.options.addFlags(cmd)
	addProjectFlag(cmd, &o.dir)
	cmd.Flags().BoolVar(&o.require, "require", false, "fail, and write nothing, where an environment would be skipped")
}

// run reads the Amplify project's file, opens the registry, and exchanges boundaries between them.
func (o *exchangeOptions) run(ctx context.Context, do func(*session, *amplify.TeamProviderInfo) error) error {
	project, err := openProject(o.dir)
	if err != nil {
		return err
	}
	info, err := project.TeamProviderInfo()
	if err != nil {
		return err
	}
	return o.options.run(ctx, writing, func(s *session) error { return do(s, info) })
}

// reportSkipped says why environments are passed over. It reports whether that is in order, which it is not
// where all are required.
func (o *exchangeOptions) reportSkipped(environments []transfer) bool {
	ok := true
	for _, t := range environments {
		switch {
		case t.Done != "skipped":
		case o.require:
			o.say("error", "environment %s is to be skipped: %s", t.Environment, t.Reason)
			ok = false
		default:
			o.say("warning", "environment %s is skipped: %s", t.Environment, t.Reason)
		}
	}
	return ok
}

// skipped is what becomes of an environment that is passed over.
func skipped(environment, reason string) transfer {
	return transfer{Environment: environment, Done: "skipped", Reason: reason}
}
