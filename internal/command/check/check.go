package check

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"math"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
)

// checkOptions are the options of check.
type checkOptions struct {
	command.TemplateOptions
	strict             bool
	requireEnvironment bool
}

func newCheck(streams command.IO) *cobra.Command {
	o := &checkOptions{TemplateOptions: command.TemplateOptions{Options: command.Options{IO: streams}}}
	cmd := &cobra.Command{
		Use:   "check FILE|DIR...",
		Short: "Find roles that would be deployed without the boundary",
		Long: `Find the roles in templates, JSON or YAML ("-" is standard input), that would be deployed
without the boundary of their environment: a template that declares the macro as its last
transform has none, unless the macro would refuse its resources. In another each role must
carry the boundary literally. A template of an environment without a boundary has no
findings.

Of a directory, the files *.template, *.json, *.yaml and *.yml that have a section
Resources are checked, but not those in hidden directories and in node_modules. A pattern
such as 'stacks/**/*.yaml' stands for the files that match. The template of a nested stack
is checked too, where it is a local file, as it is before "aws cloudformation package", or
lies beside the template, as CDK puts it.

The environment is found as the macro finds it, from the transform's parameters and the
defaults of the template parameters, and must have a boundary, or none. --environment
stands for the value that a template parameter will have when the template is deployed. A
template in which the transform's parameter is the name of another has a finding.

Warnings do not change the exit code, which is 3 when there are findings.`,
		Example: `  amplify-boundary check --environment prod .
  amplify-boundary check --output sarif 'amplify/backend/**/*-cloudformation-template.json'`,
		Args: command.Count("one FILE or DIR or more", 1, math.MaxInt),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runCheck(cmd.Context(), o, arguments)
		},
	}
	o.AddFlags(cmd)
	o.AddOutputFlag(cmd, "text", "json", "sarif", "github")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "count only boundaries that are written in the template")
	cmd.Flags().BoolVar(&o.requireEnvironment, "require-environment", false, "make a finding of a template that names no environment")
	return cmd
}

// runCheck prints the findings in files.
func runCheck(ctx context.Context, o *checkOptions, arguments []string) error {
	if err := o.Validate(); err != nil {
		return err
	}
	files := inputs{seen: make(map[string]bool)}
	for _, argument := range arguments {
		if err := files.addArgument(argument); err != nil {
			return err
		}
	}
	open := sync.OnceValues(func() (command.Lookups, error) { return o.OpenLookups(ctx) })
	c := checker{o, open, sync.OnceValues(func() (fixedAccount, error) { return o.accountEntry(ctx, open) }), make(map[environmentKey]lookedUp)}
	result, err := c.checkAll(ctx, &files)
	if err != nil {
		return err
	}
	if err := o.printFindings(result); err != nil {
		return err
	}
	switch {
	case len(result.Errors) > 0:
		return command.ErrFailed
	case result.Count(findings.Error) > 0:
		return command.ErrFindings
	default:
		return nil
	}
}

// checker checks templates.
type checker struct {
	*checkOptions
	open  func() (command.Lookups, error) // opens the registry, once; many templates need none
	fixed func() (fixedAccount, error)    // reads what the account is fixed to, once
	known map[environmentKey]lookedUp
}

// checkAll checks files, and those that their nested stacks lead to. It fails where the registry cannot be read.
func (c checker) checkAll(ctx context.Context, files *inputs) (findings.Report, error) {
	result := findings.Report{Findings: []findings.Finding{}, Errors: []findings.Unchecked{}}
	for i := 0; i < len(files.list); i++ { // the list grows
		in := files.list[i]
		checked, err := c.checkFile(ctx, in, files)
		if ctx.Err() != nil {
			return findings.Report{}, ctx.Err()
		}
		if source := (*command.SourceError)(nil); errors.As(err, &source) {
			return findings.Report{}, source
		}
		if errors.Is(err, errPassedOver) {
			continue
		}
		if err != nil {
			result.Errors = append(result.Errors, findings.Unchecked{File: command.FileName(in.file), Message: cause(err).Error()})
		} else {
			result.Files++
		}
		result.Roles += checked.roles
		slices.SortStableFunc(checked.findings, func(a, b findings.Finding) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
		})
		for _, f := range checked.findings {
			f.File = command.FileName(in.file)
			result.Findings = append(result.Findings, f)
		}
	}
	return result, nil
}

// cause leaves out of an error the file's name, which stands beside it.
func cause(err error) error {
	if unread := (*fs.PathError)(nil); errors.As(err, &unread) {
		return unread.Err
	}
	return err
}

// checkedFile is what came of a file.
type checkedFile struct {
	findings []findings.Finding
	roles    int
}

// checkFile checks a file, and adds those of its nested stacks.
func (c checker) checkFile(ctx context.Context, in input, files *inputs) (checkedFile, error) {
	data, err := c.ReadFile(ctx, in.file)
	if err != nil {
		return checkedFile{}, err
	}
	t, err := readCheckedTemplate(data, c.Macro)
	if err != nil && !in.isSure && !command.IsTemplate(data) {
		return checkedFile{}, errPassedOver
	}
	if err != nil {
		return checkedFile{}, err
	}
	nested, missing := t.nested(in.file)
	for _, file := range nested {
		files.add(file, true)
	}
	found, err := c.check(ctx, t)
	return checkedFile{append(found, nestedFindings(t, missing)...), t.roles()}, err
}

// check lists the findings in a template.
func (c checker) check(ctx context.Context, t checkedTemplate) ([]findings.Finding, error) {
	found, err := c.declarationFindings(ctx, t)
	if err != nil {
		return nil, err
	}
	in, err := c.resourceFindings(ctx, t)
	return append(found, in...), err
}
