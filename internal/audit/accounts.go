package audit

import (
	"cmp"
	"slices"
	"strings"
)

// Merge joins the audits of many accounts, at least one, into one. An account that could not be read has a report without
// roles, whose errors say why. The result's scope is that of the first report, without its account.
func Merge(reports []Report) Report {
	merged := newReport(reports[0].Scope)
	merged.Scope.Account = ""
	for _, r := range reports {
		merged.Roles = append(merged.Roles, r.Roles...)
		merged.Groups = append(merged.Groups, r.Groups...)
		merged.Exceptions = append(merged.Exceptions, r.Exceptions...)
		merged.Warnings = append(merged.Warnings, r.Warnings...)
		merged.Totals.Stacks += r.Totals.Stacks
		merged.Totals.Roles += r.Totals.Roles
		merged.Totals.Findings += r.Totals.Findings
		merged.Totals.Excepted += r.Totals.Excepted
		merged.Totals.Undeclared += r.Totals.Undeclared
		merged.Accounts = append(merged.Accounts, AccountResult{r.Scope.Account, strings.Join(r.Errors, "; "), r.Totals})
		for _, e := range r.Errors {
			merged.Errors = append(merged.Errors, "account "+r.Scope.Account+": "+e)
		}
	}
	slices.Sort(merged.Warnings) // most are about the registry, which the accounts share
	merged.Warnings = slices.Compact(merged.Warnings)
	slices.Sort(merged.Errors)
	slices.SortFunc(merged.Accounts, func(a, b AccountResult) int {
		if (a.Error == "") != (b.Error == "") {
			return cmp.Compare(b.Error, a.Error) // an empty one is less than any other
		}
		return cmp.Compare(a.Account, b.Account)
	})
	slices.SortStableFunc(merged.Groups, compareGroups)
	slices.SortStableFunc(merged.Roles, compareRoles)
	slices.SortStableFunc(merged.Exceptions, compareRoles)
	return merged
}
