package template

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/intrinsic"
)

// nestedTemplate is the template of a nested stack.
type nestedTemplate struct {
	logicalID string
	file      string                    // empty where it is not on this disk
	values    map[string]jsontext.Value // of its parameters, as far as they follow from the template above
}

// nestedReader finds the nested stacks of a template.
type nestedReader struct {
	dir       string // in which the template lies
	evaluator *intrinsic.Evaluator
	found     []nestedTemplate
}

// nestedStacks lists the nested stacks of a template, those in loops included, but for those whose condition is
// false.
func (t *tree) nestedStacks(n treeNode, template []byte, values map[string]jsontext.Value) ([]nestedTemplate, error) {
	sections, err := cfn.Members(template, "the template")
	if err != nil {
		return nil, err
	}
	r := nestedReader{dir: filepath.Dir(n.file), evaluator: intrinsic.New(intrinsic.Context{
		ParameterValues: values,
		Parameters:      sections["Parameters"],
		Mappings:        sections["Mappings"],
		Conditions:      sections["Conditions"],
		Region:          t.registered.Where.Region,
		AccountID:       t.registered.Where.AccountID,
	})}
	err = r.resources(sections["Resources"], nil)
	return r.found, err
}

// resources looks through a map of resources, which may stand in loops whose variables are given.
func (r *nestedReader) resources(resources jsontext.Value, variables []string) error {
	members, err := cfn.Members(resources, "Resources")
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if strings.HasPrefix(name, "Fn::ForEach::") {
			err = r.loop(members[name], variables)
		} else {
			err = r.resource(name, members[name], variables)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// loop looks through the body of a loop. A malformed one was refused before.
func (r *nestedReader) loop(loop jsontext.Value, variables []string) error {
	var parts []jsontext.Value
	if json.Unmarshal(loop, &parts) != nil || len(parts) != 3 {
		return nil
	}
	variable, _ := cfn.Text(parts[0])
	return r.resources(parts[2], append(slices.Clone(variables), variable))
}

func (r *nestedReader) resource(logicalID string, resource jsontext.Value, variables []string) error {
	if kind, _ := cfn.Text(command.Member(resource, "Type")); kind != "AWS::CloudFormation::Stack" {
		return nil
	}
	if condition, isText := cfn.Text(command.Member(resource, "Condition")); isText {
		if holds, err := r.evaluator.Condition(condition); err == nil && !holds {
			return nil
		}
	}
	stack := nestedTemplate{logicalID: logicalID, file: command.TemplatePath(resource, r.dir), values: make(map[string]jsontext.Value)}
	url, isText := cfn.Text(command.Member(resource, "Properties", "TemplateURL"))
	if path := strings.TrimPrefix(url, "file://"); isText && !strings.Contains(path, "://") {
		switch {
		case filepath.IsAbs(path): // the written tree would still lead to the template that was read
			return fmt.Errorf("the template of %s has an absolute path; write it relative to the template", logicalID)
		case stack.file == "":
			return fmt.Errorf("the template of %s is not there", logicalID)
		}
	}
	parameters, err := cfn.Members(command.Member(resource, "Properties", "Parameters"), "Parameters")
	if err != nil {
		parameters = nil // none, or a function that only CloudFormation evaluates
	}
	for name, parameter := range parameters {
		if value, err := r.value(parameter, variables); err == nil {
			stack.values[name] = value
		}
	}
	r.found = append(r.found, stack)
	return nil
}

// value evaluates a parameter that is given to a nested stack.
func (r *nestedReader) value(parameter jsontext.Value, variables []string) (jsontext.Value, error) {
	value, err := r.evaluator.Evaluate(parameter, variables...)
	if err != nil {
		return nil, err
	}
	if list, isList := value.List(); isList {
		return json.Marshal(list)
	}
	if text, isText := value.Text(); isText {
		return json.Marshal(text)
	}
	return nil, errors.New("it is absent")
}
