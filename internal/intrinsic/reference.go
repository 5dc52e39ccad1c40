package intrinsic

import (
	"strings"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
)

// reference returns what a name refers to, in Ref or Fn::Sub.
func (r *reader) reference(function, to string) (Value, error) {
	if r.variables[to] {
		return Value{}, loopVariable(to)
	}
	if strings.HasPrefix(to, "AWS::") {
		return r.pseudoParameter(function, to)
	}
	value, isParameter, err := r.plainMember(r.values, to)
	if !isParameter {
		return Value{}, &Error{named(function, to), "it is no template parameter, and " + onlyInAWS}
	}
	if r.deciding && r.isStored(to) {
		return Value{}, &Error{named(function, to), "only CloudFormation looks it up in Parameter Store"}
	}
	return value, err
}

// isStored reports whether CloudFormation looks a template parameter up in Parameter Store. AWS documents that a
// macro receives parameters evaluated, but not that these are: were it the name of the SSM parameter, a URL would lead
// nowhere, which is noticed, but a condition would come out wrong, and a map would give another entry or the default
// value, which is not.
func (e *Evaluator) isStored(parameter string) bool {
	kind, _ := cfn.Text(e.parameters.child(parameter).find("Type"))
	return strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<")
}

// pseudoParameter returns the value of a parameter that AWS sets.
func (r *reader) pseudoParameter(function, name string) (Value, error) {
	region, account := r.context.Region, r.context.AccountID
	value := ""
	switch name {
	case "AWS::NoValue":
		return Value{}, nil
	case "AWS::Region":
		value = region
	case "AWS::AccountId":
		value = account
	case "AWS::Partition":
		if region != "" {
			value = boundary.PartitionOf(region).ID
		}
	case "AWS::URLSuffix":
		if region != "" {
			value = boundary.PartitionOf(region).URLSuffix
		}
	default:
		return Value{}, &Error{named(function, name), onlyInAWS}
	}
	if value == "" {
		return Value{}, &Error{named(function, name), "the stack's region or account is not known here"}
	}
	return Value{kind: text, text: value}, nil
}
