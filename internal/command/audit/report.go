package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
)

// reportOptions are the options of report.
type reportOptions struct {
	auditOptions
	to   string
	file string // with an audit; empty: one is run
}

func newReport(streams command.IO) *cobra.Command {
	o := &reportOptions{auditOptions: auditOptions{Options: command.Options{IO: streams}}}
	cmd := &cobra.Command{
		Use:   "report --to FILE.html [AUDIT.json]",
		Short: "Write an audit as a page for people",
		Long: `Write an audit as one HTML page that needs nothing else: the totals, by environment and by
stack, and for each finding what to do. It needs no network and no JavaScript, and can be
printed.

AUDIT.json is what audit --output json has written; "-" is standard input. Without it an
audit is run now, as the flags of audit say. A file that --to names is replaced whole or not
at all; "-" is standard output.

The exit code is 0 where the page is written, whatever it shows: audit's own is 3 where there
are findings. It is 1 where a call of an audit that was run now failed; the page says which.`,
		Example: "  amplify-boundary report --to audit.html --regions all\n" +
			"  amplify-boundary audit --output json > audit.json || true\n  amplify-boundary report --to audit.html audit.json",
		Args: command.Count("no AUDIT.json or one", 0, 1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if len(arguments) == 1 {
				o.file = arguments[0]
			}
			if err := o.validateSource(cmd); err != nil {
				return err
			}
			return o.runReport(cmd.Context())
		},
	}
	cmd.Flags().Var((*command.NonEmpty)(&o.to), "to", "`FILE` of the page; - is standard output")
	o.addAuditFlags(cmd)
	return cmd
}

// validateSource refuses flags of an audit where none is run.
func (o *reportOptions) validateSource(cmd *cobra.Command) (err error) {
	if o.to == "" {
		return command.Usage(cmd, errors.New("where is the page to be written? Give a file as --to, or - for standard output"))
	}
	if o.file == "" {
		return nil
	}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if flag.Name != "to" && err == nil {
			err = command.Usage(cmd, fmt.Errorf("--%s is for an audit that is run now, not for one of %s; leave one out", flag.Name, command.FileName(o.file)))
		}
	})
	return err
}

func (o *reportOptions) runReport(ctx context.Context) error {
	found, err := o.read(ctx)
	if err != nil {
		return err
	}
	page, err := audit.Page(found)
	if err != nil {
		return err
	}
	if err := (command.FileChange{Path: o.to, After: page}).Write(ctx, o.IO); err != nil {
		return err
	}
	if o.to != "-" {
		o.Say("", "%s was written: %s", o.to, auditTotals(found))
	}
	if o.file == "" && len(found.Errors) > 0 {
		for _, e := range found.Errors {
			o.Say("error", "%s", e)
		}
		return command.ErrFailed
	}
	return nil
}

// read reads the audit that is shown, or runs it.
func (o *reportOptions) read(ctx context.Context) (audit.Report, error) {
	if o.file == "" {
		return o.audit(ctx)
	}
	text, err := o.ReadFile(ctx, o.file)
	if err != nil {
		return audit.Report{}, err
	}
	found, err := audit.Parse(text)
	if err != nil {
		return audit.Report{}, fmt.Errorf("%s: %w", command.FileName(o.file), err)
	}
	return found, nil
}
