package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// completionLimit is how long a shell waits for names to complete with.
const completionLimit = 3 * time.Second

// completeEnvironment completes a command's argument with the names of environments in the registry.
func (o *options) completeEnvironment(cmd *cobra.Command, arguments []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(arguments) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return o.completeEnvironmentFlag(cmd, nil, "")
}

// completeEnvironmentFlag completes a flag's value with the names of environments. Where the registry cannot
// be read there are none.
func (o *options) completeEnvironmentFlag(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	var names []cobra.Completion
	_ = o.run(ctx, listing, func(s *session) error {
		parameters, err := s.store.List(ctx, registry.Path(s.prefix, s.project))
		for _, e := range entries(s.prefix, parameters) {
			if e.Project == s.project {
				names = append(names, cobra.CompletionWithDesc(e.Environment, display(e.Boundary)))
			}
		}
		return err
	})
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeAccountSet completes the arguments of account set.
func (o *options) completeAccountSet(cmd *cobra.Command, arguments []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch len(arguments) {
	case 0:
		return o.completeAccount(cmd, arguments, word)
	case 1:
		return o.completeEnvironmentFlag(cmd, nil, "")
	default:
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeAccount completes a command's argument with the accounts that are fixed. Where the registry cannot
// be read there are none.
func (o *options) completeAccount(cmd *cobra.Command, arguments []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	var ids []cobra.Completion
	if len(arguments) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	_ = o.run(ctx, listing, func(s *session) error {
		parameters, err := s.store.List(ctx, registry.AccountsPath(s.prefix))
		for _, f := range s.fixings(parameters) {
			ids = append(ids, cobra.CompletionWithDesc(f.Account, f.environmentOrNone()))
		}
		return err
	})
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// completeFlag gives a flag its completions.
func completeFlag(cmd *cobra.Command, name string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err) // there is no such flag
	}
}
