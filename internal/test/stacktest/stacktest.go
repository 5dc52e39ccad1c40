// Package stacktest stands in for CloudFormation in tests: it runs the macro over the template of a stack, reads the templates
// of its nested stacks from the URLs in the answer, and processes them in the same way. The result can be deployed to moto,
// which does not run macros.
//
// It evaluates the parameters of a nested stack unless that needs AWS. It checks neither types nor permissions.
package stacktest

import (
	"cmp"
	"errors"
	"fmt"
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
	"amplify-boundary/internal/test/must"
)

// Region is where the stacks are created.
const Region = "eu-west-1"

// CloudFormation creates stacks.
type CloudFormation struct {
	// Macro answers a request.
	Macro func(t testing.TB, request []byte) (response []byte)
	// Read returns the template at a URL.
	Read func(t testing.TB, url string) []byte
	// Unknown is the value of each parameter of a nested stack that only AWS can evaluate, such as another resource's output.
	Unknown string
	// Name is the macro's, by default AmplifyBoundary.
	Name string
	// AccountID is the account in which stacks are created, by default moto's.
	AccountID string
	// Levels is the number of levels that are created, 0 for all.
	Levels int
}

// Stack is a stack that was created, or refused.
type Stack struct {
	Name      string // for a nested stack its logical ID
	Template  []byte // as it was deployed
	Processed []byte // after the macro; nil if the macro refused it
	Refusal   string // the macro's message
	Nested    []*Stack

	values map[string]jsontext.Value
}

// Create creates a stack, with those of the parameters that its template has, and its nested stacks. A template that does not
// declare the macro is deployed unchanged.
func (c CloudFormation) Create(t testing.TB, name string, text []byte, parameters map[string]string) *Stack {
	t.Helper()
	document, err := template.Read(text)
	must.Succeed(t, err)
	s := &Stack{Name: name, Template: text, Processed: document.JSON(), values: parameterValues(t, document, parameters)}
	unchanged := func(fragment []byte, _ map[string]jsontext.Value) ([]byte, error) { return fragment, nil }
	c.Name, c.AccountID = cmp.Or(c.Name, cfn.DefaultMacro), cmp.Or(c.AccountID, mototest.AccountID)
	_, declares, err := expand.Template(s.Processed, c.Name, unchanged)
	if err == nil && declares {
		s.Processed, _, err = expand.Template(s.Processed, c.Name, func(fragment []byte, params map[string]jsontext.Value) ([]byte, error) {
			var answer struct {
				Status       string         `json:"status"`
				Fragment     jsontext.Value `json:"fragment"`
				ErrorMessage string         `json:"errorMessage"`
			}
			unmarshal(t, c.Macro(t, c.request(t, fragment, params, s.values)), &answer)
			if s.Refusal = answer.ErrorMessage; answer.Status != "success" {
				return nil, errors.New("refused")
			}
			return answer.Fragment, nil
		})
	}
	if s.Refusal != "" {
		s.Processed = nil
		return s
	}
	must.Succeed(t, err)
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

// All returns the stack and its nested stacks by path.
func (s *Stack) All() map[string]*Stack {
	all := map[string]*Stack{s.Name: s}
	for _, n := range s.Nested {
		for path, stack := range n.All() {
			all[s.Name+"/"+path] = stack
		}
	}
	return all
}

// Boundaries returns the boundary of each role of the tree by path, empty if it is absent or not a string.
func (s *Stack) Boundaries(t testing.TB) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for path, stack := range s.All() {
		if stack.Processed == nil {
			continue
		}
		for id, r := range readSections(t, stack.Processed).Resources {
			if r.Type == "AWS::IAM::Role" {
				found[path+"/"+id], _ = r.Properties.PermissionsBoundary.(string)
			}
		}
	}
	return found
}

// sections has those parts of a processed template that tests look at.
type sections struct {
	Parameters, Mappings, Conditions jsontext.Value
	Resources                        map[string]struct {
		Type, Condition string
		Properties      struct{ PermissionsBoundary, TemplateURL, Parameters any }
	}
}

func readSections(t testing.TB, processed []byte) (s sections) {
	t.Helper()
	unmarshal(t, processed, &s)
	return s
}

// nestedStack is a nested stack in its parent's template.
type nestedStack struct {
	logicalID, url string
	parameters     map[string]string
}

// nested returns the nested stacks that a processed template creates, sorted by logical ID.
func (c CloudFormation) nested(t testing.TB, s *Stack) (stacks []nestedStack) {
	t.Helper()
	sections := readSections(t, s.Processed)
	evaluator := intrinsic.New(intrinsic.Context{
		ParameterValues: s.values, Parameters: sections.Parameters, Mappings: sections.Mappings, Conditions: sections.Conditions, Region: Region, AccountID: c.AccountID,
	})
	for _, id := range slices.Sorted(maps.Keys(sections.Resources)) {
		r := sections.Resources[id]
		if r.Type != "AWS::CloudFormation::Stack" {
			continue
		}
		if exists, err := evaluator.Condition(r.Condition); r.Condition != "" && err == nil && !exists {
			continue
		}
		url, isString := r.Properties.TemplateURL.(string)
		if !isString {
			t.Fatalf("%s/%s: got TemplateURL %v, want a string", s.Name, id, r.Properties.TemplateURL)
		}
		n := nestedStack{id, url, make(map[string]string)}
		parameters, _ := r.Properties.Parameters.(map[string]any)
		for name, parameter := range parameters {
			n.parameters[name] = c.Unknown
			if value, err := evaluator.Evaluate(marshal(t, parameter)); err == nil {
				n.parameters[name], _ = value.Text()
			}
		}
		stacks = append(stacks, n)
	}
	return stacks
}

// parameterValues returns the parameters of a stack: the template's defaults, and those given that the template has.
func parameterValues(t testing.TB, document *template.Document, given map[string]string) map[string]jsontext.Value {
	t.Helper()
	var assignments []string
	for name, value := range given {
		if document.Line("Parameters", name) > 0 {
			assignments = append(assignments, name+"="+value)
		}
	}
	values, err := document.ParameterValues(assignments)
	must.Succeed(t, err)
	return values
}

// request returns a macro request as CloudFormation sends it.
func (c CloudFormation) request(t testing.TB, fragment []byte, params, values map[string]jsontext.Value) []byte {
	t.Helper()
	return fmt.Appendf(nil, `{"requestId":"id-1","region":%q,"accountId":%q,"transformId":"%s::%s","params":%s,"templateParameterValues":%s,"fragment":%s}`,
		Region, c.AccountID, c.AccountID, c.Name, marshal(t, params), marshal(t, values), fragment)
}

func unmarshal(t testing.TB, text []byte, into any) {
	t.Helper()
	must.Succeed(t, json.Unmarshal(text, into))
}

func marshal(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	must.Succeed(t, err)
	return text
}
