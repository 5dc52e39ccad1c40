package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/assess"
	"amplify-boundary/internal/findings"
)

// write writes a report in the chosen form.
func (o *auditFlags) write(report audit.Report) error {
	switch o.output {
	case "sarif":
		return findings.WriteSARIF(o.IO.Out, findings.Tool{Name: command.Program, Version: command.Number, Rules: rules()}, toFindings(report))
	case "csv":
		return findings.WriteCSV(o.IO.Out, header(), table(report))
	default:
		return o.IO.Print(o.output, report, lines(report)...)
	}
}

// explain says on standard error what the result leaves open.
func (o *auditFlags) explain(report audit.Report) {
	for _, w := range report.Warnings {
		o.IO.Say("warning", "%s", w)
	}
	for _, e := range report.Errors {
		o.IO.Say("error", "%s", e)
	}
	if o.output != "text" {
		o.IO.Say("", "%s", summary(report))
	}
	if o.Registry.Profile != "" && report.Totals.Findings > 0 {
		o.IO.Say("hint", "the commands that repair roles are for profile %s: set AWS_PROFILE to it first", o.Registry.Profile)
	}
	isOutside := func(r audit.Role) bool { return r.Location == audit.Outside && r.Kind.IsFinding() }
	if len(o.Regions) == 0 && slices.ContainsFunc(report.Roles, isOutside) {
		o.IO.Say("hint", "only the stacks of %s were read; --regions %s also finds the roles of other regions' stacks", strings.Join(report.Scope.Regions, ", "), assess.AllRegions)
	}
}

// summary sums up an audit in a line.
func summary(report audit.Report) string {
	t := report.Totals
	text := ""
	if n := len(report.Accounts); n > 0 {
		text = command.Counted(n, "account") + ", "
	}
	text += fmt.Sprintf("%s, %s, %s", command.Counted(t.Stacks, "stack"), command.Counted(t.Roles, "role"), command.Counted(t.Findings, "finding"))
	var kinds []string
	for _, kind := range audit.Kinds() {
		if n := len(ofKind(report.Roles, kind)); n > 0 {
			kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
		}
	}
	if len(kinds) > 0 {
		text += " (" + strings.Join(kinds, ", ") + ")"
	}
	if t.Excepted > 0 {
		text += ", " + strconv.Itoa(t.Excepted) + " excepted"
	}
	if t.Undeclared > 0 {
		text += "; of the other roles, " + strconv.Itoa(t.Undeclared) + " in stacks that do not declare the macro"
	}
	if len(report.Errors) > 0 {
		text += "; some calls failed, so the audit is incomplete"
	}
	return text
}

func ofKind(roles []audit.Role, kind audit.Kind) []audit.Role {
	return slices.DeleteFunc(slices.Clone(roles), func(r audit.Role) bool { return r.Kind != kind })
}

// lines is the report for people: a table by stack, the totals, then what repairs the roles of each kind.
func lines(report audit.Report) []string {
	if len(report.Roles) == 0 {
		return []string{summary(report)}
	}
	rows := [][]string{{"STACK", "ROLE", "KIND", "ENVIRONMENT", "BOUNDARY"}}
	if len(report.Accounts) > 0 {
		rows[0] = append([]string{"ACCOUNT"}, rows[0]...)
	}
	names := audit.LocationNames{Nested: " > ", Outside: "(outside)", Unknown: "(not known)"}
	for _, r := range report.Roles {
		row := []string{r.LocationName(names), r.Role, string(r.Kind), cmp.Or(r.Environment, "-"), cmp.Or(r.Boundary, "-")}
		if len(report.Accounts) > 0 {
			row = append([]string{r.Account}, row...)
		}
		rows = append(rows, row)
	}
	list := append(command.Columns(rows), "", summary(report))
	seen := make(map[[3]string]bool)
	for _, kind := range audit.Kinds() {
		list = append(list, repairs(ofKind(report.Roles, kind), len(report.Accounts) > 0, seen)...)
	}
	return list
}

// repairs lists what repairs roles of one kind, each once in each account: a command, and below it what else to know. An
// exception is listed once for all kinds and accounts, since one entry of the registry serves them.
func repairs(roles []audit.Role, many bool, seen map[[3]string]bool) (list []string) {
	last := ""
	for _, r := range roles {
		heading := string(r.Kind) + ":"
		if many {
			heading = string(r.Kind) + ", in account " + r.Account + ":"
		}
		repair := [3]string{heading, r.Repair, r.Note}
		if strings.HasPrefix(r.Repair, command.Program+" except add ") {
			repair[0] = ""
		}
		if seen[repair] || r.Repair+r.Note == "" {
			continue
		}
		seen[repair] = true
		if heading != last {
			list = append(list, "", heading)
			last = heading
		}
		if r.Repair != "" {
			list = append(list, "  "+r.Repair)
		}
		if r.Note != "" {
			list = append(list, "    "+r.Note)
		}
	}
	return list
}

// header has the names of the members in JSON.
func header() []string {
	return []string{"kind", "role", "arn", "place", "stack", "root", "region", "logicalId", "environment", "project", "declares", "boundary", "wanted", "message", "repair", "note", "exception", "reason", "until", "account"}
}

func table(report audit.Report) (rows [][]string) {
	for _, r := range report.Roles {
		rows = append(rows, []string{string(r.Kind), r.Role, r.ARN, r.Location, r.Stack, r.Root, r.Region, r.LogicalID, r.Environment, r.Project,
			strconv.FormatBool(r.Declares), r.Boundary, r.Wanted, r.Message, r.Repair, r.Note, r.Exception, r.Reason, r.Until, r.Account})
	}
	return rows
}

// toFindings returns the findings of an audit, and the calls that failed.
func toFindings(report audit.Report) findings.Report {
	var found findings.Report
	for _, r := range report.Roles {
		if !slices.Contains(audit.Kinds(), r.Kind) {
			continue
		}
		f := findings.Finding{Rule: ruleID(r.Kind), Severity: findings.Error, ARN: r.ARN, Environment: r.Environment, Boundary: r.Wanted, Message: message(r)}
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

// message is what was found, and what to do, in a line.
func message(r audit.Role) string {
	parts := []string{"role " + r.Role + ": " + r.Message, r.Repair, r.Note}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "; ")
}

func rules() []findings.Rule {
	var list []findings.Rule
	for _, kind := range audit.Kinds() {
		list = append(list, findings.Rule{ID: ruleID(kind), Title: kind.Help(), Help: kind.Help()})
	}
	return list
}

func ruleID(kind audit.Kind) string { return "role-" + string(kind) }
