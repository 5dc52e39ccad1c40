package intrinsic_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/test/mototest"
)

// moreTemplates names a directory of templates to compare too: NAME.template.json, with the values of its
// parameters in NAME.parameters.json in the form that CloudFormation's API takes.
const moreTemplates = "INTRINSIC_TEMPLATES"

// Moto's CloudFormation evaluates functions too. Where both have a value, it is the same; and of our own
// templates both have every value.
func TestAgreementWithMoto(t *testing.T) {
	python := mototest.Installed(t, "python")
	agree(t, python, filepath.Join("testdata", "agreement"), true)
	if directory := os.Getenv(moreTemplates); directory != "" {
		agree(t, python, directory, false)
	}
}

type agreementCase struct {
	Template   json.RawMessage   `json:"template"`
	Parameters map[string]string `json:"parameters"`
	Pointers   []string          `json:"pointers"`

	name   string
	values map[string]any // by JSON pointer
}

type opinion struct {
	Conditions, Values map[string]struct {
		Value any
		Error string
	}
}

func agree(t *testing.T, python, directory string, all bool) {
	t.Helper()
	cases := readAgreementCases(t, directory)
	compared := 0
	for i, other := range askMoto(t, python, cases) {
		c := cases[i]
		e := c.evaluator(t)
		check := func(what string, got any, err error, want any, theirs string) {
			switch {
			case err == nil && theirs == "":
				compared++
				if diff := cmp.Diff(plain(want), got); diff != "" {
					t.Errorf("%s: %s (-moto +got):\n%s", c.name, what, diff)
				}
			case all:
				t.Errorf("%s: %s: got error %v, moto %q", c.name, what, err, theirs)
			}
		}
		for name, want := range other.Conditions {
			got, err := e.Condition(name)
			check("condition "+name, strconv.FormatBool(got), err, want.Value, want.Error)
		}
		for pointer, want := range other.Values {
			source, err := json.Marshal(c.values[pointer])
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Evaluate(source)
			check(pointer, unwrapped(got), err, want.Value, want.Error)
		}
	}
	if compared == 0 {
		t.Errorf("nothing in %s was compared", directory)
	}
	t.Logf("%s: %d values of %d templates agree", directory, compared, len(cases))
}

func readAgreementCases(t *testing.T, directory string) []agreementCase {
	t.Helper()
	const end = ".template.json"
	paths, err := filepath.Glob(filepath.Join(directory, "*"+end))
	if err != nil {
		t.Fatal(err)
	}
	var cases []agreementCase
	for _, path := range paths {
		c := agreementCase{name: filepath.Base(path), Parameters: map[string]string{}, values: map[string]any{}}
		var given []struct{ ParameterKey, ParameterValue string }
		if text, err := os.ReadFile(strings.TrimSuffix(path, end) + ".parameters.json"); err == nil {
			decodeJSON(t, text, &given)
		}
		for _, p := range given {
			c.Parameters[p.ParameterKey] = p.ParameterValue
		}
		if c.Template, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		var template map[string]any
		decodeJSON(t, c.Template, &template)
		c.collect("/Resources", template["Resources"])
		c.Pointers = slices.Sorted(maps.Keys(c.values))
		cases = append(cases, c)
	}
	return cases
}

// collect finds the outermost functions, and what they are applied to.
func (c *agreementCase) collect(pointer string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if len(value) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::")) {
				c.values[pointer] = value
			}
			c.collect(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), member)
		}
	case []any:
		for i, element := range value {
			c.collect(fmt.Sprintf("%s/%d", pointer, i), element)
		}
	}
}

func (c *agreementCase) evaluator(t *testing.T) *intrinsic.Evaluator {
	t.Helper()
	var template struct {
		Parameters map[string]struct {
			Type    string
			Default any
		}
		Mappings, Conditions json.RawMessage
	}
	decodeJSON(t, c.Template, &template)
	values := make(map[string]jsontext.Value)
	for name, parameter := range template.Parameters {
		var value any = c.Parameters[name]
		if _, given := c.Parameters[name]; !given {
			value = parameter.Default
		}
		if text, isText := value.(string); isText && parameter.Type == "CommaDelimitedList" {
			value = strings.Split(text, ",")
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		values[name] = text
	}
	return intrinsic.New(intrinsic.Context{
		ParameterValues: values,
		Mappings:        jsontext.Value(template.Mappings),
		Conditions:      jsontext.Value(template.Conditions),
		Region:          "eu-west-1",
		AccountID:       "123456789012",
	})
}

func askMoto(t *testing.T, python string, cases []agreementCase) []opinion {
	t.Helper()
	question, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	command := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "evaluate.py"))
	command.Stdin, command.Stderr = bytes.NewReader(question), &complaint
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.Bytes())
	}
	var opinions []opinion
	decodeJSON(t, answer, &opinions)
	return opinions
}

func decodeJSON(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// unwrapped gives an evaluated value as JSON has it: a text, a list of texts, or nil.
func unwrapped(v intrinsic.Value) any {
	if s, isText := v.Text(); isText {
		return s
	}
	if l, isList := v.List(); isList {
		return plain(l)
	}
	return nil
}

// plain spells numbers and booleans as texts, as our values have them, and leaves absent elements out.
func plain(value any) any {
	switch value := value.(type) {
	case nil, string:
		return value
	case []string:
		elements := make([]any, 0, len(value))
		for _, e := range value {
			elements = append(elements, e)
		}
		return elements
	case []any:
		elements := make([]any, 0, len(value))
		for _, e := range value {
			if e != nil {
				elements = append(elements, plain(e))
			}
		}
		return elements
	default:
		return fmt.Sprint(value)
	}
}
