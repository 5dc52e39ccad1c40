package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/nested"
)

type checker struct {
	*options
	ownMacro string                          // the macro, with its account if the command line names one
	open     func() (command.Lookups, error) // opens the registry, once; many templates need none
	fixed    func() (fixedAccount, error)    // reads what the account is fixed to, once
	lookups  map[environment.Environment]boundaryOf
	failure  error // why the registry cannot be read: ends the check, whatever is found
}

// checkAll checks files, and the templates of their nested stacks. It fails if the registry cannot be read.
func (c *checker) checkAll(ctx context.Context, set *files.Set) (findings.Report, error) {
	var report findings.Report
	unchecked := func(file files.File, err error) {
		report.Errors = append(report.Errors, findings.Unchecked{File: command.FileName(file.Path), Message: err.Error()})
	}
	var templates []*checkedTemplate
	byFile := make(map[string]*checkedTemplate)
	for i := 0; i < len(set.Files); i++ { // nested stacks add to the list
		file := set.Files[i]
		data, err := file.Read(ctx, c.io)
		var t *checkedTemplate
		if err == nil {
			t, err = readTemplate(data, c.ownMacro, c.macro)
		}
		if ctx.Err() != nil {
			return findings.Report{}, ctx.Err()
		}
		if err != nil {
			if err = set.Skip(file, data, err); err != nil {
				unchecked(file, err)
			}
			continue
		}
		t.file = file
		t.stacks = file.NestedStacks(t.fragment.Stacks(), intrinsic.Context{ParameterValues: t.values})
		for _, stack := range t.stacks {
			if stack.Err == nil {
				set.Add(file.Nested(stack.Template))
			}
		}
		templates = append(templates, t)
		byFile[file.Key()] = t
	}
	for _, t := range templates {
		for _, stack := range t.stacks {
			if found := byFile[t.file.Nested(stack.Template).Key()]; stack.Err == nil && found != nil {
				t.children = append(t.children, child{stack.LogicalID, found})
			}
		}
	}
	if c.nestedStacks == string(nested.Bound) {
		markBound(templates)
	}
	for _, t := range templates {
		found, err := c.check(ctx, t)
		if c.failure != nil {
			return findings.Report{}, c.failure
		}
		if err != nil {
			unchecked(t.file, err)
		} else {
			report.Files++
		}
		report.Roles += t.roles()
		found = append(found, c.nestedFindings(t, set)...)
		slices.SortStableFunc(found, func(a, b findings.Finding) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
		})
		for _, f := range found {
			f.File = command.FileName(t.file.Path)
			report.Findings = append(report.Findings, f)
		}
	}
	report.Skipped = set.Skipped
	return report, nil
}

// fail ends the check because of a failure to read the registry. The first counts.
func (c *checker) fail(err error) { c.failure = cmp.Or(c.failure, err) }

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
