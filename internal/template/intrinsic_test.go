package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShortForms(t *testing.T) {
	tests := map[string]struct{ yaml, want string }{
		"Ref":              {"!Ref Foo", `{"Ref":"Foo"}`},
		"Condition":        {"!Condition Foo", `{"Condition":"Foo"}`},
		"GetAtt":           {"!GetAtt A.B", `{"Fn::GetAtt":["A","B"]}`},
		"GetAtt_dots":      {"!GetAtt A.B.C", `{"Fn::GetAtt":["A","B.C"]}`},
		"GetAtt_quoted":    {"!GetAtt 'A.B'", `{"Fn::GetAtt":["A","B"]}`},
		"GetAtt_list":      {"!GetAtt [A, B.C, !Ref D]", `{"Fn::GetAtt":["A","B.C",{"Ref":"D"}]}`},
		"And":              {"!And [a, b]", `{"Fn::And":["a","b"]}`},
		"Base64":           {"!Base64 text", `{"Fn::Base64":"text"}`},
		"Cidr":             {"!Cidr [10.0.0.0/16, 2, 8]", `{"Fn::Cidr":["10.0.0.0/16",2,8]}`},
		"Contains":         {"!Contains [[a], b]", `{"Fn::Contains":[["a"],"b"]}`},
		"EachMemberEquals": {"!EachMemberEquals [[a], b]", `{"Fn::EachMemberEquals":[["a"],"b"]}`},
		"EachMemberIn":     {"!EachMemberIn [[a], [b]]", `{"Fn::EachMemberIn":[["a"],["b"]]}`},
		"Equals":           {"!Equals [a, yes]", `{"Fn::Equals":["a",true]}`},
		"FindInMap":        {"!FindInMap [A, !Ref B, c]", `{"Fn::FindInMap":["A",{"Ref":"B"},"c"]}`},
		"GetAZs":           {"!GetAZs ''", `{"Fn::GetAZs":""}`},
		"GetStackOutput":   {"!GetStackOutput {StackName: a}", `{"Fn::GetStackOutput":{"StackName":"a"}}`},
		"If":               {"!If [A, 1, !Ref AWS::NoValue]", `{"Fn::If":["A",1,{"Ref":"AWS::NoValue"}]}`},
		"Implies":          {"!Implies [a, b]", `{"Fn::Implies":["a","b"]}`},
		"ImportValue":      {"!ImportValue a", `{"Fn::ImportValue":"a"}`},
		"Join":             {"!Join [',', [a, b]]", `{"Fn::Join":[",",["a","b"]]}`},
		"Length":           {"!Length [a]", `{"Fn::Length":["a"]}`},
		"Not":              {"!Not [!Condition A]", `{"Fn::Not":[{"Condition":"A"}]}`},
		"Or":               {"!Or [a, b]", `{"Fn::Or":["a","b"]}`},
		"RefAll":           {"!RefAll AWS::EC2::VPC::Id", `{"Fn::RefAll":"AWS::EC2::VPC::Id"}`},
		"Select":           {"!Select [0, a]", `{"Fn::Select":[0,"a"]}`},
		"Split":            {"!Split ['|', a]", `{"Fn::Split":["|","a"]}`},
		"Sub":              {"!Sub '${A}'", `{"Fn::Sub":"${A}"}`},
		"Sub_list":         {"!Sub ['${A}', {A: 1}]", `{"Fn::Sub":["${A}",{"A":1}]}`},
		"Sub_block":        {"!Sub |\n  a\n  b\n", `{"Fn::Sub":"a\nb\n"}`},
		"ToJsonString":     {"!ToJsonString {a: 1}", `{"Fn::ToJsonString":{"a":1}}`},
		"Transform":        {"!Transform {Name: A}", `{"Fn::Transform":{"Name":"A"}}`},
		"ValueOf":          {"!ValueOf [a, b]", `{"Fn::ValueOf":["a","b"]}`},
		"ValueOfAll":       {"!ValueOfAll [a, b]", `{"Fn::ValueOfAll":["a","b"]}`},
		"number_is_text":   {"!Sub 123", `{"Fn::Sub":"123"}`},
		"octal_is_text":    {"!Ref 010", `{"Ref":"010"}`},
		"boolean_is_text":  {"!Base64 yes", `{"Fn::Base64":"yes"}`},
		"nothing_is_text":  {"!GetAZs", `{"Fn::GetAZs":""}`},
		"under_a_long_one": {"{Fn::Base64: !Sub a}", `{"Fn::Base64":{"Fn::Sub":"a"}}`},
		"spelled_in_full":  {"!<!Ref> a", `{"Ref":"a"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(strings.Fields(string(read(t, "Key: "+test.yaml).JSON())), "")
			if diff := cmp.Diff(got, `{"Key":`+test.want+`}`); diff != "" {
				t.Errorf("%s (-got +want):\n%s", test.yaml, diff)
			}
		})
	}
}

func TestGetAttRefused(t *testing.T) {
	for _, operand := range []string{"A", "A.", ".B", ""} {
		refused(t, "A: 1\nB: !GetAtt "+operand+"\n", "line 2: !GetAtt names no attribute; write !GetAtt LogicalID.Attribute")
	}
}

func TestReadRefusesAliasUnderShortForm(t *testing.T) {
	refused(t, "A: &a b\nB: !Join\n- ','\n- *a\n", "line 4: alias *a: CloudFormation does not accept aliases; write the value out")
}
