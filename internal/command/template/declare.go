package template

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
)

func newDeclare(io command.IO) *cobra.Command {
	o := newEditFlags(io)
	var m declare.Macro
	cmd := &cobra.Command{
		Use:   "declare FILE|DIR|URL...",
		Short: "Add the macro's declaration to templates",
		Long: `Add the declaration of the macro to templates, JSON or YAML, as the last of their
transforms. Only the Transform section changes; every other byte stays the same. A template
that declares the macro already keeps its declaration, with the environment and the project
that are given.

In a directory, all templates below it are edited, except those in hidden directories and in
node_modules. If one template cannot be edited, none is. The https URL of a vendor's template
needs --to. "-" is standard input; the result goes to standard output.`,
		Example: `  amplify-boundary declare template.yaml --environment prod
  amplify-boundary declare templates --check
  amplify-boundary declare https://vendor.s3.amazonaws.com/main.yaml --to vendor.yaml`,
		Args: o.validateArguments("one FILE, DIR or URL or more"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			for _, name := range []struct{ flag, value string }{{"--environment", m.Environment}, {"--project", m.Project}} {
				if name.value == "" {
					continue
				}
				if err := command.ValidateName(name.flag, name.value); err != nil {
					return err
				}
			}
			m.Name = o.macro
			return o.run(cmd.Context(), arguments, func(s *declare.Section) ([]byte, editWords, error) { return declareIn(s, m) })
		},
	}
	o.addFlags(cmd)
	cmd.Flags().StringVar(&m.Environment, "environment", "", "`NAME` of the environment, for the transform's parameter Environment")
	cmd.Flags().StringVar(&m.Project, "project", "", "`NAME` of the project, for the transform's parameter Project")
	command.Writes(cmd)
	return cmd
}

// declareIn returns a template that declares the macro, and the words for what that did.
func declareIn(s *declare.Section, m declare.Macro) ([]byte, editWords, error) {
	done := editWords{made: "declared", wanted: "missing"}
	if s.State(m.Name) != declare.Absent {
		done = editWords{made: "changed", wanted: "different"}
	}
	text, err := s.Add(m)
	return text, done, err
}
