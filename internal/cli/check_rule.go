package cli

// How grave a finding is.
const (
	severityError   = "error"   // the exit code says so
	severityWarning = "warning" // it does not
)

// rule is a kind of finding. Its ID never changes: users name it in exceptions, and tools count by it.
type rule struct {
	id    string
	title string // what a finding of the kind says
	help  string // what to do
}

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
func checkRules() []rule {
	return []rule{
		{ruleRole, "Roles would be deployed without the boundary of their environment",
			"Declare the macro as the last transform of the template's Transform section, or write the boundary into each role."},
		{ruleNotLast, "The macro is listed before a transform that may bring roles",
			"List the macro last in the template's Transform section: it sees only what the transforms before it made."},
		{ruleOther, "A transform may bring roles without the boundary",
			"Declare the macro as the last transform of the template's Transform section, so that it sees what the others bring."},
		{ruleTwice, "The macro is declared twice, and one declaration contradicts the other",
			"Declare the macro once, as the last transform of the template's Transform section."},
		{ruleRefused, "The macro would refuse resources of the template",
			"Change the resources as the message says: the macro cannot make sure that every role gets its boundary."},
		{ruleDeclaration, "The macro would refuse the template for the way it is declared",
			"Change the declaration as the message says."},
		{ruleUnknown, "The environment that the template names has no usable boundary",
			"Correct the name, or record the environment's boundary with: amplify-boundary env add"},
		{ruleOtherEnv, "The template names another environment than the one that was given",
			"Take the name out of the template, or check the template for the environment to which it belongs."},
		{ruleWithout, "The template's project or environment has no boundary, and the one that was given has one",
			"Take the project out of the template, or record a boundary for it with: amplify-boundary env update"},
		{ruleNoEnvironment, "The template names no environment",
			"Give the transform a parameter Environment, or the template a parameter env, unless the function's setting ENVIRONMENT fixes it."},
		{ruleFallback, "A fall-back answers for the environment that the template names",
			"Check the spelling of the name: a mistyped one gets the fall-back's boundary."},
		{ruleNested, "The templates of nested stacks are not here to be checked",
			"Check these templates where they are, or have the function see to them by its setting NESTED_STACKS."},
	}
}
