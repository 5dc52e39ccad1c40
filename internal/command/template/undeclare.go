package template

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
)

func newUndeclare(io command.IO) *cobra.Command {
	o := newEditFlags(io)
	cmd := &cobra.Command{
		Use:   "undeclare FILE|DIR...",
		Short: "Remove the macro's declaration from templates",
		Long: `Remove the declaration of the macro from templates, as declare added it. A template
becomes what it was, byte for byte. Files, directories, and "-" are accepted as by declare.

A role keeps its boundary until its stack is deployed again.`,
		Example: "  amplify-boundary undeclare amplify/backend",
		Args:    o.validateArguments,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			sources, err := o.read(cmd.Context(), arguments)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), sources, func(s *declare.Section) ([]byte, editWords, error) {
				text, err := s.Remove(o.macro)
				return text, editWords{made: "undeclared", wanted: "present"}, err
			})
		},
	}
	o.addFlags(cmd)
	command.Writes(cmd)
	return cmd
}
