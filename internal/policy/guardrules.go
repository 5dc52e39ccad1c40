package policy

import (
	"fmt"
	"regexp"
	"strings"
)

// GuardRules returns rules in the language of CloudFormation Guard, which cfn-guard and Guard hooks check templates
// with, see
// https://docs.aws.amazon.com/cfn-guard/latest/ug/writing-rules.html.
func (r Request) GuardRules() string {
	var list []string
	for _, arn := range r.Patterns {
		value := "'" + arn + "'"
		if strings.ContainsAny(arn, `*?'\`) { // a regular expression, in which a wildcard ends at a colon, as in ArnLike
			value = strings.NewReplacer(`\$\{\*\}`, `\*`, `\$\{\?\}`, `\?`, `\*`, `[^:]*`, `/`, `\/`).Replace(regexp.QuoteMeta(arn))
			value = "/^" + value + "$/"
		}
		list = append(list, "    "+value)
	}
	right := "[\n" + strings.Join(list, ",\n") + "\n  ]"
	rules := guardRule("roles", "AWS::IAM::Role", right)
	if r.Users {
		rules += "\n" + guardRule("users", "AWS::IAM::User", right)
	}
	return rules
}

func guardRule(what, typ, right string) string {
	return fmt.Sprintf(`let %[1]s = Resources.*[ Type == '%[2]s' ]

rule %[1]s_carry_a_boundary when %%%[1]s !empty {
  %%%[1]s.Properties.PermissionsBoundary in %[3]s
  <<
    its permissions boundary is not one of the registry's
    declare AmplifyBoundary as the template's last transform
  >>
}
`, what, typ, right)
}
