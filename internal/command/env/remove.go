package env

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

type removal struct {
	command.Entry
	Next string `json:"next"` // the SSM parameter that applies from now on; empty: the macro refuses the environment

	Accounts []string `json:"accounts"` // the IDs of the accounts that are fixed to the environment, whatever the project
}

func newRemove(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove [NAME]",
		Short: "Remove an environment's own boundary",
		Long: `The SSM parameter is removed, after a confirmation. The command says what
follows: whether stacks of the environment are refused or get the boundary of a
fall-back, and which accounts remain fixed to it. To leave an environment
without a boundary instead, update it with --permissions-boundary none.`,
		Example: "  amplify-boundary env remove qa --yes --registry events/boundaries.json",
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	cmd.Args = flags.OneOrChosen("NAME")
	cmd.ValidArgsFunction = flags.Registry.CompleteEnvironment
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		access := command.Listing // a removed value holds nowhere: the account matters only if one is named
		if flags.Registry.AccountID != "" {
			access = command.Writing
		}
		return flags.RunFor(access, validateName, runRemove)(cmd, arguments)
	}
	return cmd
}

func runRemove(ctx context.Context, s *command.Session, name string) error {
	stored, err := existing(ctx, s, name)
	if err != nil {
		return err
	}
	flags := s.Flags.Registry
	chain := registry.Names(flags.Prefix, flags.InProject(name))[1:] // what applies without the environment's own
	values, err := s.Store.Values(ctx, chain)
	if err != nil {
		return err
	}
	removed := removal{
		Entry:    command.Entry{Environment: name, Project: flags.Project, Parameter: stored.Name, Boundary: command.BoundaryOrEmpty(stored.Value)},
		Accounts: fixedAccounts(ctx, s, name),
	}
	for _, n := range slices.Backward(chain) {
		if _, exists := values[n]; exists {
			removed.Next = n // in the end the most specific one
		}
	}
	whose := "environment " + name
	if name == registry.DefaultName {
		whose = "environments without an SSM parameter of their own"
	}
	if flags.Project != "" {
		whose += " in project " + flags.Project
	}
	outcome := "will be refused"
	switch given := command.BoundaryOrEmpty(values[removed.Next]); {
	case removed.Next == "":
	case given == "":
		outcome += fmt.Sprintf(" (SSM parameter %s holds no boundary)", removed.Next)
	case given == boundary.None.String():
		outcome = fmt.Sprintf("will have no boundary (SSM parameter %s says none)", removed.Next)
	default:
		outcome = fmt.Sprintf("will get %s (SSM parameter %s)", given, removed.Next)
	}
	consequence := fmt.Sprintf("stacks of %s %s when they are next deployed", whose, outcome)
	if ids := removed.Accounts; len(ids) > 0 {
		id := "ID"
		if len(ids) == 1 {
			id = ids[0]
		}
		consequence += fmt.Sprintf("; %s fixed to the environment: fix it to another with: %s, or to none with: %s", command.AccountsAre(ids),
			flags.AccountCommand("set", id, "ENVIRONMENT"), flags.AccountCommand("remove", id))
	}
	return s.Remove(ctx, stored, command.Removal{
		Thing: fmt.Sprintf("environment %s: %s", name, command.Display(removed.Boundary)), Consequence: consequence, Result: removed,
	})
}
