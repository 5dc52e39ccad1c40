package template

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestReadKeepsJSON(t *testing.T) {
	tests := map[string]struct{ file, want string }{
		"as_it_is":         {file: `{"A":{"n":1e3,"u":"\u00e9"},  "B" :[ ]}`, want: `{"A":{"n":1e3,"u":"\u00e9"},  "B" :[ ]}`},
		"white_space":      {file: "\r\n\t {\r\n \"A\": 1 }\n\n", want: "\r\n\t {\r\n \"A\": 1 }\n\n"},
		"byte_order_mark":  {file: "\uFEFF{\"A\": 1}", want: `{"A": 1}`},
		"empty":            {file: `{}`, want: `{}`},
		"JSON_only_number": {file: `{"A": 1E400}`, want: `{"A": 1E400}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(string(read(t, test.file).JSON()), test.want); diff != "" {
				t.Errorf("JSON (-got +want):\n%s", diff)
			}
		})
	}
}

func TestReadYAMLThatBeginsLikeJSON(t *testing.T) {
	got := string(read(t, "{Resources: {A: yes}, # flow style\n  \"B\": 1,}").JSON())
	want := "{\n  \"Resources\": {\n    \"A\": true\n  },\n  \"B\": 1\n}\n"
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("JSON (-got +want):\n%s", diff)
	}
}

// A template in YAML is read as the same template written by hand in JSON.
func TestReadTwins(t *testing.T) {
	yamlFile := readFile(t, "notes.yaml")
	jsonFile := readFile(t, "notes.json")
	got, want := read(t, yamlFile).JSON(), read(t, jsonFile).JSON()
	if diff := cmp.Diff(string(got), string(want)); diff != "" {
		t.Errorf("notes.yaml as JSON, against notes.json (-got +want):\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	const (
		notTemplate = "not a template: it has no Resources section"
		encoding    = "not valid UTF-8; save the file as UTF-8"
		documents   = "a second YAML document begins here; a template is one document, so put the others into other files"
		control     = "a control character; remove it, or write it as an escape in double quotes"
		check       = "; check indentation, quotes, and brackets"
		key         = "a map or a list is used as a key; a key must be a name (a string with {{ }} needs quotes)"
	)
	tests := map[string]struct{ file, want string }{
		"empty":                             {"", notTemplate},
		"white_space":                       {" \r\n\t\n", notTemplate},
		"byte_order_mark":                   {"\uFEFF", notTemplate},
		"comments":                          {"# nothing\n", notTemplate},
		"empty_document":                    {"---\n# nothing\n", notTemplate},
		"JSON_array":                        {`["A"]`, notTemplate},
		"sequence":                          {"\n- A\n", notTemplate},
		"scalar":                            {"Resources\n", notTemplate},
		"tagged_mapping":                    {"!Sub\nA: 1\n", `line 1: CloudFormation does not accept tag "!Sub" here; write a short form such as !Sub, or no tag`},
		"bad_UTF_8_in_JSON":                 {"{\n\"A\": \"\xff\"}", "line 2: " + encoding},
		"bad_UTF_8_in_YAML":                 {"A: 1\nB: \xc3\n", "line 2: " + encoding},
		"UTF_16":                            {"\xff\xfeA\x00", "line 1: " + encoding},
		"JSON_syntax":                       {"{\"A\": 1,\n\"B\" 2}", `line 2: not valid JSON: a character or an escape does not belong there`},
		"JSON_syntax_after_a_repeated_name": {"{\"A\": 1,\n\"A\": 1,\n\"B\" 2}", `line 3: not valid JSON: a character or an escape does not belong there`},
		"JSON_cut_off":                      {"{\n\"A\": [1,\n\n", "line 2: not valid JSON: it ends too early"},
		"JSON_surrogate":                    {`{"A": "\ud800"}`, "line 1: not valid JSON: a character or an escape does not belong there"},
		"JSON_and_more":                     {"{}\n{}", "line 2: not valid JSON: something follows its end"},
		"JSON_and_noise":                    {"{}\n}", "line 2: not valid JSON: something follows its end"},
		"two_documents":                     {"A: 1\n---\nB: 2\n", "line 2: " + documents},
		"empty_second_one":                  {"A: 1\n---\n", "line 2: " + documents},
		"broken_second_one":                 {"A: 1\n---\nB: ]\n", "line 3: not valid YAML: did not find expected node content" + check},
		"control_character":                 {"A: 1\nB: \x01\n", "line 2: " + control},
		"noncharacter":                      {"A: \uFFFF\n", "line 1: " + control},
		"surrogate":                         {`A: "\ud800"`, "line 1: not valid YAML: found invalid Unicode character escape code" + check},
		"wrong_indentation":                 {"A: 1\nB: 2\n C: 3\n", "line 3: not valid YAML: mapping values are not allowed in this context" + check},
		"tab":                               {"A:\n\tB: 1\n", "line 2: not valid YAML: found character that cannot start any token" + check},
		"fault_on_line_1":                   {"A: ]\n", "line 1: not valid YAML: did not find expected node content" + check},
		"open_bracket":                      {"A: 1\nB: [\n C: 2\n", "line 4: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that begins on line 2" + check},
		"unknown_anchor":                    {"A: 1\nB: *Name\n", "line 2: alias 'Name': CloudFormation does not accept aliases; write the value out, or put it in quotes if it is a string"},
		"alias":                             {"A: &a {}\nB: *a\n", "line 2: alias *a: CloudFormation does not accept aliases; write the value out"},
		"anchor_with_a_colon":               {"A: 1\nB: &x:y\n", "line 2: the name of an anchor has other characters than letters, digits, - and _; remove the anchor"},
		"anchored_key_with_a_colon":         {"A: 1\n&0:0: 1\n", "line 2: the name of an anchor has other characters than letters, digits, - and _; remove the anchor"},
		"anchored_root_with_a_dot":          {"&a.b\nA: 1\n", "line 1: the name of an anchor has other characters than letters, digits, - and _; remove the anchor"},
		"alias_as_key":                      {"A: &a b\n*a : 1\n", "line 2: alias *a: CloudFormation does not accept aliases; write the key out"},
		"merge":                             {"A: &a {}\nB:\n  <<: *a\n", "line 3: merge key <<: CloudFormation does not merge maps; write the keys out"},
		"merge_in_place":                    {"A:\n  <<: {B: 1}\n", "line 2: merge key <<: CloudFormation does not merge maps; write the keys out"},
		"mapping_as_key":                    {"A:\n  {{ name }}: 1\n", "line 2: " + key},
		"list_as_key":                       {"A: 1\n? [B]\n: 1\n", "line 2: " + key},
		"short_form_as_key":                 {"A:\n  !Ref B: 1\n", `line 2: CloudFormation does not accept tag "!Ref" here; write a short form such as !Sub, or no tag`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, test.file, test.want)
		})
	}
}

func TestReadRepeatedNames(t *testing.T) {
	for name, test := range map[string]struct {
		file, want string
		repeated   []Repeated
	}{
		"JSON":                            {"{\"A\": {\n\"B\": 1,\n\"B\": 2}}", "{\"A\": {\n       \n\"B\": 2}}", []Repeated{{"B", 2, 3}}},
		"JSON_escaped":                    {"{\"A\": {\"x\":\n1} , \"\\u0041\": 2}", "{          \n     \"\\u0041\": 2}", []Repeated{{"A", 1, 2}}},
		"JSON_three_times":                {`{"A":1,"A":2,"A":3}`, `{            "A":3}`, []Repeated{{"A", 1, 1}, {"A", 1, 1}}},
		"JSON_in_one_that_does_not_count": {`{"A":{"B":1,"B":2},"A":3}`, `{                  "A":3}`, []Repeated{{"B", 1, 1}, {"A", 1, 1}}},
		"JSON_in_a_list":                  {`{"A":[{"B":1,"B":2}]}`, `{"A":[{      "B":2}]}`, []Repeated{{"B", 1, 1}}},
		"YAML":                            {"A:\n  B: 1\n  C: 2\n  'B': 3\n", "{\n  \"A\": {\n    \"C\": 2,\n    \"B\": 3\n  }\n}\n", []Repeated{{"B", 2, 4}}},
		"YAML_words":                      {"on: 1\n'on': 2\n", "{\n  \"on\": 2\n}\n", []Repeated{{"on", 1, 2}}},
		"YAML_three_times":                {"A: 1\nA: 2\nA: 3\n", "{\n  \"A\": 3\n}\n", []Repeated{{"A", 1, 3}, {"A", 2, 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			document := read(t, test.file)
			if diff := cmp.Diff(test.want, string(document.JSON())); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.repeated, document.Repeated()); diff != "" {
				t.Errorf("repeated names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadDepth(t *testing.T) {
	nested := func(levels int) string {
		return "A: " + strings.Repeat("[", levels) + strings.Repeat("]", levels)
	}
	read(t, nested(maxLevels-1)) // The top level is one more.
	refused(t, nested(maxLevels), "line 1: nested more than 200 levels deep; make the template flatter")
	refused(t, "A: "+strings.Repeat("!Not [", maxLevels/2)+strings.Repeat("]", maxLevels/2),
		"line 1: nested more than 200 levels deep; make the template flatter")
	refused(t, nested(1_000_000), "line 1: not valid YAML: exceeded max depth of 10000; check indentation, quotes, and brackets")
	refused(t, "A: \n"+strings.Repeat("- ", 1_000_000), "line 2: not valid YAML: exceeded max depth of 10000 while increasing indent level that begins on line 1; check indentation, quotes, and brackets")
	refused(t, strings.Repeat(`{"A":`, 10_001)+"1"+strings.Repeat("}", 10_001), "line 1: not valid JSON: it is nested more than 10,000 levels deep")
}

func TestLine(t *testing.T) {
	jsonFile := `
{
  "Resources": {
    "One": {"Type": "T"}, "Two":

      {"Type":
        "T"},
    "a/b~c": [
      1, {"x": null},
      {
        "y": []
      }
    ]
  }
}`
	yamlFile := `# a comment
Resources:

  One: {Type: T,
    Other: 1}
  Two:
    Body: |
      text: 1

      text: 2
    List:
    - 1
    -
      x: !Sub
        - a
        - b: !GetAtt A.B
  "T\u0068ree": !GetAZs ''
`
	tests := map[string]struct {
		file string
		path []string
		want int
	}{
		"JSON_top":             {jsonFile, nil, 2},
		"JSON_section":         {jsonFile, []string{"Resources"}, 3},
		"JSON_member":          {jsonFile, []string{"Resources", "Two"}, 4},
		"JSON_deep":            {jsonFile, []string{"Resources", "Two", "Type"}, 6},
		"JSON_odd_name":        {jsonFile, []string{"Resources", "a/b~c"}, 8},
		"JSON_element":         {jsonFile, []string{"Resources", "a/b~c", "0"}, 9},
		"JSON_in_element":      {jsonFile, []string{"Resources", "a/b~c", "1", "x"}, 9},
		"JSON_object_element":  {jsonFile, []string{"Resources", "a/b~c", "2"}, 10},
		"JSON_in_that":         {jsonFile, []string{"Resources", "a/b~c", "2", "y"}, 11},
		"JSON_no_member":       {jsonFile, []string{"Resources", "Three"}, 0},
		"JSON_no_element":      {jsonFile, []string{"Resources", "a/b~c", "3"}, 0},
		"JSON_in_a_string":     {jsonFile, []string{"Resources", "One", "Type", "T"}, 0},
		"JSON_byte_order_mark": {"\uFEFF{\n\"A\": 1}", []string{"A"}, 2},
		"YAML_top":             {yamlFile, nil, 2},
		"YAML_section":         {yamlFile, []string{"Resources"}, 2},
		"YAML_member":          {yamlFile, []string{"Resources", "One"}, 4},
		"YAML_flow_style":      {yamlFile, []string{"Resources", "One", "Other"}, 5},
		"YAML_after_a_block":   {yamlFile, []string{"Resources", "Two", "List"}, 11},
		"YAML_element":         {yamlFile, []string{"Resources", "Two", "List", "0"}, 12},
		"YAML_mapping_element": {yamlFile, []string{"Resources", "Two", "List", "1"}, 14},
		"YAML_short_form":      {yamlFile, []string{"Resources", "Two", "List", "1", "x", "Fn::Sub"}, 14},
		"YAML_in_short_form":   {yamlFile, []string{"Resources", "Two", "List", "1", "x", "Fn::Sub", "1", "b"}, 16},
		"YAML_GetAtt":          {yamlFile, []string{"Resources", "Two", "List", "1", "x", "Fn::Sub", "1", "b", "Fn::GetAtt", "1"}, 16},
		"YAML_escaped_name":    {yamlFile, []string{"Resources", "Three"}, 17},
		"YAML_no_member":       {yamlFile, []string{"Resources", "Four"}, 0},
		"YAML_no_short_form":   {yamlFile, []string{"Resources", "Three", "!GetAZs"}, 0},
		"YAML_line_ends":       {"A: 1\r\nB:\r\n  C: 1\r\n", []string{"B", "C"}, 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := read(t, test.file).Line(test.path...); got != test.want {
				t.Errorf("Line(%q): got %d, want %d", test.path, got, test.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	// Small seeds: the fuzzer spends its time on minimizing large ones.
	for _, seed := range []string{
		"{\"A\": {\"b\": [1.50, 1e3, \"\\u00e9\"]},\n \"C\": null}",
		"{A: [!GetAtt a.b.c, !Sub \"x\"], yes: off, B: 2012-10-17}",
		"A: &a\n  - !If [B, ~, !Ref C]\n  - |\n    text\n'B': >-\n  1\n",
		"\uFEFFA: &a\n- *a\n- <<: {}\n---\n? [1]\n: 2\n",
		"%YAML 1.1\n---\n!!map {!!str 1: !!seq [~, -0, 1.5e+3]}\n...\n",
		"A:\n  - |\n   \ta |\n  - >\n    \tb\n  - c |\n    \td\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		document, err := Read(bytes.Clone(data))
		if err != nil {
			if document != nil {
				t.Errorf("a document beside the error %v", err)
			}
			return
		}
		if !jsontext.Value(document.JSON()).IsValid() {
			t.Fatalf("not valid JSON: %q", document.JSON())
		}
		if kind := jsontext.Value(document.JSON()).Kind(); kind != '{' {
			t.Errorf("top level is of kind %v", kind)
		}
		again, err := Read(bytes.Clone(document.JSON()))
		if err != nil {
			t.Fatalf("reading the JSON again: %v", err)
		}
		if !bytes.Equal(again.JSON(), document.JSON()) {
			t.Errorf("read again:\n%s\nread first:\n%s", again.JSON(), document.JSON())
		}
		checkLines(t, document)
	})
}

// checkLines checks that the members of the top level have lines in the file, in the order of the members.
func checkLines(t *testing.T, document *Document) {
	decoder := jsontext.NewDecoder(bytes.NewReader(document.JSON()))
	if _, err := decoder.ReadToken(); err != nil {
		t.Fatal(err)
	}
	before := document.Line()
	for decoder.PeekKind() == '"' {
		name, err := decoder.ReadToken()
		if err != nil {
			t.Fatal(err)
		}
		line := document.Line(name.String())
		if line < before || line == 0 {
			t.Fatalf("Line(%q): got %d after %d", name.String(), line, before)
		}
		before = line
		if err := decoder.SkipValue(); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, file string) *Document {
	t.Helper()
	document, err := Read([]byte(file))
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return document
}

func refused(t *testing.T, file, want string) {
	t.Helper()
	document, err := Read([]byte(file))
	if err == nil {
		t.Fatalf("Read: got %s, want error %q", document.JSON(), want)
	}
	if document != nil {
		t.Error("Read: a document beside the error")
	}
	if diff := cmp.Diff(err.Error(), want); diff != "" {
		t.Errorf("error (-got +want):\n%s", diff)
	}
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func ExampleRead() {
	document, err := Read([]byte("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub '${env}-orders'\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(document.JSON()))
	fmt.Println("Queue begins on line", document.Line("Resources", "Queue"))
	// Output:
	// {
	//   "Resources": {
	//     "Queue": {
	//       "Type": "AWS::SQS::Queue",
	//       "Properties": {
	//         "QueueName": {
	//           "Fn::Sub": "${env}-orders"
	//         }
	//       }
	//     }
	//   }
	// }
	// Queue begins on line 2
}
