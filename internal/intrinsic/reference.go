package intrinsic

import (
	"strings"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
)

// reference returns the value of a name, in Ref or Fn::Sub.
func (r *evaluation) reference(function, name string) Value {
	if r.variables[name] {
		panic(loopVariable(name))
	}
	if strings.HasPrefix(name, "AWS::") {
		return r.pseudoParameter(function, name)
	}
	value, isParameter := r.plainMember(r.values, name)
	if !isParameter {
		panic(&Error{named(function, name), "not a template parameter; " + onlyInAWS})
	}
	r.doubtParameter(function, name, value)
	return value
}

// doubtParameter notes a template parameter of which CloudFormation may have another value than the macro. AWS documents
// that a macro receives parameters evaluated, but not that this includes the look-up in Parameter Store, and not what it
// receives of a NoEcho parameter.
func (r *evaluation) doubtParameter(function, name string, value Value) {
	declared := r.parameters.child(name)
	kind, _ := cfn.Text(declared.members["Type"])
	noEcho := strings.Trim(string(declared.members["NoEcho"]), `"`)
	switch {
	case strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<"):
		r.doubt = &Error{named(function, name), "only CloudFormation looks it up in Parameter Store"}
	case noEcho != "" && !strings.EqualFold(noEcho, "false"):
		r.doubt = &Error{named(function, name), "a NoEcho parameter, whose value may be hidden from macros"}
	case kind == "Number", kind == "List<Number>":
		list, _ := value.List()
		text, _ := value.Text()
		r.doubtNumbers(named(function, name), append(list[:len(list):len(list)], text)...)
	}
}

// pseudoParameter returns the value of a parameter that AWS sets.
func (r *evaluation) pseudoParameter(function, name string) Value {
	partition := boundary.PartitionOf(r.context.Region)
	value, isKnown := map[string]string{
		"AWS::AccountId": r.context.AccountID,
		"AWS::Region":    r.context.Region,
		"AWS::Partition": partition.ID,
		"AWS::URLSuffix": partition.URLSuffix,
	}[name]
	switch {
	case name == "AWS::NoValue":
		return Value{}
	case !isKnown:
		panic(&Error{named(function, name), onlyInAWS})
	case value == "", r.context.Region == "" && name != "AWS::AccountId":
		panic(&Error{named(function, name), "the stack's region or account is not known here"})
	default:
		return Value{content: value}
	}
}
