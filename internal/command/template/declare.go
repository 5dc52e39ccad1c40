package template

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/environment"
)

func newDeclare(io command.IO) *cobra.Command {
	o := &editFlags{io: io}
	var m declare.Macro
	cmd := &cobra.Command{
		Use:   "declare FILE|DIR...",
		Short: "Add the macro's declaration to templates, as their last transform",
		Long: `Only the Transform section changes. If one template cannot be edited, none is.
In a directory, all templates are edited, except those in hidden directories and
in node_modules; "-" is standard input. --environment, or
--environment-parameter for a template parameter, adds the environment; a name
asks before it replaces a template parameter.`,
		Example: `  amplify-boundary declare examples/cloudformation/bookshop.yaml \
    --environment-parameter env`,
		Args: func(cmd *cobra.Command, arguments []string) error {
			if m.Environment != "" && m.EnvironmentParameter != "" {
				return errors.New("--environment and --environment-parameter are two ways to name the environment; give one of them")
			}
			return o.validateArguments(cmd, arguments)
		},
		RunE: func(cmd *cobra.Command, arguments []string) error {
			m.Name = o.macro
			if err := cmp.Or(command.ValidateOptionalName("--environment", m.Environment), command.ValidateOptionalName("--project", m.Project)); err != nil {
				return err
			}
			return runDeclare(cmd, o, m, arguments)
		},
	}
	o.addFlags(cmd)
	cmd.Flags().BoolVar(&o.yes, "yes", false, "never ask")
	cmd.Flags().StringVar(&m.Environment, "environment", "", "`NAME` of the environment (transform parameter)")
	command.AddNonEmpty(cmd, &m.EnvironmentParameter, "environment-parameter", "template parameter `NAME` that names the environment")
	cmd.Flags().StringVar(&m.Project, "project", "", "`NAME` of the project (transform parameter)")
	return cmd
}

// runDeclare declares the macro in templates. It proposes a template's own parameter for the environment, and asks
// before it replaces a reference to one by a name: that would deploy every environment with one boundary.
func runDeclare(cmd *cobra.Command, o *editFlags, m declare.Macro, arguments []string) error {
	sources, err := o.read(cmd, arguments)
	if err != nil {
		return err
	}
	for _, s := range sources {
		if s.err != nil {
			continue
		}
		name := command.FileName(s.name)
		if parameter := s.section.ProposedParameter(m.Name); parameter != "" && m.Environment == "" && m.EnvironmentParameter == "" {
			o.io.Say("hint", "%s: the template parameter %s seems to name the environment; declare it with --environment-parameter %[2]s", name, parameter)
		}
		if o.check || m.Environment == "" {
			continue
		}
		own, _ := s.section.Find(m.Name)
		named := own.Parameters[cfn.ParameterEnvironment]
		values, err := s.section.Document().ParameterValues(nil)
		if err == nil && named == nil && (environment.Template{ParameterValues: values}).AcceptsParameter() {
			o.io.Say("warning", "%s: --environment %s takes precedence over the template parameter that names the environment, so that every deployment gets the boundary of %[2]s", name, m.Environment)
		}
		parameter, isRef := cfn.Ref(named)
		if !isRef || parameter == "" {
			continue
		}
		if err := o.io.Confirm(cmd.Context(), o.yes, command.Confirmation{
			Consequence: fmt.Sprintf("%s takes its environment from the template parameter %s; --environment %s would replace that, so that every deployment gets the boundary of %[3]s", name, parameter, m.Environment),
			Advice:      "give --yes to replace it, or leave --environment out", Question: "Replace it?", Refusal: "nothing was written",
		}); err != nil {
			return err
		}
	}
	return o.run(cmd.Context(), sources, declareIn(m))
}

// declareIn returns the edit that declares the macro.
func declareIn(m declare.Macro) edit {
	return func(s *declare.Section) ([]byte, string, error) {
		done := declared
		if s.State(m.Name) != declare.Absent {
			done = changed
		}
		text, err := s.Add(m)
		return text, done, err
	}
}

func newUndeclare(io command.IO) *cobra.Command {
	o := &editFlags{io: io}
	cmd := &cobra.Command{
		Use:   "undeclare FILE|DIR...",
		Short: "Remove the macro's declaration from templates",
		Long: `A template becomes what it was before declare, byte for byte; only a transform
that was a map of several lines stays a list. Files, directories, and "-" are
accepted as by declare. A role keeps its boundary until its stack is deployed
again.`,
		Example: "  amplify-boundary undeclare examples/cloudformation/bookshop.yaml",
		Args:    o.validateArguments,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			sources, err := o.read(cmd, arguments)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), sources, func(s *declare.Section) ([]byte, string, error) {
				text, err := s.Remove(o.macro)
				return text, undeclared, err
			})
		},
	}
	o.addFlags(cmd)
	return cmd
}
