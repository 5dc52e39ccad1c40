package policy

import (
	"fmt"
	"regexp"
	"strings"
)

// GuardRules returns rules in the language of CloudFormation Guard, for those who check templates with
// cfn-guard or with Guard hooks, see
// https://docs.aws.amazon.com/cfn-guard/latest/ug/writing-rules.html.
func (r Request) GuardRules() string {
	var list []string
	for _, arn := range r.Boundaries {
		list = append(list, "    "+guardValue(arn))
	}
	right := "[\n" + strings.Join(list, ",\n") + "\n  ]"
	rules := guardRule("roles", "AWS::IAM::Role", right)
	if r.Users {
		rules += "\n" + guardRule("users", "AWS::IAM::User", right)
	}
	return rules
}

// guardValue is an ARN as a string, or, where it has wildcards, as a regular expression. A wildcard ends
// where ArnLike ends it: at a colon.
func guardValue(arn string) string {
	if !strings.Contains(arn, "*") {
		return "'" + arn + "'"
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(arn), `\*`, `[^:]*`)
	return "/^" + strings.ReplaceAll(pattern, "/", `\/`) + "$/"
}

func guardRule(what, typ, right string) string {
	return fmt.Sprintf(`let %[1]s = Resources.*[ Type == '%[2]s' ]

rule %[1]s_carry_a_boundary when %%%[1]s !empty {
  %%%[1]s.Properties.PermissionsBoundary in %[3]s
  <<
    none of the registry's permissions boundaries
    declare AmplifyBoundary as the template's last transform
  >>
}
`, what, typ, right)
}
