package template

import "testing"

func TestResourceLines(t *testing.T) {
	const jsonFile = `{
  "Conditions": {"Role": true},
  "Resources": {
    "Role": {"Type": "AWS::IAM::Role"},
    "Fn::ForEach::Teams": ["Team", ["a", "b"], {
      "Role${Team}": {
        "Type": "AWS::IAM::Role"
      },
      "Fn::ForEach::Inner": ["X", ["c"],
        {"Deep${Team}${X}":
          {"Type": "AWS::IAM::Role"}}]
    }],
    "Fn::ForEach::Malformed": ["Team", {"Lost": {}}],
    "Fn::ForEach::Odd": "text",
    "List": ["x", "y", {"NoLoop": {}}],
    "Esc\u0061ped": {"Type": "AWS::IAM::Role", "Properties": {
      "Inside": {}}}
  },
  "Outputs": {"Other": {"Value": 1}}
}`
	const yamlFile = `# A comment.
Transform: AWS::LanguageExtensions
Conditions:
  Role: true
Resources:

  Role:
    Type: AWS::IAM::Role
  Fn::ForEach::Teams:
    - Team
    - [a, b]
    - Role${Team}:
        Type: AWS::IAM::Role
      Fn::ForEach::Inner:
        - X
        - [c]
        - Deep${Team}${X}: {Type: AWS::IAM::Role}
  Fn::ForEach::Malformed: [Team, {Lost: {}}]
  Fn::ForEach::Odd: text
  List: [x, y, {NoLoop: {}}]
  "Esc\x61ped":
    Type: AWS::IAM::Role
    Properties:
      Inside: {}
Outputs:
  Other: {Value: 1}
`
	for _, test := range []struct {
		logicalID          string
		jsonLine, yamlLine int
	}{
		{"Role", 4, 7},
		{"Role${Team}", 6, 12},
		{"Deep${Team}${X}", 10, 17},
		{"Fn::ForEach::Teams", 5, 9},
		{"Fn::ForEach::Inner", 9, 14},
		{"Fn::ForEach::Malformed", 13, 18},
		{"Fn::ForEach::Odd", 14, 19},
		{"List", 15, 20},
		{"Escaped", 16, 21},

		// No resources: the line of the section.
		{"Missing", 3, 5},
		{"Other", 3, 5},
		{"Inside", 3, 5},
		{"Lost", 3, 5},
		{"NoLoop", 3, 5},
		{"role", 3, 5},
		{"", 3, 5},
	} {
		if got, want := read(t, jsonFile).ResourceLines().Of(test.logicalID), test.jsonLine; got != want {
			t.Errorf("JSON, %q: got line %d, want %d", test.logicalID, got, want)
		}
		if got, want := read(t, yamlFile).ResourceLines().Of(test.logicalID), test.yamlLine; got != want {
			t.Errorf("YAML, %q: got line %d, want %d", test.logicalID, got, want)
		}
	}
}

// A resource of the template itself is meant before one of the same name in a loop.
func TestResourceLinesPreferTheSection(t *testing.T) {
	file := "Resources:\n  Fn::ForEach::A:\n    - X\n    - [a]\n    - Role: {}\n  Role: {}\n"
	if got, want := read(t, file).ResourceLines().Of("Role"), 6; got != want {
		t.Errorf("got line %d, want %d", got, want)
	}
}

func TestResourceLinesWithoutResources(t *testing.T) {
	for _, file := range []string{"{}", "{\"Resources\": []}", "{\"A\": 1,\n\"Resources\": null}", "Parameters: {}\n"} {
		document := read(t, file)
		if got, want := document.ResourceLines().Of("Role"), document.Line("Resources"); got != want {
			t.Errorf("%q: got line %d, want %d", file, got, want)
		}
	}
}
