package transform

import (
	"cmp"
	"fmt"
	"strings"

	"amplify-boundary/internal/cfn"
)

// Problem is a reason why a role of a fragment could be left without the boundary.
type Problem uint8

// The problems, in the order in which a message gives advice on them.
const (
	TooManyResources    Problem = iota // more than 10,000
	NoType                             // no string Type: it may or may not be a role
	LoopVariableType                   // a loop variable in the Type
	MalformedType                      // a Type that is not a type name: CloudFormation could read it as another
	LoopInside                         // Fn::ForEach in a resource: it could yield the boundary's own name
	LoopVariableName                   // a loop variable in a name in a resource: it could too
	MalformedLoop                      // Fn::ForEach that is not [identifier, collection, {resources}]
	MisplacedFunction                  // an intrinsic function instead of a resource: it could yield resources
	LeftoverTransform                  // Fn::Transform that CloudFormation should have run before
	Serverless                         // a SAM resource: SAM creates roles later
	Module                             // a module, whose roles cannot be seen
	PropertiesNotObject                // Properties that are not an object
	PropertiesIntrinsic                // Properties that are a single intrinsic function
	ExistingBoundary                   // another boundary, under [Reject]
	DoubtfulBoundary                   // a boundary that could turn out absent, under [Keep]

	problems // their number
)

// Fault is a resource with its problem.
type Fault struct {
	Resource
	Problem Problem
}

func compareFaults(a, b Fault) int {
	return cmp.Or(cmp.Compare(a.LogicalID, b.LogicalID), cmp.Compare(a.Problem, b.Problem), cmp.Compare(a.Type, b.Type))
}

// typeProblem returns the problem of a resource's type, and reports whether there is one. The type is empty if it is
// not a string.
func typeProblem(typ string) (Problem, bool) {
	switch {
	case typ == "":
		return NoType, true
	case hasVariable(typ):
		return LoopVariableType, true
	case strings.HasPrefix(typ, cfn.PrefixServerless):
		return Serverless, true
	case strings.HasSuffix(typ, "::MODULE"):
		return Module, true
	case !cfn.IsTypeName(typ):
		return MalformedType, true
	default:
		return 0, false
	}
}

func (f Fault) name() string {
	if f.LogicalID == "" {
		return fragmentName
	}
	return cfn.ShortName(f.LogicalID)
}

// detail says what is wrong with the resource.
func (f Fault) detail() string {
	switch f.Problem {
	case TooManyResources:
		return fmt.Sprintf("more than %d resources", resourceLimit)
	case NoType:
		return "no string Type"
	case LoopVariableType:
		return "a loop variable in Type " + cfn.ShortName(f.Type)
	case MalformedType:
		return cfn.ShortName(f.Type) + " is not a type name"
	case LoopInside:
		return "Fn::ForEach inside"
	case LoopVariableName:
		return "a loop variable in the name of a member"
	case MalformedLoop:
		return "not [identifier, collection, {resources}]"
	case MisplacedFunction:
		return "an intrinsic function instead of a resource"
	case LeftoverTransform:
		return "a leftover Fn::Transform"
	case PropertiesNotObject:
		return "Properties is not an object"
	case PropertiesIntrinsic:
		return "Properties is a single intrinsic function"
	case ExistingBoundary:
		return "another PermissionsBoundary"
	case DoubtfulBoundary:
		return "a PermissionsBoundary that may be absent or not a policy's ARN"
	default:
		return cfn.ShortName(f.Type)
	}
}

// advice says what to do about a problem.
func (p Problem) advice(macro string) string {
	switch p {
	case TooManyResources:
		return "split the template; CloudFormation allows 500 resources"
	case NoType:
		return "give each resource a string Type; if a loop makes the resource, list " + cfn.TransformLanguageExtensions + " before " + macro
	case MalformedType:
		return "write Type as A::B::C, or as Custom::NAME"
	case LoopVariableType, LoopInside, LoopVariableName, MalformedLoop, MisplacedFunction:
		return "list " + cfn.TransformLanguageExtensions + " before " + macro + ", which then receives the loops expanded"
	case LeftoverTransform:
		return "expand Fn::Transform by hand: CloudFormation did not run it before " + macro
	case Serverless:
		return "list " + macro + " after " + cfn.TransformServerless + ": SAM creates roles later"
	case Module:
		return "inline the module: the macro cannot see its roles"
	case PropertiesNotObject:
		return "make Properties an object"
	case PropertiesIntrinsic:
		return "write Properties as an object, with intrinsic functions only inside it"
	case DoubtfulBoundary:
		return "write PermissionsBoundary as a policy's ARN, as Ref to a policy or to a template parameter that holds an ARN, as Fn::GetAtt, Fn::ImportValue, or Fn::GetStackOutput, " +
			"or as Fn::Sub or Fn::Join with literal text, or remove it: " + macro + " keeps only a boundary that is certain to be there"
	default:
		return "remove PermissionsBoundary: " + macro + " sets it"
	}
}
