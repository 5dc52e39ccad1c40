package cli

import "github.com/spf13/cobra"

// Commands returns the command with all its subcommands, for the command reference.
func Commands() *cobra.Command { return newRoot(IO{Getenv: func(string) string { return "" }}) }
