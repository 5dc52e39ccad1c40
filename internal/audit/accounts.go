package audit

import (
	"cmp"
	"slices"
	"strings"
)

// Merge joins the audits of many accounts into one. An account that could not be read has a report without roles, whose
// errors say why. The result's scope is that of the first report, without its account.
func Merge(reports []Report) Report {
	merged := Report{Format: Format, Roles: []Role{}, Errors: []string{}, Warnings: []string{}, Exceptions: []Role{}, Accounts: []AccountResult{}, Groups: []Group{}}
	for i, r := range reports {
		if i == 0 {
			merged.Scope = r.Scope
			merged.Scope.Account = ""
		}
		merged.Roles = append(merged.Roles, r.Roles...)
		merged.Groups = append(merged.Groups, r.Groups...)
		merged.Exceptions = append(merged.Exceptions, r.Exceptions...)
		merged.Warnings = append(merged.Warnings, r.Warnings...)
		merged.Totals.add(r.Totals)
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
	sortGroups(merged.Groups)
	slices.SortStableFunc(merged.Roles, compareRoles)
	slices.SortStableFunc(merged.Exceptions, compareRoles)
	return merged
}

func (t *Totals) add(other Totals) {
	t.Stacks += other.Stacks
	t.Roles += other.Roles
	t.Findings += other.Findings
	t.Excepted += other.Excepted
	t.Undeclared += other.Undeclared
}
