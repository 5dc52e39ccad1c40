// Package stacktest plays CloudFormation, for tests only: it runs the macro over the template of a stack,
// reads the templates of the nested stacks where the answer leads, and goes on with those. The outcome can be
// deployed to moto, which runs no macro itself.
//
// It evaluates what the parameters of a nested stack come to where AWS is not needed for it; it checks
// neither types nor rights.
package stacktest

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/internal/test/mototest"
)

// Region is where the stacks are created.
const Region = "eu-west-1"

// CloudFormation creates stacks.
type CloudFormation struct {
	// Macro answers a request as the macro's function does.
	Macro func(t testing.TB, request []byte) (response []byte)
	// Read returns the template at a URL.
	Read func(t testing.TB, url string) []byte
	// Unknown is the value of a nested stack's parameter that only AWS knows, such as another resource's output.
	Unknown string
	// AccountID is the account in which stacks are created; empty is moto's own.
	AccountID string
	// Levels is how deep the tree is followed; 0 for all of it.
	Levels int
}

// Stack is a stack that was created, or refused.
type Stack struct {
	Name      string // of a nested stack its logical ID
	Template  []byte // as it was deployed
	Processed []byte // as the macro left it; nil where it refused
	Refusal   string // the macro's message
	Nested    []*Stack

	values map[string]jsontext.Value
}

// Create creates a stack of a template and of those parameters which the template has, and then those nested
// in it. A template that does not declare the macro is deployed as it is.
func (c CloudFormation) Create(t testing.TB, name string, text []byte, parameters map[string]string) *Stack {
	t.Helper()
	document, err := template.Read(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	s := &Stack{Name: name, Template: text, values: parameterValues(t, document, parameters)}
	refused := errors.New("refused")
	run := func(fragment []byte, params map[string]jsontext.Value) ([]byte, error) {
		answer := answered(t, c.Macro(t, c.request(t, fragment, params, s.values)))
		if s.Refusal = answer.ErrorMessage; answer.Status != "success" {
			return nil, refused
		}
		return answer.Fragment, nil
	}
	s.Processed = document.JSON()
	if declares(t, name, s.Processed) {
		s.Processed, _, err = expand.Template(s.Processed, cfn.DefaultMacro, run)
	}
	switch {
	case s.Refusal != "":
		s.Processed = nil
		return s
	case err != nil:
		t.Fatalf("%s: %v", name, err)
	}
	if c.Levels == 1 {
		return s
	}
	below := c
	below.Levels = max(0, c.Levels-1)
	for _, n := range c.nested(t, s) {
		s.Nested = append(s.Nested, below.Create(t, n.logicalID, c.Read(t, n.url), n.parameters))
	}
	return s
}

// declares reports whether a template declares the macro.
func declares(t testing.TB, name string, text []byte) bool {
	t.Helper()
	unchanged := func(fragment []byte, _ map[string]jsontext.Value) ([]byte, error) { return fragment, nil }
	_, declared, err := expand.Template(text, cfn.DefaultMacro, unchanged)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return declared
}

// All returns the stack and those nested in it, each before its own, by path.
func (s *Stack) All() iter.Seq2[string, *Stack] {
	return func(yield func(string, *Stack) bool) { s.walk(s.Name, yield) }
}

func (s *Stack) walk(path string, yield func(string, *Stack) bool) bool {
	if !yield(path, s) {
		return false
	}
	for _, n := range s.Nested {
		if !n.walk(path+"/"+n.Name, yield) {
			return false
		}
	}
	return true
}

// Boundaries returns the boundary of each role of the tree, by path; empty for one that is no text, or absent.
func (s *Stack) Boundaries(t testing.TB) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for path, stack := range s.All() {
		for id, r := range resources(t, stack.Processed) {
			if r.Type == "AWS::IAM::Role" {
				found[path+"/"+id], _ = r.Properties.PermissionsBoundary.(string)
			}
		}
	}
	return found
}

// resource is what is looked at of a template's resource.
type resource struct {
	Type       string
	Condition  string
	Properties struct {
		PermissionsBoundary any
		TemplateURL         any
		Parameters          map[string]jsontext.Value
	}
}

// resources returns those of a processed template that the tree is made of.
func resources(t testing.TB, processed []byte) map[string]resource {
	t.Helper()
	if processed == nil {
		return nil
	}
	var all struct{ Resources map[string]jsontext.Value }
	unmarshal(t, processed, &all)
	found := make(map[string]resource)
	for id, text := range all.Resources {
		var kind struct{ Type string }
		unmarshal(t, text, &kind)
		if kind.Type != "AWS::IAM::Role" && kind.Type != "AWS::CloudFormation::Stack" {
			continue
		}
		var r resource
		unmarshal(t, text, &r)
		found[id] = r
	}
	return found
}

// nestedStack is one as its parent's template has it.
type nestedStack struct {
	logicalID, url string
	parameters     map[string]string
}

// nested returns the nested stacks that a processed template makes, in the order of their names.
func (c CloudFormation) nested(t testing.TB, s *Stack) (stacks []nestedStack) {
	t.Helper()
	var sections struct{ Parameters, Mappings, Conditions jsontext.Value }
	unmarshal(t, s.Processed, &sections)
	evaluator := intrinsic.New(intrinsic.Context{
		ParameterValues: s.values, Parameters: sections.Parameters, Mappings: sections.Mappings, Conditions: sections.Conditions, Region: Region, AccountID: c.account(),
	})
	all := resources(t, s.Processed)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		r := all[id]
		if r.Type != "AWS::CloudFormation::Stack" {
			continue
		}
		if exists, err := evaluator.Condition(r.Condition); r.Condition != "" && err == nil && !exists {
			continue
		}
		url, isText := r.Properties.TemplateURL.(string)
		if !isText {
			t.Fatalf("%s/%s: got TemplateURL %v, want one of a copy", s.Name, id, r.Properties.TemplateURL)
		}
		n := nestedStack{id, url, make(map[string]string)}
		for name, parameter := range r.Properties.Parameters {
			n.parameters[name] = c.Unknown
			if value, err := evaluator.Evaluate(parameter); err == nil {
				n.parameters[name], _ = value.Text()
			}
		}
		stacks = append(stacks, n)
	}
	return stacks
}

// parameterValues are the values that a stack of a template has: its own defaults, and those given of the
// parameters that it has.
func parameterValues(t testing.TB, document *template.Document, given map[string]string) map[string]jsontext.Value {
	t.Helper()
	var assignments []string
	for name, value := range given {
		if document.Line("Parameters", name) > 0 {
			assignments = append(assignments, name+"="+value)
		}
	}
	values, err := document.ParameterValues(assignments)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func (c CloudFormation) account() string { return cmp.Or(c.AccountID, mototest.AccountID) }

// request is one as CloudFormation makes it.
func (c CloudFormation) request(t testing.TB, fragment []byte, params, values map[string]jsontext.Value) []byte {
	t.Helper()
	account := c.account()
	return fmt.Appendf(nil, `{"requestId":"id-1","region":%q,"accountId":%q,"transformId":"%s::AmplifyBoundary","params":%s,"templateParameterValues":%s,"fragment":%s}`,
		Region, account, account, marshal(t, params), marshal(t, values), fragment)
}

// answer is the macro's.
type answer struct {
	Status       string         `json:"status"`
	Fragment     jsontext.Value `json:"fragment"`
	ErrorMessage string         `json:"errorMessage"`
}

func answered(t testing.TB, response []byte) (a answer) {
	t.Helper()
	unmarshal(t, response, &a)
	return a
}

func unmarshal(t testing.TB, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func marshal(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
