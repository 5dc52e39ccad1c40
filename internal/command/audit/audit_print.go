package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
)

// printAudit prints an audit's report, and a summary for people.
func (o *auditOptions) printAudit(report audit.Report) error {
	if err := o.printReport(report); err != nil {
		return err
	}
	for _, e := range report.Errors {
		o.Say("error", "%s", e)
	}
	if o.Output != "text" {
		o.Say("", "%s", auditTotals(report))
	}
	if o.Profile != "" && report.Totals.Findings > 0 {
		o.Say("hint", "the commands that repair are for profile %s: set AWS_PROFILE to it before", o.Profile)
	}
	isOutside := func(r audit.Role) bool { return r.Location == audit.Outside && r.Kind != audit.Right }
	if len(o.regions) == 0 && slices.ContainsFunc(report.Roles, isOutside) {
		o.Say("hint", "only the stacks of %s were read; with --regions %s, roles of other regions' stacks are not outside", strings.Join(report.Scope.Regions, ", "), allRegions)
	}
	return nil
}

// auditTotals sums an audit up in a line.
func auditTotals(report audit.Report) string {
	t := report.Totals
	summary := fmt.Sprintf("%s, %s, %s", command.Counted(t.Stacks, "stack"), command.Counted(t.Roles, "role"), command.Counted(t.Findings, "finding"))
	var kinds []string
	for _, kind := range audit.Kinds() {
		if n := len(ofKind(report.Roles, kind)); n > 0 {
			kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
		}
	}
	if len(kinds) > 0 {
		summary += " (" + strings.Join(kinds, ", ") + ")"
	}
	if t.Undeclared > 0 {
		summary += ", " + command.Counted(t.Undeclared, "right role") + " of stacks that do not declare the macro"
	}
	if len(report.Errors) > 0 {
		summary += "; some calls failed, so that something is not known"
	}
	return summary
}

// ofKind picks the roles of a kind.
func ofKind(roles []audit.Role, kind audit.Kind) []audit.Role {
	return slices.DeleteFunc(slices.Clone(roles), func(r audit.Role) bool { return r.Kind != kind })
}

func (o *auditOptions) printReport(report audit.Report) error {
	switch o.Output {
	case "sarif":
		return findings.WriteSARIF(o.Out, findings.Tool{Name: command.Program, Version: command.Number, Rules: auditRules()}, auditFindings(report))
	case "csv":
		return o.printCSV(report)
	}
	return o.Print(report, auditLines(report)...)
}

// auditLines is the report for people: a table by stack, the totals, then what repairs each kind.
func auditLines(report audit.Report) []string {
	if len(report.Roles) == 0 {
		return []string{auditTotals(report)}
	}
	rows := [][]string{{"STACK", "ROLE", "KIND", "ENVIRONMENT", "BOUNDARY"}}
	locations := audit.LocationNames{Nested: " > ", Outside: "(outside)", Unknown: "(not known)"}
	for _, r := range report.Roles {
		rows = append(rows, []string{r.LocationName(locations), r.Role, string(r.Kind), orDash(r.Environment), orDash(r.Boundary)})
	}
	lines := append(command.Columns(rows), "", auditTotals(report))
	for _, kind := range audit.Kinds() {
		if repairs := auditRepairs(ofKind(report.Roles, kind)); len(repairs) > 0 {
			lines = append(append(lines, "", string(kind)+":"), repairs...)
		}
	}
	return lines
}

// auditRepairs lists what repairs roles, each once: a command, and below it what else is to be known.
func auditRepairs(roles []audit.Role) (lines []string) {
	type repair struct{ command, note string }
	seen := make(map[repair]bool)
	for _, r := range roles {
		if is := (repair{r.Repair, r.Note}); !seen[is] {
			seen[is] = true
			if r.Repair != "" {
				lines = append(lines, "  "+r.Repair)
			}
			if r.Note != "" {
				lines = append(lines, "    "+r.Note)
			}
		}
	}
	return lines
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// printCSV prints a line for each role, under the names that its members have in JSON.
func (o *auditOptions) printCSV(report audit.Report) error {
	header := []string{"kind", "role", "arn", "place", "stack", "root", "region", "logicalId", "environment", "project", "declares", "boundary", "wanted", "message", "repair", "note"}
	var rows [][]string
	for _, r := range report.Roles {
		rows = append(rows, []string{string(r.Kind), r.Role, r.ARN, r.Location, r.Stack, r.Root, r.Region, r.LogicalID, r.Environment, r.Project,
			strconv.FormatBool(r.Declares), r.Boundary, r.Wanted, r.Message, r.Repair, r.Note})
	}
	return findings.WriteCSV(o.Out, header, rows)
}

// auditMessage is what was found, and what to do, in a line.
func auditMessage(r audit.Role) string {
	text := "role " + r.Role + ": " + r.Message
	for _, more := range []string{r.Repair, r.Note} {
		if more != "" {
			text += "; " + more
		}
	}
	return text
}

// auditFindings returns the findings of an audit, and the calls that failed.
func auditFindings(report audit.Report) findings.Report {
	var found findings.Report
	for _, r := range report.Roles {
		if !slices.Contains(audit.Kinds(), r.Kind) {
			continue
		}
		f := findings.Finding{Rule: auditRuleID(r.Kind), Severity: findings.Error, ARN: r.ARN, Environment: r.Environment, Boundary: r.Wanted, Message: auditMessage(r)}
		if r.LogicalID != "" {
			f.LogicalIDs = []string{r.LogicalID}
		}
		found.Findings = append(found.Findings, f)
	}
	for _, e := range report.Errors {
		found.Errors = append(found.Errors, findings.Unchecked{Message: e})
	}
	return found
}

// auditRules lists the rules of audit.
func auditRules() []findings.Rule {
	var rules []findings.Rule
	for _, kind := range audit.Kinds() {
		rules = append(rules, findings.Rule{ID: auditRuleID(kind), Title: "a role that is " + string(kind), Help: kind.Help()})
	}
	return rules
}

func auditRuleID(kind audit.Kind) string { return "role-" + string(kind) }
