package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
)

func (o *auditFlags) write(report audit.Report) error {
	switch o.output {
	case "sarif":
		tool := findings.Tool{Name: command.Program, Version: command.Number}
		for _, kind := range audit.Kinds() {
			tool.Rules = append(tool.Rules, findings.Rule{ID: ruleID(kind), Title: kind.Help(), Help: kind.Help()})
		}
		return findings.WriteSARIF(o.IO.Out, tool, toFindings(report))
	case "csv":
		// The names of the members in JSON.
		header := []string{"kind", "role", "arn", "place", "stack", "root", "region", "logicalId", "environment", "project", "declares",
			"boundary", "wanted", "message", "repair", "note", "exception", "reason", "until", "account"}
		var rows [][]string
		for _, r := range report.Roles {
			rows = append(rows, []string{string(r.Kind), r.Role, r.ARN, r.Location, r.Stack, r.Root, r.Region, r.LogicalID, r.Environment, r.Project,
				strconv.FormatBool(r.Declares), r.Boundary, r.Wanted, r.Message, r.Repair, r.Note, r.Exception, r.Reason, r.Until, r.Account})
		}
		return findings.WriteCSV(o.IO.Out, header, rows)
	default:
		return o.IO.Print(o.output, report, lines(report)...)
	}
}

func ruleID(kind audit.Kind) string { return "role-" + string(kind) }

// toFindings returns the findings of an audit, and the calls that failed.
func toFindings(report audit.Report) (found findings.Report) {
	for _, r := range report.Roles {
		if !r.Kind.IsFinding() {
			continue
		}
		message := slices.DeleteFunc([]string{"role " + r.Role + ": " + r.Message, r.Repair, r.Note}, func(part string) bool { return part == "" })
		f := findings.Finding{Rule: ruleID(r.Kind), Severity: findings.Error, ARN: r.ARN, Environment: r.Environment,
			Boundary: r.Wanted, Message: strings.Join(message, "; ")}
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

func summary(report audit.Report) string {
	t := report.Totals
	text := ""
	if n := len(report.Accounts); n > 0 {
		text = command.Counted(n, "account") + ", "
	}
	text += fmt.Sprintf("%s, %s, %s", command.Counted(t.Stacks, "stack"), command.Counted(t.Roles, "role"), command.Counted(t.Findings, "finding"))
	if kinds := audit.CountKinds(report.Roles); kinds != "" {
		text += " (" + kinds + ")"
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

// lines is the report for people: a table by stack, the totals, then what repairs the roles of each kind.
func lines(report audit.Report) []string {
	if len(report.Roles) == 0 {
		return []string{summary(report)}
	}
	rows := [][]string{{"ACCOUNT", "STACK", "ROLE", "KIND", "ENVIRONMENT", "BOUNDARY"}}
	names := audit.LocationNames{Nested: " > ", Outside: "(outside)", Unknown: "(not known)"}
	for _, r := range report.Roles {
		rows = append(rows, []string{r.Account, r.LocationName(names), r.Role, string(r.Kind), cmp.Or(r.Environment, "-"), cmp.Or(r.Boundary, "-")})
	}
	if len(report.Accounts) == 0 {
		for i := range rows {
			rows[i] = rows[i][1:]
		}
	}
	return append(append(command.Columns(rows), "", summary(report)), repairs(report)...)
}

// repairs lists what repairs roles by their kinds, each once in each account: a command, and below it what else to know.
// An exception is listed once for all kinds and accounts, since one entry of the registry serves them.
func repairs(report audit.Report) (list []string) {
	roles := slices.SortedStableFunc(slices.Values(report.Roles), func(a, b audit.Role) int {
		return cmp.Compare(slices.Index(audit.Kinds(), a.Kind), slices.Index(audit.Kinds(), b.Kind))
	})
	last, seen := "", make(map[[3]string]bool)
	for _, r := range roles {
		heading := string(r.Kind) + ":"
		if len(report.Accounts) > 0 {
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
