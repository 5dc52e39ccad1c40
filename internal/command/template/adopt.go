package template

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
)

// adoptOptions are the flags of adopt.
type adoptOptions struct {
	command.Options
	macro         string
	withoutNested bool
}

func newAdopt(streams command.IO) *cobra.Command {
	o := &adoptOptions{Options: command.Options{IO: streams}, macro: cfn.DefaultMacro}
	var dir string
	cmd := &cobra.Command{
		Use:   "adopt",
		Short: "Show and make the changes by which an Amplify Gen 1 project gets its boundaries",
		Long: `Show the stacks of an Amplify Gen 1 project and the line that declares the macro in its root
stack, and write the registry's boundaries into team-provider-info.json, as env export does:
they are for the two roles that Amplify creates before any macro can run. adopt does not
read override.ts, which can have the line already.

If the macro's function has NESTED_STACKS=bound, the line in the root stack reaches every
stack of the project. Otherwise, --without-nested declares the macro in the templates that
the project keeps, those of functions and custom resources; no file reaches what Amplify
generates at each push. The changes are shown as a diff, and made after a confirmation.

gen2-migration refactor updates stacks without CAPABILITY_AUTO_EXPAND, so it fails for a
template that declares a macro: remove the declarations with undeclare, and deploy, before
it.`,
		Example: "  amplify-boundary adopt --amplify-dir ../shop",
		Args:    command.NoArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			project, err := command.OpenProject(dir)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.Run(ctx, command.Writing, func(s *command.Session) error { return runAdopt(ctx, s, o, project) })
		},
	}
	o.AddFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	o.AddYesFlag(cmd)
	command.AddProjectFlag(cmd, &dir)
	cmd.Flags().Var((*command.MacroName)(&o.macro), "macro", "`NAME` under which the macro is registered")
	cmd.Flags().BoolVar(&o.withoutNested, "without-nested", false, "declare the macro in the templates that the project keeps")
	return cmd
}

// runAdopt shows a project's stacks and the changes, and makes these after a confirmation.
func runAdopt(ctx context.Context, s *command.Session, o *adoptOptions, project amplify.Project) error {
	a, err := planAdoption(ctx, s, o, project)
	if err != nil {
		return err
	}
	if s.Output == "text" {
		if err := s.Print(nil, a.stacks()...); err != nil {
			return err
		}
		if err := s.WriteDiff(a.diff()); err != nil {
			return err
		}
	}
	defer a.advise(s, o)
	if len(a.changes) == 0 {
		return s.Print(a.adoption, a.done()...)
	}
	if err := confirmAdoption(ctx, s); err != nil {
		return err
	}
	if err := command.WriteAll(ctx, s.IO, a.changes); err != nil {
		return err
	}
	return s.PrintWritten("the changes were written", a.adoption, a.done()...)
}

// confirmAdoption asks whether to write, unless --yes says so.
func confirmAdoption(ctx context.Context, s *command.Session) error {
	if s.Yes {
		return nil
	}
	if !s.Terminal {
		return errors.New("nothing was written; give --yes to write it")
	}
	answer, err := s.Ask(ctx, "Write these changes? (y/N) ")
	if err != nil {
		return err
	}
	if !command.IsYes(answer) {
		return errors.New("nothing was written")
	}
	return nil
}
