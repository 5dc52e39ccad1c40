package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/printable"
)

// adoption is the result of adopt.
type adoption struct {
	rootStack
	Resources    []nestedStack      `json:"resources"`    // the project's other stacks, by category and name
	Templates    []rewrite          `json:"templates"`    // those that the project keeps, with --without-nested
	Environments []command.Transfer `json:"environments"` // those of team-provider-info.json in their order, as env export gives them
}

// rootStack says how the root stack is to declare the macro.
type rootStack struct {
	Override string `json:"override"` // the file that changes the root stack that Amplify generates
	Declares bool   `json:"declares"` // whether the line stands there already
	Line     string `json:"line"`     // the line to put into its function override
}

// nestedStack is a stack under the root stack.
type nestedStack struct {
	Category  string   `json:"category"`  // such as function
	Name      string   `json:"name"`      // the resource's name
	Service   string   `json:"service"`   // such as Lambda
	Kept      []string `json:"kept"`      // its templates that the project keeps
	Generated []string `json:"generated"` // its templates that Amplify generates at each push
}

// adoptionPlan is what a project has, and the files that are to be written.
type adoptionPlan struct {
	adoption
	backend   string   // the directory amplify/backend
	generated []string // the stacks with templates that Amplify generates at each push
	changes   []command.FileChange
}

// planAdoption finds what a project has and what is to be written.
func planAdoption(ctx context.Context, s *command.Session, o *adoptOptions, project amplify.Project) (adoptionPlan, error) {
	backend, err := project.Backend()
	if err != nil {
		return adoptionPlan{}, err
	}
	a := adoptionPlan{adoption: adoption{Resources: []nestedStack{}, Templates: []rewrite{}}, backend: backend.Dir}
	if a.rootStack, err = readRoot(backend, o.macro); err != nil {
		return adoptionPlan{}, err
	}
	for _, r := range backend.Resources {
		stack, isGenerated, err := readNested(s.IO, r)
		if err != nil {
			return adoptionPlan{}, err
		}
		if isGenerated {
			a.generated = append(a.generated, r.Category+"/"+r.Name)
		}
		a.Resources = append(a.Resources, stack)
	}
	if o.withoutNested {
		if err := a.declareKept(ctx, o); err != nil {
			return adoptionPlan{}, err
		}
	}
	info, err := project.TeamProviderInfo()
	if err != nil {
		return adoptionPlan{}, err
	}
	exported, err := command.ExportAll(ctx, s, info)
	if err != nil {
		return adoptionPlan{}, err
	}
	a.Environments = exported.Environments
	(&command.ExchangeOptions{Options: o.Options}).ReportSkipped(a.Environments)
	before, after, err := info.Texts()
	if err != nil {
		return adoptionPlan{}, err
	}
	a.changes = append(a.changes, command.FileChange{Path: info.File, Before: before, After: after})
	a.changes = slices.DeleteFunc(a.changes, func(c command.FileChange) bool { return bytes.Equal(c.Before, c.After) })
	return a, nil
}

// readRoot reads whether the root stack declares the macro.
func readRoot(backend amplify.Backend, macro string) (rootStack, error) {
	root := rootStack{Override: backend.Override(), Line: "(resources as unknown as { addTransform(name: string): void }).addTransform('" + macro + "');"}
	text, err := os.ReadFile(root.Override)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return rootStack{}, err
	}
	call := regexp.MustCompile("addTransform\\([^)]*['\"`]" + regexp.QuoteMeta(macro) + "['\"`]")
	root.Declares = call.Match(commentOrString.ReplaceAll(text, []byte("$1")))
	return root, nil
}

// commentOrString matches a comment of TypeScript, or a string, which is its group: what looks like a comment in a string,
// as in arn:aws:s3:::uploads/*, is none.
var commentOrString = regexp.MustCompile("(?s)/\\*.*?\\*/|//[^\n]*|('(?:\\\\.|[^'\\\\\n])*'|\"(?:\\\\.|[^\"\\\\\n])*\"|`(?:\\\\.|[^`\\\\])*`)")

// readNested lists the templates of a resource, and reports whether Amplify generates any of them: one that is generated need
// not be there, as in a fresh clone. A broken one that the project keeps is passed over with a warning.
func readNested(streams command.IO, r amplify.Resource) (stack nestedStack, isGenerated bool, err error) {
	stack = nestedStack{Category: r.Category, Name: r.Name, Service: r.Service, Kept: []string{}, Generated: []string{}}
	files, err := command.TemplateFiles(r.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // it is not there before its first build
		return nestedStack{}, false, err
	}
	keepsOwn := false // the template of the stack itself, and not only those of its nested stacks
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nestedStack{}, false, err
		}
		_, err = declare.Read(text)
		if r.IsGenerated(file) {
			if err == nil {
				stack.Generated = append(stack.Generated, file)
			}
			continue
		}
		if !r.IsKept(file) || err != nil && isOther(text, err) {
			continue // parameters, a function's code and the like
		}
		keepsOwn = keepsOwn || filepath.Dir(file) == r.Dir
		if err != nil {
			streams.Say("warning", "%s: %v; it is passed over", file, err)
			continue
		}
		stack.Kept = append(stack.Kept, file)
	}
	return stack, len(stack.Generated) > 0 || !keepsOwn, nil
}

// declareKept declares the macro in the templates that the project keeps.
func (a *adoptionPlan) declareKept(ctx context.Context, o *adoptOptions) error {
	var kept []string
	for _, r := range a.Resources {
		kept = append(kept, r.Kept...)
	}
	if len(kept) == 0 {
		return nil
	}
	edits := rewriteOptions{Options: command.Options{IO: o.IO}, macro: o.macro}
	sources, err := edits.sources(ctx, kept)
	if err != nil {
		return err
	}
	result, changes, err := edits.editAll(sources, func(t *declare.Section) ([]byte, editWords, error) {
		return declareIn(t, declare.Macro{Name: o.macro})
	})
	a.Templates, a.changes = result.Templates, append(a.changes, changes...)
	return err
}

// stacks describes the project's stacks in lines.
func (a adoption) stacks() []string {
	lines := []string{"root stack: declares the macro by " + a.Override}
	if !a.Declares {
		lines = []string{
			"root stack: to declare the macro, put this line into the function override of " + a.Override + ", which amplify override project makes:",
			"  " + a.Line,
		}
	}
	for _, r := range a.Resources {
		line := fmt.Sprintf("%s/%s", r.Category, r.Name)
		if r.Service != "" {
			line += " (" + r.Service + ")"
		}
		var parts []string
		if n := len(r.Generated); n > 0 {
			parts = append(parts, fmt.Sprintf("%d generated at each push", n))
		}
		if n := len(r.Kept); n > 0 {
			parts = append(parts, fmt.Sprintf("%d kept in the project", n))
		}
		if len(parts) == 0 {
			parts = []string{"none in the project yet"}
		}
		lines = append(lines, line+": templates: "+strings.Join(parts, ", "))
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
	return slices.Concat(rewritten{a.Templates}.lines(), command.TransferLines(a.Environments))
}

// advise says what is left to do by hand.
func (a adoptionPlan) advise(s *command.Session, o *adoptOptions) {
	if !o.withoutNested {
		s.Say("hint", "with NESTED_STACKS=bound the root stack's declaration reaches every stack of the project, and no other template needs one; without it, give --without-nested")
	} else if len(a.generated) > 0 {
		s.Say("warning", "no declaration in a file reaches what Amplify generates at each push; only NESTED_STACKS=bound bounds %s", strings.Join(a.generated, ", "))
	}
	s.Say("hint", "before amplify gen2-migration refactor, take all declarations out again (amplify-boundary undeclare %s, and the line in override.ts) and push", a.backend)
}
