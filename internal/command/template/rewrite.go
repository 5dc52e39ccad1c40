package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
)

// rewriteOptions are the options of the commands that edit the section Transform of templates.
type rewriteOptions struct {
	command.Options
	macro string
	check bool
	to    string // empty: in place
}

func (o *rewriteOptions) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var((*command.MacroName)(&o.macro), "macro", "`NAME` under which the macro is registered")
	flags.BoolVar(&o.check, "check", false, "write nothing; exit 3 where a template would change")
	flags.Var((*command.NonEmpty)(&o.to), "to", "`FILE` to write the one template to, or \"-\" (default: in place)")
	o.AddOutputFlag(cmd, "text", "json")
}

// rewriteArguments wants at least one argument, and no second one where the template goes to another file.
func rewriteArguments(what string, to *string) cobra.PositionalArgs {
	several := command.Count(what, 1, math.MaxInt)
	return func(cmd *cobra.Command, arguments []string) error {
		if *to != "" && len(arguments) > 1 {
			return fmt.Errorf("--to takes one template, got %d arguments", len(arguments))
		}
		return several(cmd, arguments)
	}
}

// rewritten is the result of declare and undeclare.
type rewritten struct {
	Templates []rewrite `json:"templates"` // as on the command line; those of a directory by name
}

// rewrite is what became of a template.
type rewrite struct {
	File string `json:"file"` // its path, or its URL without a query
	Done string `json:"done"` // declared, changed, undeclared or unchanged; with --check missing, different, present or unchanged: what the declaration is
}

func (r rewritten) lines() []string {
	var lines []string
	for _, t := range r.Templates {
		lines = append(lines, t.File+": "+t.Done)
	}
	return lines
}

// edit returns the text of a template after an edit, and what that did, if it did anything.
type edit func(*declare.Section) (text []byte, done editWords, err error)

// editWords are the words for an edit: when it was made, and when it would be.
type editWords struct{ made, wanted string }

const unchanged = "unchanged"

// run edits the templates that the arguments name, all or none.
func (o *rewriteOptions) run(ctx context.Context, arguments []string, edit edit) error {
	sources, err := o.sources(ctx, arguments)
	if err != nil {
		return err
	}
	result, changes, err := o.editAll(sources, edit)
	if err != nil {
		return err
	}
	if o.check {
		return o.printCheck(result)
	}
	if err := command.WriteAll(ctx, o.IO, changes); err != nil {
		return err
	}
	if slices.ContainsFunc(changes, func(c command.FileChange) bool { return c.Path == "-" }) {
		for _, line := range result.lines() {
			o.Say("", "%s", line)
		}
		return nil
	}
	return o.PrintWritten("the templates were written", result, result.lines()...)
}

func (o *rewriteOptions) printCheck(result rewritten) error {
	if err := o.Print(result, result.lines()...); err != nil {
		return err
	}
	if slices.ContainsFunc(result.Templates, func(t rewrite) bool { return t.Done != unchanged }) {
		return command.ErrFindings
	}
	return nil
}

// editAll edits templates in memory. It fails where one that is named cannot be edited; one that was found in a
// directory and cannot be read is passed over with a warning.
func (o *rewriteOptions) editAll(sources []source, edit edit) (result rewritten, changes []command.FileChange, err error) {
	var faults []error
	for _, s := range sources {
		read, err := declare.Read(s.text)
		switch {
		case err == nil:
		case s.isNamed:
			faults = append(faults, fmt.Errorf("%s: %w", command.FileName(s.name), err))
			continue
		case isOther(s.text, err):
			continue
		default:
			o.Say("warning", "%s: %v; it is passed over", s.name, err)
			continue
		}
		after, done, err := edit(read)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", command.FileName(s.name), err))
			continue
		}
		result.Templates = append(result.Templates, rewrite{command.FileName(s.name), o.word(done, bytes.Equal(after, s.text))})
		changes = append(changes, command.FileChange{Path: s.target, Before: s.before, After: after})
	}
	switch {
	case len(faults) > 0:
		return rewritten{}, nil, errors.Join(append(faults, errors.New("nothing was written"))...)
	case len(changes) == 0:
		return rewritten{}, nil, errors.New("no template was found; a template has a section Resources")
	}
	return result, changes, nil
}

// word is the word for an edit of a template.
func (o *rewriteOptions) word(done editWords, isSame bool) string {
	switch {
	case isSame:
		return unchanged
	case o.check:
		return done.wanted
	default:
		return done.made
	}
}

// isOther reports whether a text that cannot be read as a template is none at all, and not a broken one.
func isOther(text []byte, err error) bool {
	return errors.Is(err, template.ErrNotTemplate) || errors.Is(err, template.ErrDocuments) && !command.IsTemplate(text)
}
