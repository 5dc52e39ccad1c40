package policy

import (
	"path"
	"slices"
	"strings"

	"amplify-boundary/internal/exception"
)

// principals returns the patterns of the principals that an exception leaves alone, only in its accounts.
func principals(e exception.Exception) []string {
	if len(e.Accounts) == 0 {
		return e.Principals
	}
	var list []string
	for _, principal := range e.Principals {
		parts := strings.SplitN(principal, ":", 6)
		pattern := parts[4]
		for _, id := range e.Accounts {
			if matches, err := path.Match(pattern, id); err == nil && matches {
				parts[4] = id
				list = append(list, strings.Join(parts, ":"))
			}
		}
	}
	return list
}

// names protects the names of an exception's roles and stacks, whatever a role's path, and of its principals.
func names(e exception.Exception) protection {
	p := identities(principals(e))
	p.actions = union(p.actions, roleChanges())
	accounts := e.Accounts
	if len(accounts) == 0 {
		accounts = []string{"*"}
	}
	for _, id := range accounts {
		for _, role := range e.Roles {
			if strings.HasPrefix(role, "/") {
				p.resources = append(p.resources, "arn:*:iam::"+id+":role"+role)
				continue
			}
			p.resources = append(p.resources, "arn:*:iam::"+id+":role/"+role, "arn:*:iam::"+id+":role/*/"+role)
		}
		for _, stack := range e.Stacks {
			p.resources = append(p.resources, "arn:*:cloudformation:*:"+id+":stack/"+stack+"/*")
		}
	}
	if len(e.Stacks) > 0 {
		p.actions = append(p.actions, "cloudformation:CreateStack", "cloudformation:CreateChangeSet", "cloudformation:UpdateStack")
	}
	return p
}

// reserve adds a statement that reserves names for principals, or adds the names to a statement for the same ones.
func reserve(statements []Statement, principals []string, names protection) []Statement {
	reserved := Statement{Sid: "ReserveNames", Effect: deny}
	reserved.except(principals)
	reserved.add(names)
	for i, s := range statements {
		if slices.Equal(s.Condition["ArnNotLike"]["aws:PrincipalArn"], principals) {
			statements[i].add(names)
			return statements
		}
	}
	if len(statements) > 0 {
		reserved.Sid += string(rune('A' + len(statements)))
	}
	return append(statements, reserved)
}

// identities protects the roles and users among principals: anyone who could create one of them, or use one, would be
// free of the policy.
func identities(principals []string) (p protection) {
	for _, arn := range principals {
		switch {
		case strings.Contains(arn, ":role/"):
			p.actions, p.resources = union(p.actions, roleChanges()), append(p.resources, arn)
		case strings.Contains(arn, ":user/"):
			changes := []string{"iam:CreateUser", "iam:UpdateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"}
			p.actions, p.resources = union(p.actions, changes), append(p.resources, arn)
		}
	}
	return p
}

// union appends the elements of another list that a list lacks. It leaves both unchanged.
func union(list, other []string) []string {
	list = slices.Clone(list)
	for _, element := range other {
		if !slices.Contains(list, element) {
			list = append(list, element)
		}
	}
	return list
}
