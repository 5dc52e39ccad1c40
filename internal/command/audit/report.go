package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/audit/page"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/assess"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/impact"
)

type reportFlags struct {
	audit  *auditFlags
	to     string
	file   string // with an audit; empty: one is run
	impact string // a file with the result of impact; empty: none
}

func newReport(io command.IO) *cobra.Command {
	o := &reportFlags{audit: &auditFlags{Scope: assess.NewScope(io)}}
	cmd := &cobra.Command{
		Use:   "report --to FILE.html [AUDIT.json]",
		Short: "Write an audit as a page for people",
		Long: `The page needs no other file, no network, and no JavaScript. AUDIT.json is the
result of audit --output json ("-" is standard input); without it, an audit runs
now, with its flags and the permissions that "policy auditor" prints. The exit
code is 0 if the page is written, whatever it shows, and 1 if a call of an audit
that ran now failed; the page says which.`,
		Example: `  amplify-boundary report --to audit.html \
    internal/audit/page/testdata/audit.json`,
		Args: command.Count("at most one AUDIT.json", 0, 1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			o.file = append(arguments, "")[0]
			return o.runReport(cmd)
		},
	}
	command.AddNonEmpty(cmd, &o.to, "to", "`FILE` of the page; - is standard output")
	command.AddNonEmpty(cmd, &o.impact, "impact", "`FILE` with the result of impact, which the page shows first")
	o.audit.addAuditFlags(cmd)
	command.Writes(cmd)
	return cmd
}

func (o *reportFlags) runReport(cmd *cobra.Command) error {
	if o.to == "" {
		return command.Usage(cmd, errors.New("--to is required: the file of the page, or - for standard output"))
	}
	var forAudit error // a flag of an audit, if none is run
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if o.file != "" && flag.Name != "to" && flag.Name != "impact" && forAudit == nil {
			forAudit = command.Usage(cmd, fmt.Errorf("--%s is for an audit that runs now, and cannot be used with %s", flag.Name, command.FileName(o.file)))
		}
	})
	if forAudit != nil {
		return forAudit
	}
	ctx := cmd.Context()
	lead, err := o.readImpact(ctx)
	if err != nil {
		return err
	}
	report, err := o.read(ctx)
	if err != nil {
		return err
	}
	text, err := page.HTML(report, lead, command.Program+" "+command.Number)
	if err != nil {
		return err
	}
	if err := (files.Change{Path: o.to, After: text}).Write(ctx, o.audit.IO); err != nil {
		return err
	}
	if o.to != "-" {
		o.audit.IO.Say("", "%s was written: %s", o.to, summary(report))
	}
	for _, w := range report.Warnings {
		o.audit.IO.Say("warning", "%s", w)
	}
	if o.file == "" && len(report.Errors) > 0 {
		for _, e := range report.Errors {
			o.audit.IO.Say("error", "%s", e)
		}
		return command.ErrFailed
	}
	return nil
}

func (o *reportFlags) read(ctx context.Context) (audit.Report, error) {
	if o.file == "" {
		return o.audit.audit(ctx)
	}
	text, err := o.audit.IO.ReadFile(ctx, o.file)
	if err != nil {
		return audit.Report{}, err
	}
	report, err := audit.Parse(text)
	if errors.Is(err, audit.ErrNotReport) {
		err = fmt.Errorf("%w; write one with: amplify-boundary audit --output json", err)
	}
	if err != nil {
		return audit.Report{}, fmt.Errorf("%s: %w", command.FileName(o.file), err)
	}
	return report, nil
}

func (o *reportFlags) readImpact(ctx context.Context) (*page.Lead, error) {
	if o.impact == "" {
		return nil, nil
	}
	text, err := o.audit.IO.ReadFile(ctx, o.impact)
	if err != nil {
		return nil, err
	}
	report, err := impact.Parse(text)
	if errors.Is(err, impact.ErrNotReport) {
		err = fmt.Errorf("%w; write one with: amplify-boundary impact --output json", err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", command.FileName(o.impact), err)
	}
	section, err := report.Section()
	return &page.Lead{Sentence: report.Sentence() + ".", IsBad: assess.Result(report) != nil, Section: section}, err
}
