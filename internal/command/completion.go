package command

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// completionLimit is how long a shell waits for names to complete with.
const completionLimit = 3 * time.Second

// CompleteEnvironment completes a command's argument with the names of environments in the registry.
func (o *Options) CompleteEnvironment(cmd *cobra.Command, arguments []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(arguments) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return o.CompleteEnvironmentFlag(cmd, nil, "")
}

// CompleteEnvironmentFlag completes a flag's value with the names of environments. Where the registry cannot
// be read there are none.
func (o *Options) CompleteEnvironmentFlag(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	var names []cobra.Completion
	_ = o.Run(ctx, Listing, func(s *Session) error {
		parameters, err := s.Store.List(ctx, registry.Path(s.Prefix, s.Project))
		for _, e := range Entries(s.Prefix, parameters) {
			if e.Project == s.Project {
				names = append(names, cobra.CompletionWithDesc(e.Environment, Display(e.Boundary)))
			}
		}
		return err
	})
	return names, cobra.ShellCompDirectiveNoFileComp
}

// CompleteAccountSet completes the arguments of account set.
func (o *Options) CompleteAccountSet(cmd *cobra.Command, arguments []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch len(arguments) {
	case 0:
		return o.CompleteAccount(cmd, arguments, word)
	case 1:
		return o.CompleteEnvironmentFlag(cmd, nil, "")
	default:
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// CompleteAccount completes a command's argument with the accounts that are fixed. Where the registry cannot
// be read there are none.
func (o *Options) CompleteAccount(cmd *cobra.Command, arguments []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	var ids []cobra.Completion
	if len(arguments) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	_ = o.Run(ctx, Listing, func(s *Session) error {
		parameters, err := s.Store.List(ctx, registry.AccountsPath(s.Prefix))
		for _, f := range s.Fixings(parameters) {
			ids = append(ids, cobra.CompletionWithDesc(f.Account, f.EnvironmentOrNone()))
		}
		return err
	})
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// CompleteFlag gives a flag its completions.
func CompleteFlag(cmd *cobra.Command, name string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err) // there is no such flag
	}
}
