package template

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
)

func newDeclare(streams command.IO) *cobra.Command {
	o := &rewriteOptions{Options: command.Options{IO: streams}, macro: cfn.DefaultMacro}
	var d declare.Macro
	cmd := &cobra.Command{
		Use:   "declare FILE|DIR|URL...",
		Short: "Put the macro's declaration into templates",
		Long: `Make templates, JSON or YAML, declare the macro as the last of their transforms. Only the
section Transform changes; every other byte stays. A template that declares the macro
already keeps its declaration, but for the environment and the project that are given.

Of a directory all templates are taken that lie below it, hidden directories and
node_modules left out; a broken file there is passed over with a warning. Where one
template cannot be edited, none is. The https URL of a vendor's template needs --to; "-"
is standard input, and the template goes to standard output.`,
		Example: `  amplify-boundary declare template.yaml --environment prod
  amplify-boundary declare templates --check
  amplify-boundary declare https://vendor.s3.amazonaws.com/main.yaml --to vendor.yaml`,
		Args: rewriteArguments("one FILE, DIR or URL or more", &o.to),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			for _, name := range []struct{ flag, value string }{{"--environment", d.Environment}, {"--project", d.Project}} {
				if name.value == "" {
					continue
				}
				if err := command.ValidateName(name.flag, name.value); err != nil {
					return err
				}
			}
			d.Name = o.macro
			return o.run(cmd.Context(), arguments, func(t *declare.Section) ([]byte, editWords, error) { return declareIn(t, d) })
		},
	}
	o.addFlags(cmd)
	cmd.Flags().StringVar(&d.Environment, "environment", "", "`NAME` of the environment, for the transform's parameter Environment")
	cmd.Flags().StringVar(&d.Project, "project", "", "`NAME` of the project, for the transform's parameter Project")
	return cmd
}

// declare returns a template that declares the macro, and what that did.
func declareIn(t *declare.Section, d declare.Macro) (text []byte, done editWords, err error) {
	done = editWords{made: "declared", wanted: "missing"}
	if t.State(d.Name) != declare.Absent {
		done = editWords{made: "changed", wanted: "different"}
	}
	text, err = t.Add(d)
	return text, done, err
}
