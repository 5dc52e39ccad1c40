package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/exchange"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/printable"
)

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
		Short: "Show and make the changes that bound an Amplify Gen 1 project",
		Long: `The boundaries go into team-provider-info.json, as by env export. The line for
the root stack is shown: add it to override.ts. With NESTED_STACKS=bound, it
reaches every stack of the project; otherwise, --without-nested declares the
macro in the templates of functions and custom resources. The changes are shown
as a diff, and made after a confirmation.`,
		Example: `  amplify-boundary adopt --amplify-dir examples/amplify-gen1 --yes \
    --registry events/boundaries.json`,
		Args: command.NoArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			project, err := exchange.OpenAmplify(dir)
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
	exchange.AddAmplifyFlag(cmd, &dir)
	command.AddMacro(cmd, &o.macro)
	cmd.Flags().BoolVar(&o.withoutNested, "without-nested", false, "declare the macro in the templates that the project keeps")
	return cmd
}

// runAdopt shows the line for the root stack and the changes, and makes these after a confirmation.
func runAdopt(ctx context.Context, s *command.Session, o *adoptFlags, project amplify.Project) error {
	backend, err := project.Backend()
	if err != nil {
		return err
	}
	a, changes, err := planAdoption(ctx, s, o, project, backend)
	if err != nil {
		return err
	}
	if s.Flags.Output == command.TextForm {
		if err := s.Print(nil, "root stack: to declare the macro, add this line to the function override of "+a.Override+
			", which amplify override project creates:", "  "+a.Line); err != nil {
			return err
		}
		for _, c := range changes {
			for line := range strings.Lines(udiff.Unified(c.Path, c.Path, string(c.Before), string(c.After))) {
				if _, err := fmt.Fprintln(s.Out, printable.Line(strings.TrimRight(line, "\r\n"))); err != nil {
					return err
				}
			}
		}
	}
	defer o.advise(s, backend)
	if len(changes) == 0 {
		return s.Print(a, a.done...)
	}
	if err := s.Confirm(ctx, command.Confirmation{
		Advice: "nothing was written; give --yes to write it", Question: "Write these changes?", Refusal: "nothing was written",
	}); err != nil {
		return err
	}
	if err := files.WriteAll(ctx, s.IO, changes); err != nil {
		return err
	}
	return s.PrintWritten("the changes were written", a, a.done...)
}

type adoption struct {
	Override     string              `json:"override"`     // the file that changes the root stack that Amplify generates
	Line         string              `json:"line"`         // the line to add to its function override, unless it is there
	Templates    []editedTemplate    `json:"templates"`    // those that the project keeps, with --without-nested
	Environments []exchange.Transfer `json:"environments"` // those of team-provider-info.json in their order, as env export gives them

	done []string `json:"-"` // the same for people
}

// planAdoption finds what is to be written.
func planAdoption(ctx context.Context, s *command.Session, o *adoptFlags, project amplify.Project, backend amplify.Backend) (adoption, []files.Change, error) {
	a := adoption{
		Override: backend.Override(),
		Line:     "(resources as unknown as { addTransform(name: string): void }).addTransform('" + o.macro + "');",
	}
	var changes []files.Change
	if o.withoutNested {
		edits := editFlags{io: s.IO, macro: o.macro}
		kept, err := edits.readKept(ctx, backend)
		if err != nil {
			return a, nil, err
		}
		result, edited, failed := edits.editAll(kept, declareIn(declare.Macro{Name: o.macro}))
		if len(failed) > 0 {
			return a, nil, errors.Join(failed...)
		}
		a.Templates, a.done, changes = result.Templates, result.lines(), edited
	}
	info, err := project.TeamProviderInfo()
	if err != nil {
		return a, nil, err
	}
	exported, err := exchange.Export(ctx, s, info)
	if err != nil {
		return a, nil, err
	}
	a.Environments, a.done = exported.Environments, append(a.done, exported.Lines()...)
	_ = exported.SaySkipped(s.IO, false) // none is required
	before, after, err := info.Texts()
	changes = append(changes, files.Change{Path: info.File, Before: before, After: after})
	return a, slices.DeleteFunc(changes, func(c files.Change) bool { return bytes.Equal(c.Before, c.After) }), err
}

// readKept reads the templates that a project keeps. One that cannot be read is left out with a warning.
func (o *editFlags) readKept(ctx context.Context, backend amplify.Backend) (kept []source, err error) {
	for _, r := range backend.Resources {
		if _, err := os.Stat(r.Dir); errors.Is(err, fs.ErrNotExist) { // before its first build
			continue
		}
		set, err := files.Find([]string{r.Dir}, nil)
		if err != nil {
			return nil, err
		}
		defer set.Close()
		for _, file := range set.Files {
			if !r.IsKept(file.Path) {
				continue // what Amplify generates, a function's code, and the like
			}
			s, isTemplate := o.readFile(ctx, set, file)
			switch {
			case s.err != nil:
				o.io.Say("warning", "%s: %v; it is left out", file.Path, s.err)
			case isTemplate:
				kept = append(kept, s)
			}
		}
	}
	return kept, nil
}

// advise says what is left to do by hand.
func (o *adoptFlags) advise(s *command.Session, backend amplify.Backend) {
	if o.withoutNested {
		s.Say("warning", "no declaration in a file reaches what Amplify generates at each push; only NESTED_STACKS=bound bounds that")
	} else {
		s.Say("hint", "with NESTED_STACKS=bound, the line in the root stack reaches every stack of the project, and no other template needs a declaration; otherwise, give --without-nested")
	}
	s.Say("hint", "before amplify gen2-migration refactor, remove all declarations again (amplify-boundary undeclare %s, and the line in override.ts) and push", backend.Dir)
}
