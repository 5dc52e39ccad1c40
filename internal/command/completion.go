package command

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// completionLimit is how long a shell waits for names.
const completionLimit = 3 * time.Second

// CompleteEnvironment completes the first argument of a command with the environments in the registry.
func (f *RegistryFlags) CompleteEnvironment(cmd *cobra.Command, arguments []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(arguments) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return f.CompleteEnvironmentFlag(cmd, nil, word)
}

// CompleteEnvironmentFlag completes a flag's value with the environments in the registry.
func (f *RegistryFlags) CompleteEnvironmentFlag(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	for _, e := range Entries(f.Prefix, f.listForCompletion(cmd, registry.Path(f.Prefix, f.Project))) {
		if e.Project == f.Project {
			names = append(names, cobra.CompletionWithDesc(e.Environment, Display(e.Boundary)))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// CompleteAccount completes the first argument of a command with the accounts that are fixed to an environment.
func (f *RegistryFlags) CompleteAccount(cmd *cobra.Command, arguments []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(arguments) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []cobra.Completion
	for _, a := range FixedAccounts(f.Prefix, f.listForCompletion(cmd, registry.AccountsPath(f.Prefix))) {
		ids = append(ids, cobra.CompletionWithDesc(a.Account, a.Display()))
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// listForCompletion lists SSM parameters; none, if the registry cannot be read in time.
func (f *RegistryFlags) listForCompletion(cmd *cobra.Command, path string) []registry.Parameter {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	c, err := f.Connect(ctx)
	if err != nil || f.Validate() != nil {
		return nil
	}
	parameters, _ := c.Store("").List(ctx, path)
	return parameters
}

// CompleteFlag gives a flag its completions.
func CompleteFlag(cmd *cobra.Command, name string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err) // the command does not have the flag
	}
}

// describeCompletion describes the library's own commands as all others are described.
func describeCompletion(root *cobra.Command) {
	completion, _, _ := root.Find([]string{"completion"})
	completion.Short, completion.Long = "Print the script that completes commands in a shell", "Names of environments and of accounts are read from the registry."
	uses := map[string]string{
		"bash":       "source <(amplify-boundary completion bash)",
		"zsh":        "source <(amplify-boundary completion zsh)",
		"fish":       "amplify-boundary completion fish | source",
		"powershell": "amplify-boundary completion powershell | Out-String | Invoke-Expression",
	}
	completion.Example = "  " + uses["bash"]
	for _, shell := range completion.Commands() {
		shell.Short = "Print the script for " + shell.Name()
		shell.Long = "The example loads it into the current session: put that line into the shell's\nstart-up file. bash needs the package bash-completion; zsh needs compinit first."
		shell.Example = "  " + uses[shell.Name()]
	}
}
