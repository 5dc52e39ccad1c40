package check

import "amplify-boundary/internal/findings"

// The IDs of the rules.
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
	ruleSnippet       = "not-in-transform-section"
	ruleDuplicate     = "duplicate-key"
	ruleOutOfSight    = "out-of-sight"
)

func rules() []findings.Rule {
	return []findings.Rule{
		{ID: ruleRole, Title: "Roles would be deployed without the boundary of their environment",
			Help: "Declare the macro last in the template's Transform section, or write the boundary into each role."},
		{ID: ruleNotLast, Title: "The macro is listed before a transform that can add roles",
			Help: "List the macro last: it sees only what the transforms before it made."},
		{ID: ruleOther, Title: "A transform can add roles without the boundary",
			Help: "Declare the macro last in the template's Transform section."},
		{ID: ruleTwice, Title: "The macro is declared twice, and the declarations contradict each other",
			Help: "Declare the macro once, last in the template's Transform section."},
		{ID: ruleRefused, Title: "The macro would refuse resources of the template",
			Help: "Change the resources as the message says."},
		{ID: ruleDeclaration, Title: "The macro would refuse the template because of its declaration",
			Help: "Change the declaration as the message says."},
		{ID: ruleUnknown, Title: "The environment that the template names has no usable boundary",
			Help: "Correct the name, or add the environment's boundary with: amplify-boundary env add"},
		{ID: ruleOtherEnv, Title: "The template names another environment than the one that was given",
			Help: "Remove the name from the template, or check it for its own environment."},
		{ID: ruleWithout, Title: "The template's project or environment has no boundary, and the one that was given has one",
			Help: "Remove the project from the template, or set a boundary for it with: amplify-boundary env update"},
		{ID: ruleNoEnvironment, Title: "The template names no environment",
			Help: "Add the transform parameter Environment, unless the function's setting ENVIRONMENT fixes it."},
		{ID: ruleFallback, Title: "A fall-back is used for the environment that the template names",
			Help: "Check the spelling of the name: a mistyped one gets the fall-back's boundary."},
		{ID: ruleNested, Title: "Templates of nested stacks were not checked",
			Help: "Check these templates where they are, or use the setting NESTED_STACKS."},
		{ID: ruleSnippet, Title: "The macro is declared outside the Transform section",
			Help: "Declare the macro in the Transform section: Fn::Transform bounds only its own part."},
		{ID: ruleDuplicate, Title: "A name appears twice in one map",
			Help: "Remove one of the entries: CloudFormation uses the last one."},
		{ID: ruleOutOfSight, Title: "Resources can create roles that no macro can see",
			Help: "Give these roles their boundary where they are created, or use the guard."},
	}
}
