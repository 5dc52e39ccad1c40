package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/nested"
)

// checker checks templates.
type checker struct {
	*options
	open    func() (command.Lookups, error) // opens the registry, once; many templates need none
	fixed   func() (fixedAccount, error)    // reads what the account is fixed to, once
	lookups map[environmentKey]boundaryOf
}

func newChecker(ctx context.Context, o *options) *checker {
	c := &checker{options: o, lookups: make(map[environmentKey]boundaryOf)}
	c.open = sync.OnceValues(func() (command.Lookups, error) { return o.registry.OpenLookups(ctx) })
	c.fixed = sync.OnceValues(func() (fixedAccount, error) { return c.readFixed(ctx) })
	return c
}

// checkAll checks files, and the templates of their nested stacks. It fails if the registry cannot be read.
func (c *checker) checkAll(ctx context.Context, set *files.Set) (findings.Report, error) {
	var report findings.Report
	for i := 0; i < len(set.Files); i++ { // the list grows
		file := set.Files[i]
		found, roles, err := c.checkFile(ctx, file, set)
		var source *command.SourceError
		switch {
		case ctx.Err() != nil:
			return findings.Report{}, ctx.Err()
		case errors.As(err, &source):
			return findings.Report{}, source
		case errors.Is(err, files.ErrSkip):
			continue
		case err != nil:
			report.Errors = append(report.Errors, findings.Unchecked{File: command.FileName(file.Path), Message: err.Error()})
		default:
			report.Files++
		}
		report.Roles += roles
		slices.SortStableFunc(found, func(a, b findings.Finding) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
		})
		for _, f := range found {
			f.File = command.FileName(file.Path)
			report.Findings = append(report.Findings, f)
		}
	}
	return report, nil
}

// checkFile checks one file, and adds the templates of its nested stacks to the set.
func (c *checker) checkFile(ctx context.Context, file files.File, set *files.Set) (found []findings.Finding, roles int, err error) {
	data, err := file.Read(ctx, c.io)
	if err != nil {
		return nil, 0, err
	}
	t, err := readTemplate(data, c.macro)
	if err != nil {
		return nil, 0, file.Skip(data, err)
	}
	found, err = c.check(ctx, t)
	return append(found, t.nestedFindings(file, set)...), t.roles(), err
}

// nestedFindings adds the templates of nested stacks to the set, and warns of those that cannot be read.
func (t *checkedTemplate) nestedFindings(file files.File, set *files.Set) []findings.Finding {
	unread := make(map[error][]string)
	var reasons []error
	for _, stack := range file.NestedStacks(t.fragment.Stacks(), intrinsic.Context{ParameterValues: t.values}) {
		switch {
		case stack.Err == nil:
			set.AddNested(file, stack.Template)
		case errors.Is(stack.Err, nested.ErrOutside) && set.HasNested(file, stack.Template):
		default:
			if unread[stack.Err] == nil {
				reasons = append(reasons, stack.Err)
			}
			unread[stack.Err] = append(unread[stack.Err], stack.LogicalID)
		}
	}
	var found []findings.Finding
	for _, reason := range reasons {
		ids := unread[reason]
		found = append(found, t.locate(findings.Finding{Rule: ruleNested, Severity: findings.Warning,
			Message: fmt.Sprintf("the template of %s was not checked: %s: %v; check it where it is, or let the function process it with its setting NESTED_STACKS",
				command.Counted(len(ids), "nested stack"), shortNames(ids), reason)}, ids))
	}
	return found
}
