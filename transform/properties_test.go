package transform_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

// checkProperties proves what the transform promises of any fragment that it bounds: every role carries
// the boundary, nothing else has changed, and a second run changes nothing.
func checkProperties(t *testing.T, input, output []byte, options transform.Options) {
	t.Helper()
	before, after := decoded(t, input), decoded(t, output)
	if members, isObject := before.(map[string]any); isObject && len(members) == 0 {
		if after != transformtest.ARN {
			t.Errorf("an empty fragment became %v, want the ARN", after)
		}
		return
	}

	roles := principals(before, options.Users)
	for pointer, properties := range principals(after, options.Users) {
		if _, existed := roles[pointer]; !existed {
			t.Errorf("%s is new", pointer)
		}
		if !carries(properties["PermissionsBoundary"], options.Existing) {
			t.Errorf("%s does not carry the boundary: %v", pointer, properties["PermissionsBoundary"])
		}
	}
	if got, want := withoutBoundaries(t, output, roles), withoutBoundaries(t, input, roles); !bytes.Equal(got, want) {
		t.Errorf("something but the boundary changed:\n%s\n%s", want, got)
	}
	again, err := bound(output, options)
	if err != nil || !bytes.Equal(again, output) {
		t.Errorf("a second run gives (%v)\n%s\nafter\n%s", err, again, output)
	}
}

// decoded reads JSON with another library than the transform.
func decoded(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("encoding/json refuses %q: %v", text, err)
	}
	return value
}

// principals maps the JSON pointer of each role's Properties to the Properties, nil where it has none.
func principals(fragment any, users bool) map[string]map[string]any {
	found := make(map[string]map[string]any)
	add := func(pointer string, resource map[string]any) {
		if kind := resource["Type"]; kind == "AWS::IAM::Role" || users && kind == "AWS::IAM::User" {
			properties, _ := resource["Properties"].(map[string]any)
			found[pointer+"/Properties"] = properties
		}
	}
	var resources func(pointer string, members map[string]any)
	resources = func(pointer string, members map[string]any) {
		for name, value := range members {
			at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
			if loop, isList := value.([]any); isList && strings.HasPrefix(name, "Fn::ForEach::") {
				resources(at+"/2", loop[2].(map[string]any))
			} else if resource, isObject := value.(map[string]any); isObject {
				add(at, resource)
			}
		}
	}
	members := fragment.(map[string]any)
	_, typed := members["Type"].(string)
	if whole, isTemplate := members["Resources"].(map[string]any); isTemplate {
		resources("/Resources", whole)
	} else if typed {
		add("", members)
	} else if _, isRole := members["AssumeRolePolicyDocument"]; isRole {
		found[""] = members
	} else {
		resources("", members)
	}
	return found
}

// carries reports whether the environment's boundary applies under every condition; under Keep another one
// will do.
func carries(value any, existing transform.ExistingMode) bool {
	switch value := value.(type) {
	case nil:
		return false
	case string:
		return value == transformtest.ARN || existing == transform.Keep && value != ""
	case map[string]any:
		if branches, isIf := value["Fn::If"].([]any); isIf && len(value) == 1 && len(branches) == 3 {
			return existing != transform.Replace && carries(branches[1], existing) && carries(branches[2], existing)
		}
		return existing == transform.Keep && !(len(value) == 1 && value["Ref"] == "AWS::NoValue")
	default:
		return existing == transform.Keep
	}
}

// withoutBoundaries cuts the boundary of each role out of the text, with the comma and the white space
// that divide it from its neighbour; and the Properties of roles that are listed without any.
func withoutBoundaries(t *testing.T, text []byte, roles map[string]map[string]any) []byte {
	t.Helper()
	cut := make(map[string]bool)
	for pointer, properties := range roles {
		if properties == nil {
			cut[pointer] = true
		} else {
			cut[pointer+"/PermissionsBoundary"] = true
		}
	}
	var kept []byte
	done := 0
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	for {
		start := int(decoder.InputOffset())
		_, err := decoder.ReadToken()
		if err == io.EOF {
			return append(kept, text[done:]...)
		}
		if err != nil {
			t.Fatal(err)
		}
		parent, _ := decoder.StackIndex(decoder.StackDepth())
		_, length := decoder.StackIndex(decoder.StackDepth())
		isName := parent == '{' && length%2 == 1
		if !isName || !cut[string(decoder.StackPointer())] {
			continue
		}
		if err := decoder.SkipValue(); err != nil {
			t.Fatal(err)
		}
		end := int(decoder.InputOffset())
		rest := bytes.TrimLeft(text[end:], " \t\r\n")
		if rest[0] == ',' { // the start is after the brace or the comma before
			start += len(text[start:]) - len(bytes.TrimLeft(text[start:], ", \t\r\n"))
			end = len(text) - len(bytes.TrimLeft(rest[1:], " \t\r\n"))
		}
		kept = append(kept, text[done:start]...)
		done = end
	}
}
