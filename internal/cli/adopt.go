package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/cfn"
)

// adoptOptions are the options of adopt.
type adoptOptions struct {
	options
	macro         string
	withoutNested bool
}

func newAdopt(streams IO) *cobra.Command {
	o := &adoptOptions{options: options{IO: streams}, macro: cfn.DefaultMacro}
	var dir string
	cmd := &cobra.Command{
		Use:   "adopt",
		Short: "Say what it takes to bound an Amplify Gen 1 project, and do it",
		Long: `Show what stacks an Amplify Gen 1 project has, print the line that declares the macro in
its root stack, and write the registry's boundaries into team-provider-info.json, as env
export does, for the two roles that Amplify creates before any macro can run.

Where the macro runs with NESTED_STACKS=bound, the root's line reaches every stack of the
project. Where it does not, --without-nested declares the macro in the templates that the
project keeps, those of functions and custom resources; no file reaches what Amplify
generates at each push. What is to be written is shown as a diff, and confirmed.

gen2-migration refactor updates stacks without CAPABILITY_AUTO_EXPAND, which refuses a
template that declares a macro: undo all this with undeclare, and deploy, before it.`,
		Example: "  amplify-boundary adopt --amplify-dir ../shop",
		Args:    noArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			project, err := openProject(dir)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.run(ctx, writing, func(s *session) error { return runAdopt(ctx, s, o, project) })
		},
	}
	o.addFlags(cmd)
	o.addRegistryRoleFlag(cmd)
	o.addYesFlag(cmd)
	addProjectFlag(cmd, &dir)
	cmd.Flags().Var((*macroName)(&o.macro), "macro", "`NAME` under which the macro is registered")
	cmd.Flags().BoolVar(&o.withoutNested, "without-nested", false, "declare the macro in the templates that the project keeps")
	return cmd
}

// runAdopt shows what a project has and what is to be written, and writes it once that is wanted.
func runAdopt(ctx context.Context, s *session, o *adoptOptions, project amplify.Project) error {
	a, err := planAdoption(ctx, s, o, project)
	if err != nil {
		return err
	}
	if s.output == "text" {
		if err := s.print(nil, a.stacks()...); err != nil {
			return err
		}
		if err := s.writeDiff(a.diff()); err != nil {
			return err
		}
	}
	defer a.advise(s, o)
	if len(a.changes) == 0 {
		return s.print(a.adoption, a.done()...)
	}
	if err := confirmAdoption(ctx, s); err != nil {
		return err
	}
	if err := writeAll(ctx, s.IO, a.changes); err != nil {
		return err
	}
	return s.printWritten("the changes were written", a.adoption, a.done()...)
}

// confirmAdoption asks whether to write, unless --yes says so.
func confirmAdoption(ctx context.Context, s *session) error {
	if s.yes {
		return nil
	}
	if !s.Terminal {
		return errors.New("nothing was written; give --yes to write it")
	}
	answer, err := s.ask(ctx, "Write these changes? (y/N) ")
	if err != nil {
		return err
	}
	if !isYes(answer) {
		return errors.New("nothing was written")
	}
	return nil
}
