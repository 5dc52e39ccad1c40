package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/nested"
)

type checker struct {
	*options
	ownMacro string                          // the macro, with its account if the command line names one
	open     func() (command.Lookups, error) // opens the registry, once; many templates need none
	fixed    func() (fixedAccount, error)    // reads what the account is fixed to, once
	lookups  map[environment.Environment]boundaryOf
}

func newChecker(ctx context.Context, o *options) *checker {
	c := &checker{options: o, ownMacro: o.registry.OwnMacro(o.macro), lookups: make(map[environment.Environment]boundaryOf)}
	c.open = sync.OnceValues(func() (command.Lookups, error) { return o.registry.OpenLookups(ctx) })
	c.fixed = sync.OnceValues(func() (fixedAccount, error) { return c.readFixed(ctx) })
	return c
}

// checkAll checks files, and the templates of their nested stacks. It fails if the registry cannot be read.
func (c *checker) checkAll(ctx context.Context, set *files.Set) (findings.Report, error) {
	var report findings.Report
	unchecked := func(file files.File, err error) {
		report.Errors = append(report.Errors, findings.Unchecked{File: command.FileName(file.Path), Message: err.Error()})
	}
	var templates []*checkedTemplate
	for i := 0; i < len(set.Files); i++ { // the list grows
		t, err := c.read(ctx, set, set.Files[i])
		switch {
		case ctx.Err() != nil:
			return findings.Report{}, ctx.Err()
		case err != nil:
			unchecked(set.Files[i], err)
		case t != nil:
			templates = append(templates, t)
		}
	}
	link(templates)
	if c.nestedStacks == string(nested.Bound) {
		markBound(templates)
	}
	for _, t := range templates {
		found, err := c.check(ctx, t)
		if source := (*command.SourceError)(nil); errors.As(err, &source) {
			return findings.Report{}, source
		}
		if err != nil {
			unchecked(t.file, err)
		} else {
			report.Files++
		}
		report.Roles += t.roles()
		report.Findings = append(report.Findings, inFile(t.file, append(found, c.nestedFindings(t, set)...))...)
	}
	for _, s := range set.Skipped {
		report.Skipped = append(report.Skipped, findings.Skipped{File: s.Path, Reason: s.Reason})
	}
	return report, nil
}

// read reads a template, and adds the templates of its nested stacks to the set. It returns nil for a file that
// is skipped.
func (c *checker) read(ctx context.Context, set *files.Set, file files.File) (*checkedTemplate, error) {
	data, err := file.Read(ctx, c.io)
	if err == nil {
		var t *checkedTemplate
		if t, err = readTemplate(data, c.ownMacro, c.macro); err == nil {
			t.file = file
			t.addNested(set)
			return t, nil
		}
	}
	return nil, set.Skip(file, data, err)
}

// inFile gives findings their file, and sorts them by their lines.
func inFile(file files.File, found []findings.Finding) []findings.Finding {
	slices.SortStableFunc(found, func(a, b findings.Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
	})
	for i := range found {
		found[i].File = command.FileName(file.Path)
	}
	return found
}

// summary says in words what was checked and found.
func summary(r findings.Report) string {
	text := fmt.Sprintf("%s, %s, %s", command.Counted(r.Files, "file"), command.Counted(r.Roles, "role"), command.Counted(r.Count(findings.Error), "finding"))
	if warnings := r.Count(findings.Warning); warnings > 0 {
		text += ", " + command.Counted(warnings, "warning")
	}
	if len(r.Errors) > 0 {
		text += ", " + command.Counted(len(r.Errors), "file") + " not checked"
	}
	var reasons []string
	reasonOf := func(s findings.Skipped) string {
		reason, _, _ := strings.Cut(s.Reason, ":")
		return reason
	}
	for _, group := range grouped(r.Skipped, reasonOf) {
		reasons = append(reasons, fmt.Sprintf("%d %s", len(group), reasonOf(group[0])))
	}
	if len(reasons) > 0 {
		text += fmt.Sprintf(", %s skipped (%s)", command.Counted(len(r.Skipped), "file"), strings.Join(reasons, ", "))
	}
	return text
}
