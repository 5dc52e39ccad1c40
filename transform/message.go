package transform

import (
	"slices"
	"strings"
	"unicode/utf8"

	"amplify-boundary/internal/cfn"
)

// MessageLimit is the number of characters that the message of a failure may have: CloudFormation shows it as a stack's
// status reason.
const MessageLimit = 4000

const (
	resourcesShown = 20 // that a message names
	detailsShown   = 5  // that it gives for each
)

// FaultsError says why a fragment is refused. Macro is the macro's name in the message.
type FaultsError struct {
	Macro  string
	Faults []Fault
}

// Error returns [FaultsMessage] of the faults.
func (e *FaultsError) Error() string { return FaultsMessage(e.Macro, e.Faults) }

// FaultsMessage says what is wrong with the resources of a fragment, sorted by logical ID, and what to do. See
// [Message] for its limits.
func FaultsMessage(macro string, faults []Fault) string {
	faults = slices.Clone(faults)
	slices.SortStableFunc(faults, compareFaults)
	var resources, details []string
	var advised [problems]bool
	for i, f := range faults {
		advised[f.Problem] = true
		if detail := f.detail(); len(details) == 0 || details[len(details)-1] != detail {
			details = append(details, detail)
		}
		if i+1 == len(faults) || faults[i+1].LogicalID != f.LogicalID {
			resources = append(resources, f.name()+": "+strings.Join(cfn.FirstNames(details, detailsShown), ", "))
			details = details[:0]
		}
	}
	var advice []string
	for p, isAdvised := range advised {
		if a := Problem(p).advice(macro); isAdvised && !slices.Contains(advice, a) {
			advice = append(advice, a)
		}
	}
	return Message(macro, resources, advice)
}

// Message says that the macro cannot set the boundary on every role, because of which resources, and what to do. It
// names the first 20 resources, or fewer if the message would have more than [MessageLimit] characters, but always the
// first one, and counts the rest.
func Message(macro string, resources, advice []string) string {
	for shown := min(len(resources), resourcesShown); ; shown-- {
		what := macro + " cannot set the permissions boundary on every role (" + strings.Join(cfn.FirstNames(resources, shown), "; ") + ")"
		message := strings.Join(append([]string{what}, advice...), "; ")
		if shown <= 1 || utf8.RuneCountInString(message) <= MessageLimit {
			return message
		}
	}
}
