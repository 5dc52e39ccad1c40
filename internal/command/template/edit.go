package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/declare"
)

// editFlags are the flags of the commands that edit the Transform section of templates.
type editFlags struct {
	io      command.IO
	output  string
	macro   string
	check   bool
	to      string // empty: in place
	exclude []string

	yes        bool
	allowEmpty bool
}

func (o *editFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	command.AddMacro(cmd, &o.macro)
	flags.BoolVar(&o.check, "check", false, "write nothing; exit 1 on error, otherwise 3 if a template would change")
	command.AddNonEmpty(cmd, &o.to, "to", "`FILE` to write the one template to, or \"-\" (default: in place)")
	files.AddFlags(cmd, &o.exclude, &o.allowEmpty)
	command.AddOutputFlag(cmd, &o.output, "text", "json")
}

// validateArguments wants at least one argument, and only one if the template goes to another file.
func (o *editFlags) validateArguments(cmd *cobra.Command, arguments []string) error {
	if o.to != "" && len(arguments) > 1 {
		return fmt.Errorf("--to accepts one template, got %d arguments", len(arguments))
	}
	return files.ValidateArguments(cmd, arguments, o.exclude)
}

// edited is the result of declare and undeclare.
type edited struct {
	Templates []editedTemplate `json:"templates"` // as on the command line; those of a directory by name
}

type editedTemplate struct {
	File string `json:"file"` // its path
	Done string `json:"done"` // declared, changed, undeclared, or unchanged; with --check missing, different, present, or unchanged: what the declaration is
}

func (e edited) lines() []string {
	var lines []string
	for _, t := range e.Templates {
		lines = append(lines, t.File+": "+t.Done)
	}
	return lines
}

// edit returns the text of a template after an edit, and a word for what that did.
type edit func(*declare.Section) (text []byte, done string, err error)

// What an edit did.
const (
	declared   = "declared"
	changed    = "changed"
	undeclared = "undeclared"
	unchanged  = "unchanged"
)

// run edits templates, all or none.
func (o *editFlags) run(ctx context.Context, sources []source, edit edit) error {
	result, changes, failed := o.editAll(sources, edit)
	switch {
	case o.check:
		return o.printCheck(result, failed)
	case len(failed) > 0:
		return errors.Join(append(failed, errors.New("nothing was written"))...)
	}
	if err := files.WriteAll(ctx, o.io, changes); err != nil {
		return err
	}
	if slices.ContainsFunc(changes, func(c files.Change) bool { return c.Path == command.StandardStream }) {
		for _, line := range result.lines() {
			o.io.Say("", "%s", line)
		}
		return nil
	}
	return o.io.PrintWritten(o.output, "the templates were written", result, result.lines()...)
}

// printCheck says what the declarations are.
func (o *editFlags) printCheck(result edited, failed []error) error {
	words := map[string]string{
		"missing": "does not declare " + o.macro, "different": "declares " + o.macro + " with other parameters",
		"present": "declares " + o.macro, unchanged: "needs no change",
	}
	var lines []string
	for _, t := range result.Templates {
		lines = append(lines, t.File+": "+words[t.Done])
	}
	if err := o.io.Print(o.output, result, lines...); err != nil {
		return err
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	if slices.ContainsFunc(result.Templates, func(t editedTemplate) bool { return t.Done != unchanged }) {
		return command.ErrFindings
	}
	return nil
}

// editAll edits templates in memory. It returns an error for each that cannot be edited.
func (o *editFlags) editAll(sources []source, edit edit) (result edited, changes []files.Change, failed []error) {
	for _, s := range sources {
		var after []byte
		done, err := "", s.err
		if err == nil {
			after, done, err = edit(s.section)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", command.FileName(s.name), err))
			continue
		}
		if bytes.Equal(after, s.text) {
			done = unchanged
		} else if o.check {
			done = map[string]string{declared: "missing", changed: "different", undeclared: "present"}[done]
		}
		change := files.Change{Path: s.name, Before: s.text, After: after}
		if o.to != "" {
			change.Path, change.Before = o.to, nil
		}
		result.Templates = append(result.Templates, editedTemplate{command.FileName(s.name), done})
		changes = append(changes, change)
	}
	return result, changes, failed
}

type source struct {
	name    string
	text    []byte
	section *declare.Section
	err     error // why it cannot be read, or is not a template
}

// read reads what the arguments of a command name: files, directories, and "-", each file once.
func (o *editFlags) read(cmd *cobra.Command, arguments []string) (sources []source, err error) {
	ctx := cmd.Context()
	if !o.check {
		command.Writes(cmd)
	}
	set, err := files.Find(arguments, o.exclude)
	if err != nil {
		return nil, err
	}
	defer set.Close()
	for _, file := range set.Files {
		if o.to != "" && !file.Named {
			return nil, errors.New("--to accepts one template, not a directory")
		}
		s, isTemplate := o.readFile(ctx, set, file)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if isTemplate {
			sources = append(sources, s)
		}
	}
	set.WarnSkipped(o.io)
	set.HintExclude(o.io)
	if len(sources) == 0 && !o.allowEmpty && !set.HasExcluded() {
		return nil, files.ErrEmpty
	}
	return sources, nil
}

// readFile reads a file, which can turn out not to be a template, and to be skipped.
func (o *editFlags) readFile(ctx context.Context, set *files.Set, file files.File) (s source, isTemplate bool) {
	text, err := file.Read(ctx, o.io)
	s = source{name: file.Path, text: text}
	if err == nil {
		s.section, err = declare.Read(text)
	}
	if err != nil {
		s.err = set.Skip(file, text, err)
	}
	return s, s.section != nil || s.err != nil
}
