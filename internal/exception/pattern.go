package exception

import (
	"path"
	"strings"

	"amplify-boundary/internal/lazyregexp"
)

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	wildcards    = "*?"
)

// validRole reports whether a pattern of roles is allowed. Path patterns have no other characters than names, because
// quotes, dollars, and braces would mean something else in the policies that are printed from them.
func validRole(pattern string) bool {
	allowed := alphanumeric + wildcards + "_+=,.@-"
	if strings.HasPrefix(pattern, "/") {
		allowed += "/"
	}
	const limit = 512 + 64 // a path and a name
	return len(pattern) <= limit && strings.Trim(pattern, allowed) == "" && isSpecific(pattern)
}

// validStack reports whether a pattern of stacks is allowed.
func validStack(pattern string) bool {
	const limit = 128
	return len(pattern) <= limit && strings.Trim(pattern, alphanumeric+wildcards+"-") == "" && isSpecific(pattern)
}

// isSpecific reports whether a pattern contains a character of a name, so that it does not match everything.
func isSpecific(pattern string) bool { return strings.Trim(pattern, wildcards+"/") != "" }

// PrincipalRule is in words what [ValidPrincipal] accepts.
const PrincipalRule = "the ARN of a role or a user, not of a session, with * and ?, such as arn:aws:iam::*:role/deployer, and must not match every principal"

// principal matches a pattern of ARNs, with its account and the name. For the session of a role, the condition key
// aws:PrincipalArn has the ARN of the role; the name of a federated user is anyone's choice.
var principal = lazyregexp.New(`^arn:(?:aws[a-z-]*|\*):iam::([0-9]{12}|\*):(?:root|(?:role|user)/([A-Za-z0-9_+=,.@/*?-]+))$`)

// ValidPrincipal reports whether a pattern of ARNs can name the principals of an exception, as the condition operator
// ArnLike reads it: see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func ValidPrincipal(pattern string) bool {
	parts := principal().FindStringSubmatch(pattern)
	return parts != nil && (parts[1] != "*" || isSpecific(parts[2]))
}

// match reports whether a text matches a pattern, in which * stands for any characters, and ? for one. The pattern is one
// of those above, so only slashes mean something else to [path.Match].
func match(pattern, text string) bool {
	matches, _ := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(text, "/", "\x00"))
	return matches
}
