package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
		if _, err := io.WriteString(s.Out, a.diff()); err != nil {
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
	if err := files.WriteAll(ctx, s.IO, a.changes); err != nil {
		return err
	}
	return s.PrintWritten("the changes were written", a.adoption, a.done()...)
}

type adoption struct {
	Override     string              `json:"override"`     // the file that changes the root stack that Amplify generates
	Line         string              `json:"line"`         // the line to add to its function override, unless it is there
	Resources    []nestedStack       `json:"resources"`    // the project's other stacks, by category and name
	Templates    []editedTemplate    `json:"templates"`    // those that the project keeps, with --without-nested
	Environments []exchange.Transfer `json:"environments"` // those of team-provider-info.json in their order, as env export gives them
}

// nestedStack is a stack under the root stack.
type nestedStack struct {
	Category  string   `json:"category"`  // such as function
	Name      string   `json:"name"`      // the resource's name
	Service   string   `json:"service"`   // such as Lambda
	Kept      []string `json:"kept"`      // its templates that the project keeps
	Generated bool     `json:"generated"` // whether Amplify generates its template at each push
}

// adoptionPlan is what a project has, and the files that are to be written.
type adoptionPlan struct {
	adoption
	backend string // the directory amplify/backend
	changes []files.Change
}

// planAdoption finds what a project has and what is to be written.
func planAdoption(ctx context.Context, s *command.Session, o *adoptFlags, project amplify.Project) (adoptionPlan, error) {
	backend, err := project.Backend()
	if err != nil {
		return adoptionPlan{}, err
	}
	a := adoptionPlan{backend: backend.Dir, adoption: adoption{
		Override:  backend.Override(),
		Line:      "(resources as unknown as { addTransform(name: string): void }).addTransform('" + o.macro + "');",
		Resources: []nestedStack{}, Templates: []editedTemplate{},
	}}
	for _, r := range backend.Resources {
		stack, err := readNested(ctx, s.IO, r)
		if err != nil {
			return adoptionPlan{}, err
		}
		a.Resources = append(a.Resources, stack)
	}
	if o.withoutNested {
		if err := a.declareKept(ctx, s.IO, o); err != nil {
			return adoptionPlan{}, err
		}
	}
	info, err := project.TeamProviderInfo()
	if err != nil {
		return adoptionPlan{}, err
	}
	exported, err := exchange.Export(ctx, s, info)
	if err != nil {
		return adoptionPlan{}, err
	}
	a.Environments = exported.Environments
	_ = exported.SaySkipped(s.IO, false) // none is required
	before, after, err := info.Texts()
	if err != nil {
		return adoptionPlan{}, err
	}
	a.changes = append(a.changes, files.Change{Path: info.File, Before: before, After: after})
	a.changes = slices.DeleteFunc(a.changes, func(c files.Change) bool { return bytes.Equal(c.Before, c.After) })
	return a, nil
}

// readNested lists the templates of a resource that the project keeps. One that cannot be read is left out with a
// warning. Amplify generates the template of the resource's stack unless the project keeps that.
func readNested(ctx context.Context, streams command.IO, r amplify.Resource) (nestedStack, error) {
	stack := nestedStack{Category: r.Category, Name: r.Name, Service: r.Service, Kept: []string{}, Generated: true}
	info, err := os.Stat(r.Dir)
	if errors.Is(err, fs.ErrNotExist) { // before its first build
		return stack, nil
	}
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a directory", r.Dir)
	}
	if err != nil {
		return nestedStack{}, err
	}
	set, err := files.Find([]string{r.Dir}, nil)
	if err != nil {
		return nestedStack{}, err
	}
	defer set.Close()
	for _, file := range set.Files {
		if !r.IsKept(file.Path) {
			continue // what Amplify generates, a function's code, and the like
		}
		text, err := file.Read(ctx, streams)
		if err == nil {
			_, err = declare.Read(text)
		}
		if err == nil {
			stack.Kept = append(stack.Kept, file.Path)
		} else if err = set.Skip(file, text, err); err != nil {
			streams.Say("warning", "%s: %v; it is left out", file.Path, err)
		} else {
			continue // parameters and the like
		}
		stack.Generated = stack.Generated && filepath.Dir(file.Path) != r.Dir
	}
	return stack, nil
}

// declareKept declares the macro in the templates that the project keeps.
func (a *adoptionPlan) declareKept(ctx context.Context, io command.IO, o *adoptFlags) error {
	var kept []string
	for _, r := range a.Resources {
		kept = append(kept, r.Kept...)
	}
	if len(kept) == 0 {
		return nil
	}
	edits := editFlags{io: io, macro: o.macro}
	sources, err := edits.read(ctx, kept)
	if err != nil {
		return err
	}
	result, changes, failed := edits.editAll(sources, func(s *declare.Section) ([]byte, editWords, error) {
		return declareIn(s, declare.Macro{Name: o.macro})
	})
	a.Templates, a.changes = result.Templates, append(a.changes, changes...)
	return errors.Join(failed...)
}

// stacks describes the project's stacks in lines.
func (a adoption) stacks() []string {
	lines := []string{
		"root stack: to declare the macro, add this line to the function override of " + a.Override + ", which amplify override project creates:",
		"  " + a.Line,
	}
	for _, r := range a.Resources {
		line := fmt.Sprintf("%s/%s", r.Category, r.Name)
		if r.Service != "" {
			line += " (" + r.Service + ")"
		}
		templates := "generated at each push"
		if n := len(r.Kept); n > 0 && r.Generated {
			templates = fmt.Sprintf("%d kept in the project, the rest %s", n, templates)
		} else if n > 0 {
			templates = fmt.Sprintf("%d kept in the project", n)
		}
		lines = append(lines, line+": templates: "+templates)
	}
	return lines
}

// diff shows what is to be written.
func (a adoptionPlan) diff() string {
	var diff strings.Builder
	for _, c := range a.changes {
		for line := range strings.Lines(udiff.Unified(c.Path, c.Path, string(c.Before), string(c.After))) {
			diff.WriteString(printable.Line(strings.TrimRight(line, "\r\n")) + "\n")
		}
	}
	return diff.String()
}

// done says what was written.
func (a adoption) done() []string {
	return slices.Concat(edited{a.Templates}.lines(), exchange.Result{Environments: a.Environments}.Lines())
}

// advise says what is left to do by hand.
func (a adoptionPlan) advise(s *command.Session, o *adoptFlags) {
	var generated []string
	for _, r := range a.Resources {
		if r.Generated {
			generated = append(generated, r.Category+"/"+r.Name)
		}
	}
	if !o.withoutNested {
		s.Say("hint", "with NESTED_STACKS=bound, the line in the root stack reaches every stack of the project, and no other template needs a declaration; otherwise, give --without-nested")
	} else if len(generated) > 0 {
		s.Say("warning", "no declaration in a file reaches what Amplify generates at each push; only NESTED_STACKS=bound bounds %s", strings.Join(generated, ", "))
	}
	s.Say("hint", "before amplify gen2-migration refactor, remove all declarations again (amplify-boundary undeclare %s, and the line in override.ts) and push", a.backend)
}
