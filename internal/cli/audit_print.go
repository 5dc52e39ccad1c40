package cli

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"amplify-boundary/internal/audit"
)

// printAudit prints an audit's report, and a summary for people.
func (o *auditOptions) printAudit(report audit.Report) error {
	if err := o.printReport(report); err != nil {
		return err
	}
	for _, e := range report.Errors {
		o.say("error", "%s", e)
	}
	t := report.Totals
	summary := fmt.Sprintf("%s, %s, %s", counted(t.Stacks, "stack"), counted(t.Roles, "role"), counted(t.Findings, "finding"))
	if t.Undeclared > 0 {
		summary += ", " + counted(t.Undeclared, "right role") + " of stacks that do not declare the macro"
	}
	if len(report.Errors) > 0 {
		summary += ", but some calls failed: roles may be lacking"
	}
	o.say("", "%s", summary)
	return nil
}

func (o *auditOptions) printReport(report audit.Report) error {
	switch o.output {
	case "sarif":
		return o.printJSON(auditSARIF(report))
	case "csv":
		return o.printCSV(report)
	}
	return o.print(report, auditLines(report)...)
}

// auditLines is the report for people: a table by stack, then what repairs each kind.
func auditLines(report audit.Report) []string {
	if len(report.Roles) == 0 {
		return nil
	}
	rows := [][]string{{"STACK", "ROLE", "KIND", "ENVIRONMENT", "BOUNDARY"}}
	for _, r := range report.Roles {
		rows = append(rows, []string{auditPlace(r), r.Role, string(r.Kind), orDash(r.Environment), orDash(r.Boundary)})
	}
	lines := columns(rows)
	for _, kind := range audit.Kinds() {
		var repairs []string
		for _, r := range report.Roles {
			if r.Kind == kind && !slices.Contains(repairs, r.Repair) {
				repairs = append(repairs, r.Repair)
			}
		}
		if len(repairs) > 0 {
			lines = append(lines, "", string(kind)+":")
			for _, repair := range repairs {
				lines = append(lines, "  "+repair)
			}
		}
	}
	return lines
}

// auditPlace is where a role belongs: the outermost stack, then the nested one.
func auditPlace(r audit.Role) string {
	switch r.Stack {
	case "":
		return "(outside)"
	case r.Root:
		return r.Stack
	default:
		return r.Root + " > " + r.Stack
	}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// printCSV prints a line for each role, under the names that its members have in JSON.
func (o *auditOptions) printCSV(report audit.Report) error {
	w := csv.NewWriter(o.Out)
	rows := [][]string{{"kind", "role", "arn", "stack", "root", "region", "logicalId", "environment", "project", "declares", "boundary", "wanted", "message", "repair"}}
	for _, r := range report.Roles {
		rows = append(rows, []string{string(r.Kind), r.Role, r.ARN, r.Stack, r.Root, r.Region, r.LogicalID, r.Environment, r.Project,
			strconv.FormatBool(r.Declares), r.Boundary, r.Wanted, printable(r.Message), printable(r.Repair)})
	}
	return w.WriteAll(rows)
}

// auditSARIF returns the findings in SARIF; a role's ARN stands for a file.
func auditSARIF(report audit.Report) sarifLog {
	driver := sarifDriver{Name: program, Version: number, Language: sarifLanguage}
	help := map[audit.Kind]string{
		audit.Missing: "The role has no permissions boundary and should have one.", audit.Different: "The role has another boundary than its environment's.",
		audit.Stale: "The role has an earlier boundary of its environment; deploy its stack again.", audit.Extra: "The role has a boundary, and its environment has none.",
		audit.Unknown: "Nobody can say which boundary the role should have.", audit.Old: "The role still has the boundary that was asked for.",
	}
	for _, kind := range audit.Kinds() {
		driver.Rules = append(driver.Rules, sarifRule{"role-" + string(kind), sarifText{"a role that is " + string(kind)}, sarifText{help[kind]}})
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}, Language: sarifLanguage}
	for _, r := range report.Roles {
		index := slices.Index(audit.Kinds(), r.Kind)
		if index < 0 {
			continue
		}
		ids := []string{}
		if r.LogicalID != "" {
			ids = append(ids, r.LogicalID)
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: driver.Rules[index].ID, RuleIndex: index, Level: severityError,
			Message:    sarifText{strings.Join([]string{"role " + r.Role, r.Message, r.Repair}, "; ")},
			Locations:  []sarifLocation{{sarifPhysicalLocation{ArtifactLocation: sarifArtifactLocation{r.ARN}}}},
			Properties: sarifProperties{ids, r.Environment, r.Wanted},
		})
	}
	invocation := sarifInvocation{len(report.Errors) == 0, []sarifNotification{}}
	for _, e := range report.Errors {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications,
			sarifNotification{severityError, sarifText{e}, []sarifLocation{}})
	}
	run.Invocations = []sarifInvocation{invocation}
	return sarifLog{sarifSchema, sarifVersion, []sarifRun{run}}
}
