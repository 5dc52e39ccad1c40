package transform

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is a reason why a role of a fragment could be left without the boundary.
type Problem int

// The problems, in the order in which a message gives advice on them.
const (
	NoType              Problem = iota // no string Type: whether it is a role cannot be told
	LoopVariableType                   // a Type with a loop's variable in it
	LoopInside                         // Fn::ForEach in a resource: it could yield the boundary's own name
	LoopVariableName                   // a loop's variable in a name in a resource: so could it
	MalformedLoop                      // Fn::ForEach that is not [identifier, collection, {resources}]
	LeftoverTransform                  // Fn::Transform that CloudFormation should have run before
	Serverless                         // a SAM resource: SAM goes on to make roles
	Module                             // a module, whose roles cannot be seen
	PropertiesNotObject                // Properties that are no object
	PropertiesIntrinsic                // Properties that are a single intrinsic function
	ExistingBoundary                   // another boundary, under [Reject]
)

// Fault is a resource with its problem.
type Fault struct {
	Resource
	Problem Problem
}

// FaultsError lists the faults of a fragment, sorted by logical ID.
type FaultsError struct {
	Faults []Fault
	Macro  string
}

const (
	messageLimit  = 4000 // characters; CloudFormation shows the message as a stack's status reason
	resourceLimit = 20
	nameLimit     = 80 // characters of a logical ID or a type
)

// Error names the first resources, and gives the advice once for each kind of problem. It has at most
// 4,000 characters.
func (e *FaultsError) Error() string {
	var resources, advice []string
	for i, f := range e.Faults {
		if i > 0 && f.LogicalID == e.Faults[i-1].LogicalID {
			if f != e.Faults[i-1] {
				resources[len(resources)-1] += ", " + f.detail()
			}
			continue
		}
		resources = append(resources, f.name()+": "+f.detail())
	}
	for p := NoType; p <= ExistingBoundary; p++ {
		isProblem := func(f Fault) bool { return f.Problem == p }
		if slices.ContainsFunc(e.Faults, isProblem) && !slices.Contains(advice, p.advice(e.Macro)) {
			advice = append(advice, p.advice(e.Macro))
		}
	}
	for shown := min(len(resources), resourceLimit); ; shown-- {
		list := slices.Clone(resources[:shown])
		if hidden := len(resources) - shown; hidden > 0 {
			list = append(list, fmt.Sprintf("and %d more", hidden))
		}
		message := fmt.Sprintf("%s cannot bound every role (%s); %s", e.Macro, strings.Join(list, "; "), strings.Join(advice, "; "))
		if utf8.RuneCountInString(message) <= messageLimit || shown == 0 {
			return message
		}
	}
}

func (f Fault) name() string {
	if f.LogicalID == "" {
		return "the fragment"
	}
	return shortened(f.LogicalID)
}

func (f Fault) detail() string {
	switch f.Problem {
	case NoType:
		return "no string Type"
	case LoopVariableType:
		return "a loop variable in Type " + shortened(f.Type)
	case LoopInside:
		return "Fn::ForEach inside"
	case LoopVariableName:
		return "a loop variable in the name of a member"
	case MalformedLoop:
		return "not [identifier, collection, {resources}]"
	case LeftoverTransform:
		return "a leftover Fn::Transform"
	case PropertiesNotObject:
		return "Properties are not an object"
	case PropertiesIntrinsic:
		return "Properties are a single intrinsic function"
	case ExistingBoundary:
		return "another PermissionsBoundary"
	default:
		return shortened(f.Type)
	}
}

func (p Problem) advice(macro string) string {
	switch p {
	case NoType:
		return "give each resource a Type that is a string, or, where a loop makes it, list AWS::LanguageExtensions before " + macro
	case LoopVariableType, LoopInside, LoopVariableName, MalformedLoop:
		return "list AWS::LanguageExtensions before " + macro + ", so that it sees loops expanded"
	case LeftoverTransform:
		return "write out what Fn::Transform stands for, since CloudFormation did not run it before " + macro
	case Serverless:
		return "list " + macro + " after AWS::Serverless-2016-10-31, since SAM goes on to make roles"
	case Module:
		return "write out the module's resources, since the roles in a module cannot be seen"
	case PropertiesNotObject:
		return "make Properties an object"
	case PropertiesIntrinsic:
		return "write Properties as an object, with intrinsic functions inside only"
	default:
		return "remove PermissionsBoundary, since " + macro + " sets it"
	}
}

// shortened cuts a name to a length that leaves room for others, and quotes one that is not plain.
func shortened(name string) string {
	if runes := []rune(name); len(runes) > nameLimit {
		name = string(runes[:nameLimit]) + "…"
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r == ' ' || !strconv.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}

func sorted(faults []Fault) []Fault {
	return slices.SortedFunc(slices.Values(faults), func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.LogicalID, b.LogicalID), cmp.Compare(a.Problem, b.Problem))
	})
}
