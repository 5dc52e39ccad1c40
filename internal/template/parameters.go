package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// ParameterValues returns the values of the template's parameters as a macro request has them: those of the assignments, KEY=VALUE,
// and for the rest the defaults. Lists are arrays of strings, everything else is a string. A parameter without a value is the empty
// string, which names no environment.
//
// It refuses a Parameters section that is none, a Default that is a list or an object, and an assignment that is malformed or for a
// parameter that the template does not declare.
func (d *Document) ParameterValues(assignments []string) (map[string]jsontext.Value, error) {
	var template struct {
		Parameters map[string]struct {
			Type    string
			Default jsontext.Value
		}
	}
	if err := json.Unmarshal(d.json, &template); err != nil {
		return nil, fmt.Errorf("line %d: Parameters is not an object of parameters, each with a Type; write it as one", max(1, d.Line("Parameters")))
	}
	values := make(map[string]jsontext.Value)
	for _, name := range slices.Sorted(maps.Keys(template.Parameters)) { // so that an error names the same one each time
		parameter := template.Parameters[name]
		text := string(parameter.Default) // a number or a boolean as it is spelled
		switch parameter.Default.Kind() {
		case jsontext.KindInvalid, 'n':
			text = ""
		case '"':
			text, _ = cfn.Text(parameter.Default)
		case '{', '[':
			return nil, fmt.Errorf("line %d: the Default of parameter %s is not a string, a number or a boolean; write it as one", d.Line("Parameters", name), name)
		}
		values[name] = parameterValue(parameter.Type, text)
	}
	for _, assignment := range assignments {
		name, text, found := strings.Cut(assignment, "=")
		if !found {
			return nil, fmt.Errorf("parameter %q has no value; write KEY=VALUE", assignment)
		}
		parameter, declared := template.Parameters[name]
		if !declared {
			return nil, fmt.Errorf("the template declares no parameter %q; declare it in Parameters, or leave the value out", name)
		}
		values[name] = parameterValue(parameter.Type, text)
	}
	return values, nil
}

// parameterValue returns the JSON of a parameter's value.
func parameterValue(typ, text string) jsontext.Value {
	if typ != "CommaDelimitedList" && !strings.HasPrefix(typ, "List<") {
		return cfn.Quote(text)
	}
	var parts []string
	if text != "" {
		for _, part := range strings.Split(text, ",") {
			parts = append(parts, strings.TrimSpace(part))
		}
	}
	value, _ := json.Marshal(parts)
	return value
}
