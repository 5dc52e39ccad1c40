package transform

import "cmp"

// Problem is a reason why a role of a fragment could be left without the boundary.
type Problem uint8

// The problems, in the order in which a message gives advice on them.
const (
	NoType              Problem = iota // no string Type: it may be a role or not
	LoopVariableType                   // a Type with a loop's variable in it
	LoopInside                         // Fn::ForEach in a resource: it could yield the boundary's own name
	LoopVariableName                   // a loop's variable in a name in a resource: so could it
	MalformedLoop                      // Fn::ForEach that is not [identifier, collection, {resources}]
	MisplacedFunction                  // an intrinsic function, which could yield resources, in place of one
	LeftoverTransform                  // Fn::Transform that CloudFormation should have run before
	Serverless                         // a SAM resource: SAM goes on to make roles
	Module                             // a module, whose roles cannot be seen
	PropertiesNotObject                // Properties that are no object
	PropertiesIntrinsic                // Properties that are a single intrinsic function
	ExistingBoundary                   // another boundary, under [Reject]
	DoubtfulBoundary                   // a boundary that may turn out absent, under [Keep]

	problems // their number
)

// Fault is a resource with its problem.
type Fault struct {
	Resource
	Problem Problem
}

// FaultsMessage says what is wrong with some resources of a fragment, and what to do, as [FaultsError] says it of all. The
// macro is named as its templates name it.
func FaultsMessage(macro string, faults []Fault) string {
	s := summary{macro: macro}
	for _, f := range faults {
		s.add(f)
	}
	return s.message()
}

// fault is a Fault in little memory: a fragment may have hundreds of thousands.
type fault struct {
	reference
	problem Problem
}

func (f fault) fault(source []byte) Fault { return Fault{f.resource(source), f.problem} }

func compareFaults(a, b Fault) int {
	return cmp.Or(cmp.Compare(a.LogicalID, b.LogicalID), cmp.Compare(a.Problem, b.Problem), cmp.Compare(a.Type, b.Type))
}

func (f Fault) name() string {
	if f.LogicalID == "" {
		return fragmentName
	}
	return Shortened(f.LogicalID)
}

func (f Fault) detail() string {
	switch f.Problem {
	case NoType:
		return "no string Type"
	case LoopVariableType:
		return "a loop variable in Type " + Shortened(f.Type)
	case LoopInside:
		return "Fn::ForEach inside"
	case LoopVariableName:
		return "a loop variable in the name of a member"
	case MalformedLoop:
		return "not [identifier, collection, {resources}]"
	case MisplacedFunction:
		return "an intrinsic function in place of a resource"
	case LeftoverTransform:
		return "a leftover Fn::Transform"
	case PropertiesNotObject:
		return "Properties are not an object"
	case PropertiesIntrinsic:
		return "Properties are a single intrinsic function"
	case ExistingBoundary:
		return "another PermissionsBoundary"
	case DoubtfulBoundary:
		return "a PermissionsBoundary that may turn out absent or no ARN"
	default:
		return Shortened(f.Type)
	}
}

func (p Problem) advice(macro string) string {
	switch p {
	case NoType:
		return "give each resource a Type that is a string, or, where a loop makes it, list AWS::LanguageExtensions before " + macro
	case LoopVariableType, LoopInside, LoopVariableName, MalformedLoop, MisplacedFunction:
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
	case DoubtfulBoundary:
		return "write PermissionsBoundary as a policy's ARN, as Ref to a policy or to a template parameter that holds an ARN, as Fn::GetAtt or Fn::ImportValue, " +
			"or as Fn::Sub or Fn::Join with literal text, or remove it, since " + macro + " keeps only what is sure to be there"
	default:
		return "remove PermissionsBoundary, since " + macro + " sets it"
	}
}
