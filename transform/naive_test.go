package transform_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

// naive reads a fragment as CloudFormation might, in every way that it might, by another library than the
// transform and without its structure. It lists where a role could be created without a boundary.
type naive struct {
	existing transform.ExistingMode
	users    bool
	found    []string
}

func (n *naive) complain(at, why string) { n.found = append(n.found, at+": "+why) }

// unbounded lists them for what a fragment was before and after it was bounded.
func (n *naive) unbounded(before, after any) []string {
	members, isObject := after.(map[string]any)
	if !isObject {
		if after != transformtest.ARN {
			n.complain("", "no boundary")
		}
		return n.found
	}
	if resources, isTemplate := members["Resources"].(map[string]any); isTemplate {
		n.resources("template", resources)
		if members["Fn::Transform"] != nil {
			n.complain("template", "Fn::Transform")
		}
	}
	if _, isResource := members["Type"].(string); isResource {
		n.resource("resource", members)
	}
	if members["AssumeRolePolicyDocument"] != nil {
		n.properties("properties", members)
	}
	if isMap(before.(map[string]any)) {
		n.resources("map", members)
	}
	return n.found
}

// isMap reports whether an object could be a map of resources, one of them worth the name.
func isMap(members map[string]any) bool {
	worthy := false
	for name, value := range members {
		resource, isObject := value.(map[string]any)
		if !isObject && !strings.HasPrefix(name, "Fn::ForEach::") {
			return false
		}
		typ, _ := resource["Type"].(string)
		worthy = worthy || !isObject || strings.Contains(typ, "::")
	}
	return worthy
}

func (n *naive) resources(at string, members map[string]any) {
	for name, value := range members {
		at := at + "." + name
		if strings.HasPrefix(name, "Fn::ForEach::") {
			loop, _ := value.([]any)
			if len(loop) != 3 {
				n.complain(at, "no loop")
				continue
			}
			body, isObject := loop[2].(map[string]any)
			if !isObject {
				n.complain(at, "no body")
			}
			n.resources(at, body)
			continue
		}
		if strings.HasPrefix(name, "Fn::") {
			n.complain(at, "a function among resources")
		}
		if resource, isObject := value.(map[string]any); isObject {
			n.resource(at, resource)
		} else {
			n.complain(at, "no resource")
		}
	}
}

func (n *naive) resource(at string, resource map[string]any) {
	for name := range resource {
		if strings.HasPrefix(name, "Fn::ForEach::") || name == "Fn::Transform" || varies(name) {
			n.complain(at, "may become another resource by "+name)
		}
	}
	typ, isText := resource["Type"].(string)
	switch {
	case !isText:
		n.complain(at, "no Type")
	case varies(typ), strings.HasPrefix(typ, "AWS::Serverless::"), strings.HasSuffix(typ, "::MODULE"):
		n.complain(at, "makes roles by "+typ)
	case typ == "AWS::IAM::Role", typ == "AWS::IAM::User" && n.users:
		properties, isObject := resource["Properties"].(map[string]any)
		if !isObject {
			n.complain(at, "no Properties")
			return
		}
		n.properties(at, properties)
	}
}

func (n *naive) properties(at string, properties map[string]any) {
	for name := range properties {
		if strings.HasPrefix(name, "Fn::ForEach::") || name == "Fn::Transform" || varies(name) {
			n.complain(at, "may get another boundary by "+name)
		}
	}
	n.boundary(at, properties["PermissionsBoundary"])
}

func (n *naive) boundary(at string, value any) {
	if value == transformtest.ARN {
		return
	}
	if call, isCall := value.(map[string]any); isCall && len(call) == 1 {
		if branches, isIf := call["Fn::If"].([]any); isIf && len(branches) == 3 {
			n.boundary(at, branches[1])
			n.boundary(at, branches[2])
			return
		}
	}
	text, _ := json.Marshal(value)
	// A function that always has a value, or that contains a policy's ARN.
	sure := slices.ContainsFunc([]string{`:policy/`, `{{resolve:`, `{"Fn::GetAtt":`, `{"Fn::ImportValue":`, `{"Fn::GetStackOutput":`, `{"Ref":"Role"}`, `{"Ref":"A"}`},
		func(part string) bool { return strings.Contains(string(text), part) })
	if n.existing != transform.Keep || !sure {
		n.complain(at, "the boundary "+string(text))
	}
}

func varies(name string) bool {
	return strings.Contains(name, "${") || strings.Contains(name, "&{")
}

// invention makes a fragment from the words that matter, by a list of choices.
type invention struct {
	choices []byte
	text    strings.Builder
}

func (i *invention) choose(among int) int {
	if len(i.choices) == 0 {
		return 0
	}
	choice := int(i.choices[0]) % among
	i.choices = i.choices[1:]
	return choice
}

func (i *invention) value(depth int) {
	kind := i.choose(8)
	switch {
	case kind < 3 && depth < 6:
		i.object(depth, nil)
	case kind == 3 && depth < 6:
		i.object(depth, []string{"Type", "Properties"})
	case kind == 4 && depth < 6:
		i.list(depth, i.choose(4))
	case kind == 5:
		i.text.WriteString([]string{"null", "1", "true", `""`, "{}"}[i.choose(5)])
	default:
		i.word()
	}
}

func (i *invention) object(depth int, names []string) {
	all := []string{"Resources", "Type", "Properties", "AssumeRolePolicyDocument", "PermissionsBoundary", "Role", "A", "Fn::If", "Ref", "Mappings",
		"Fn::Transform", "Fn::ForEach::L", "Fn::GetAtt", "Fn::X", "Permissions${X}", "Fn::Sub"}
	for range i.choose(4) {
		if name := all[i.choose(len(all))]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	i.text.WriteByte('{')
	for number, name := range names {
		if number > 0 {
			i.text.WriteByte(',')
		}
		fmt.Fprintf(&i.text, "%q:", name)
		switch {
		case name == "Type" && i.choose(4) > 0:
			i.text.WriteString([]string{`"AWS::IAM::Role"`, `"AWS::SNS::Topic"`, `"AWS::IAM::User"`}[i.choose(3)])
		case strings.HasPrefix(name, "Fn::ForEach") && i.choose(4) > 0, name == "Fn::If" && i.choose(4) > 0:
			i.list(depth, 3)
		case (name == "Resources" || name == "Properties") && i.choose(4) > 0:
			i.object(depth+1, nil)
		default:
			i.value(depth + 1)
		}
	}
	i.text.WriteByte('}')
}

func (i *invention) list(depth, length int) {
	i.text.WriteByte('[')
	for number := range length {
		if number > 0 {
			i.text.WriteByte(',')
		}
		i.value(depth + 1)
	}
	i.text.WriteByte(']')
}

func (i *invention) word() {
	words := []string{"AWS::IAM::Role", transformtest.ARN, otherARN, "AWS::NoValue", "AWS::SNS::Topic", "Role", "A", "X", "AWS::IAM::User",
		"AWS::Serverless::Function", "A::B::MODULE", "AWS::${X}", "${X}", "&{X}"}
	fmt.Fprintf(&i.text, "%q", words[i.choose(len(words))])
}

// checkInvention bounds the fragment of some choices, and reports its shape if it was bounded.
func checkInvention(t *testing.T, choices []byte, options transform.Options) transform.Shape {
	t.Helper()
	i := invention{choices: choices}
	i.object(0, nil)
	fragment := []byte(i.text.String())
	parsed, err := transform.Parse(fragment, options)
	if err != nil {
		return ""
	}
	result, err := parsed.Bound(transformtest.ARN)
	if err != nil {
		return ""
	}
	n := naive{existing: options.Existing, users: options.Users}
	for _, complaint := range n.unbounded(decoded(t, fragment), decoded(t, result.Fragment.Join())) {
		t.Errorf("%s %s: %s\n%s\n%s", options.Existing, parsed.Shape, complaint, fragment, result.Fragment.Join())
	}
	checkProperties(t, fragment, result.Fragment.Join(), options)
	return parsed.Shape
}

// No invented fragment is bounded that could make a role without the boundary.
func TestInventedFragments(t *testing.T) {
	random := rand.NewChaCha8([32]byte{})
	choices := make([]byte, 60)
	seen := make(map[transform.Shape]int)
	for number := range 20_000 {
		_, _ = random.Read(choices)
		options := transform.Options{Existing: []transform.ExistingMode{transform.Replace, transform.Keep, transform.Reject}[number%3], Users: number%2 == 0}
		seen[checkInvention(t, choices, options)]++
		if t.Failed() {
			return
		}
	}
	for _, shape := range []transform.Shape{transform.ShapeTemplate, transform.ShapeResource, transform.ShapeProperties, transform.ShapeBoundary, transform.ShapeResources} {
		if seen[shape] < 50 {
			t.Errorf("got %d fragments of shape %s, want at least 50", seen[shape], shape)
		}
	}
}

func FuzzInventedFragments(f *testing.F) {
	f.Add([]byte{3, 0, 5, 6, 3, 1, 0, 2, 7, 0}, uint8(0))
	f.Fuzz(func(t *testing.T, choices []byte, mode uint8) {
		checkInvention(t, choices, transform.Options{
			Existing: []transform.ExistingMode{transform.Replace, transform.Keep, transform.Reject}[mode%3],
			Users:    mode/3%2 == 0,
		})
	})
}
