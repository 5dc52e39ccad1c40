package check

import "amplify-boundary/internal/findings"

// The rules' IDs.
const (
	ruleRole          = "role-without-boundary"
	ruleNotLast       = "not-last"
	ruleOther         = "other-transform"
	ruleTwice         = "declared-twice"
	ruleRefused       = "refused-resource"
	ruleDeclaration   = "refused-declaration"
	ruleUnknown       = "unknown-environment"
	ruleOtherEnv      = "other-environment"
	ruleWithout       = "environment-without-boundary"
	ruleNoEnvironment = "no-environment"
	ruleFallback      = "fall-back"
	ruleNested        = "nested-stack"
)

// checkRules lists the rules of check.
func checkRules() []findings.Rule {
	return []findings.Rule{
		{ID: ruleRole, Title: "Roles would be deployed without the boundary of their environment",
			Help: "Declare the macro as the last transform of the template's Transform section, or write the boundary into each role."},
		{ID: ruleNotLast, Title: "The macro is listed before a transform that may bring roles",
			Help: "List the macro last in the template's Transform section: it sees only what the transforms before it made."},
		{ID: ruleOther, Title: "A transform may bring roles without the boundary",
			Help: "Declare the macro as the last transform of the template's Transform section, so that it sees what the others bring."},
		{ID: ruleTwice, Title: "The macro is declared twice, and one declaration contradicts the other",
			Help: "Declare the macro once, as the last transform of the template's Transform section."},
		{ID: ruleRefused, Title: "The macro would refuse resources of the template",
			Help: "Change the resources as the message says: the macro cannot make sure that every role gets its boundary."},
		{ID: ruleDeclaration, Title: "The macro would refuse the template for the way it is declared",
			Help: "Change the declaration as the message says."},
		{ID: ruleUnknown, Title: "The environment that the template names has no usable boundary",
			Help: "Correct the name, or record the environment's boundary with: amplify-boundary env add"},
		{ID: ruleOtherEnv, Title: "The template names another environment than the one that was given",
			Help: "Take the name out of the template, or check the template for the environment to which it belongs."},
		{ID: ruleWithout, Title: "The template's project or environment has no boundary, and the one that was given has one",
			Help: "Take the project out of the template, or record a boundary for it with: amplify-boundary env update"},
		{ID: ruleNoEnvironment, Title: "The template names no environment",
			Help: "Give the transform a parameter Environment, or the template a parameter env, unless the function's setting ENVIRONMENT fixes it."},
		{ID: ruleFallback, Title: "A fall-back answers for the environment that the template names",
			Help: "Check the spelling of the name: a mistyped one gets the fall-back's boundary."},
		{ID: ruleNested, Title: "The templates of nested stacks are not here to be checked",
			Help: "Check these templates where they are, or have the function see to them by its setting NESTED_STACKS."},
	}
}
