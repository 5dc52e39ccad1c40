package template

import (
	"context"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
)

// adoptFlags are the flags of adopt.
type adoptFlags struct {
	manage        *command.ManageFlags
	macro         string
	withoutNested bool
}

func newAdopt(io command.IO) *cobra.Command {
	o := &adoptFlags{manage: command.NewManageFlags(io)}
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
			project, err := command.OpenAmplify(dir)
			if err != nil {
				return err
			}
			s, err := o.manage.Open(cmd.Context(), command.Writing)
			if err != nil {
				return err
			}
			return runAdopt(cmd.Context(), s, o, project)
		},
	}
	o.manage.AddTo(cmd)
	o.manage.Registry.AddHierarchy(cmd, " (default: boundaries for all projects)")
	o.manage.Registry.AddRole(cmd)
	o.manage.AddYes(cmd)
	command.AddAmplifyFlag(cmd, &dir)
	command.AddMacro(cmd, &o.macro)
	cmd.Flags().BoolVar(&o.withoutNested, "without-nested", false, "declare the macro in the templates that the project keeps")
	return cmd
}

// runAdopt shows a project's stacks and the changes, and makes these after a confirmation.
func runAdopt(ctx context.Context, s *command.Session, o *adoptFlags, project amplify.Project) error {
	a, err := planAdoption(ctx, s, o, project)
	if err != nil {
		return err
	}
	if s.Flags.Output == command.TextForm {
		if err := s.Print(nil, a.stacks()...); err != nil {
			return err
		}
		if err := writeDiff(s.IO, a.diff()); err != nil {
			return err
		}
	}
	defer a.advise(s, o)
	if len(a.changes) == 0 {
		return s.Print(a.adoption, a.done()...)
	}
	if err := s.Confirm(ctx, command.Confirmation{
		Advice: "nothing was written; give --yes to write it", Question: "Write these changes?", Refusal: "nothing was written",
	}); err != nil {
		return err
	}
	if err := command.WriteAll(ctx, s.IO, a.changes); err != nil {
		return err
	}
	return s.PrintWritten("the changes were written", a.adoption, a.done()...)
}
