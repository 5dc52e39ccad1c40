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

// names protects the names of an exception's roles and stacks, and of the roles among its principals: anyone who could
// create one of them would be free of the policy. A role's name is reserved whatever its path.
func names(e exception.Exception) protection {
	p := protection{actions: roleChanges()}
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
	p.resources = union(p.resources, roleNames(principals(e)))
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

// roleNames returns the ARN patterns of roles among those of principals.
func roleNames(principals []string) []string {
	return slices.DeleteFunc(slices.Clone(principals), func(arn string) bool { return !strings.Contains(arn, ":role/") })
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
