package template

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
)

func newUndeclare(streams command.IO) *cobra.Command {
	o := &rewriteOptions{Options: command.Options{IO: streams}, macro: cfn.DefaultMacro}
	cmd := &cobra.Command{
		Use:   "undeclare FILE|DIR...",
		Short: "Take the macro's declaration out of templates",
		Long: `Take the macro's declaration out of templates, as declare put it in. A template that had no
section Transform becomes what it was, byte for byte; where other transforms are left,
they may stay a list of one. Files, directories and "-" are taken as declare takes them.

A role keeps the boundary that it has until its stack is deployed again.`,
		Example: "  amplify-boundary undeclare amplify/backend",
		Args:    rewriteArguments("one FILE or DIR or more", &o.to),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return o.run(cmd.Context(), arguments, func(t *declare.Section) ([]byte, editWords, error) {
				text, err := t.Remove(o.macro)
				return text, editWords{made: "undeclared", wanted: "present"}, err
			})
		},
	}
	o.addFlags(cmd)
	return cmd
}
