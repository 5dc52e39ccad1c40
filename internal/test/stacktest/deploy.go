package stacktest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amplify-boundary/internal/test/mototest"
)

// Deploy creates a tree of stacks in moto from the processed templates, and returns the boundaries that IAM then has for their
// roles, by path. The templates of nested stacks are put into a bucket.
//
// Only resources of the types in kept are created, without outputs. References to other resources, and to outputs of nested
// stacks, which moto does not support, are replaced by a string. A parameter without a value gets the stack's name, or 1.
func (s *Stack) Deploy(t testing.TB, endpoint string, parameters map[string]string, kept func(resourceType string) bool) map[string]string {
	t.Helper()
	d, config := deployment{endpoint, kept}, mototest.Config(endpoint, Region)
	mototest.CreateStack(t, config, s.Name, d.prepared(t, s, s.Name), s.given(t, parameters))
	return mototest.RoleBoundaries(t, config, s.Name)
}

// given returns values for the template's parameters.
func (s *Stack) given(t testing.TB, parameters map[string]string) map[string]string {
	t.Helper()
	var template struct {
		Parameters map[string]struct {
			Type    string
			Default any
		}
	}
	unmarshal(t, s.Processed, &template)
	all := make(map[string]string)
	for name, parameter := range template.Parameters {
		if value, found := parameters[name]; found {
			all[name] = value
		} else if parameter.Default == nil {
			all[name] = s.Name
			if parameter.Type == "Number" {
				all[name] = "1"
			}
		}
	}
	return all
}

// deployment prepares templates for moto.
type deployment struct {
	endpoint string
	kept     func(resourceType string) bool
}

// deployBucket has the templates of nested stacks.
const deployBucket = "processed"

// prepared returns a processed template for moto, after it has put those of the nested stacks into the bucket.
func (d deployment) prepared(t testing.TB, s *Stack, path string) string {
	t.Helper()
	var document map[string]any
	unmarshal(t, s.Processed, &document)
	parameters, _ := document["Parameters"].(map[string]any)
	for _, p := range parameters {
		if kind := p.(map[string]any); strings.HasPrefix(kind["Type"].(string), "AWS::SSM::") {
			kind["Type"] = "String" // moto would look it up
		}
	}
	delete(document, "Outputs") // they may refer to resources that are not created
	all := document["Resources"].(map[string]any)
	for _, n := range s.Nested {
		key := strings.ReplaceAll(path, "/", "-") + "-" + n.Name + ".json"
		mototest.PutObject(t, d.endpoint, Region, deployBucket, key, d.prepared(t, n, path+"/"+n.Name))
		all[n.Name].(map[string]any)["Properties"].(map[string]any)["TemplateURL"] =
			fmt.Sprintf("https://%s.s3.%s.amazonaws.com/%s", deployBucket, Region, key)
	}
	absent := make(map[string]bool)
	for id, r := range all {
		if kind, _ := r.(map[string]any)["Type"].(string); !d.kept(kind) {
			absent[id] = true
			delete(all, id)
		}
	}
	return string(marshal(t, referring(document, absent)))
}

// placeholder replaces references to resources that are not created.
const placeholder = "left-out"

// referring returns a part of a template without references to absent resources.
func referring(value any, absent map[string]bool) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = referring(value[i], absent)
		}
	case map[string]any:
		if id, output := reference(value); output || absent[id] {
			return placeholder
		}
		for name, member := range value {
			value[name] = referring(member, absent)
			if list, isList := member.([]any); isList && name == "DependsOn" {
				value[name] = slices.DeleteFunc(list, func(id any) bool { return absent[id.(string)] })
			}
		}
	}
	return value
}

// reference returns the logical ID to which a value refers, if the value is a reference, and whether it refers to an output of
// a nested stack.
func reference(value map[string]any) (id string, output bool) {
	if id, refers := value["Ref"].(string); refers {
		return id, false
	}
	at, isList := value["Fn::GetAtt"].([]any)
	if !isList {
		return "", false
	}
	id, _ = at[0].(string)
	attribute, _ := at[1].(string)
	return id, strings.HasPrefix(attribute, "Outputs.")
}
