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
	tests := map[string]struct{ file, want string }{
		"empty":              {"", "the file is empty; a template needs at least the section Resources"},
		"white_space":        {" \r\n\t\n", "the file is empty; a template needs at least the section Resources"},
		"byte_order_mark":    {"\uFEFF", "the file is empty; a template needs at least the section Resources"},
		"comments":           {"# nothing\n", "the file is empty; a template needs at least the section Resources"},
		"empty_document":     {"---\n# nothing\n", "the file is empty; a template needs at least the section Resources"},
		"bad_UTF_8_in_JSON":  {"{\n\"A\": \"\xff\"}", "line 2: not valid UTF-8; save the file in the encoding UTF-8"},
		"bad_UTF_8_in_YAML":  {"A: 1\nB: \xc3\n", "line 2: not valid UTF-8; save the file in the encoding UTF-8"},
		"UTF_16":             {"\xff\xfeA\x00", "line 1: not valid UTF-8; save the file in the encoding UTF-8"},
		"JSON_key_twice":     {"{\"A\": {\n\"B\": 1,\n\"B\": 2}}", `line 3: key "B" appears twice; keep one of them`},
		"JSON_key_escaped":   {"{\"A\": 1,\n\"\\u0041\": 2}", `line 2: key "A" appears twice; keep one of them`},
		"JSON_syntax":        {"{\"A\": 1,\n\"B\" 2}", `line 2: not valid JSON: a character or an escape does not belong there`},
		"JSON_cut_off":       {"{\n\"A\": [1,\n\n", "line 2: not valid JSON: it ends too early"},
		"JSON_surrogate":     {`{"A": "\ud800"}`, "line 1: not valid JSON: a character or an escape does not belong there"},
		"JSON_and_more":      {"{}\n{}", "line 2: more text after the end of the template; remove it"},
		"JSON_and_noise":     {"{}\n}", "line 2: not valid JSON: a character or an escape does not belong there"},
		"JSON_array":         {`["A"]`, "line 1: the template is no mapping; write its sections, such as Resources, as keys at the top level"},
		"sequence":           {"\n- A\n", "line 2: the template is no mapping; write its sections, such as Resources, as keys at the top level"},
		"scalar":             {"Resources\n", "line 1: the template is no mapping; write its sections, such as Resources, as keys at the top level"},
		"tagged_mapping":     {"!Sub\nA: 1\n", "line 1: the template is no mapping; write its sections, such as Resources, as keys at the top level"},
		"YAML_key_twice":     {"A:\n  B: 1\n  C: 2\n  'B': 3\n", `line 4: key "B" appears twice, first on line 2; keep one of them`},
		"two_documents":      {"A: 1\n---\nB: 2\n", "line 2: a second YAML document begins here; a template is one document, keep the others in files of their own"},
		"empty_second_one":   {"A: 1\n---\n", "line 2: a second YAML document begins here; a template is one document, keep the others in files of their own"},
		"broken_second_one":  {"A: 1\n---\nB: ]\n", "at or after line 2: not valid YAML: did not find expected node content; check indentation, quotes and brackets from there on"},
		"control_character":  {"A: 1\nB: \x01\n", "line 2: character U+0001 cannot stand in YAML; remove it, or write it as an escape in double quotes"},
		"noncharacter":       {"A: \uFFFF\n", "line 1: character U+FFFF cannot stand in YAML; remove it, or write it as an escape in double quotes"},
		"surrogate":          {`A: "\ud800"`, "at or after line 1: not valid YAML: found invalid Unicode character escape code; check indentation, quotes and brackets from there on"},
		"wrong_indentation":  {"A: 1\nB: 2\n C: 3\n", "at or after line 3: not valid YAML: mapping values are not allowed in this context; check indentation, quotes and brackets from there on"},
		"tab":                {"A:\n\tB: 1\n", "at or after line 2: not valid YAML: found character that cannot start any token; check indentation, quotes and brackets from there on"},
		"fault_on_line_1":    {"A: ]\n", "at or after line 1: not valid YAML: did not find expected node content; check indentation, quotes and brackets from there on"},
		"unknown_anchor":     {"A: 1\nB: *Name\n", "at or after line 2: alias *Name: CloudFormation reads no aliases; write out what it stands for, or put it in quotes if it is text"},
		"alias":              {"A: &a {}\nB: *a\n", "line 2: alias *a: CloudFormation reads no aliases; write out what it stands for"},
		"alias_as_key":       {"A: &a b\n*a : 1\n", "line 2: alias *a as a key: CloudFormation reads no aliases; write the key out"},
		"merge":              {"A: &a {}\nB:\n  <<: *a\n", "line 3: merge key <<: CloudFormation merges no mappings; write the keys out"},
		"merge_in_place":     {"A:\n  <<: {B: 1}\n", "line 2: merge key <<: CloudFormation merges no mappings; write the keys out"},
		"mapping_as_key":     {"A:\n  {{ name }}: 1\n", "line 2: a mapping or a list is used as a key; a key must be a name (text with {{ }} needs quotes)"},
		"list_as_key":        {"A: 1\n? [B]\n: 1\n", "line 2: a mapping or a list is used as a key; a key must be a name (text with {{ }} needs quotes)"},
		"colon_behind_key":   {"A: {b:}\n", "line 1: an unquoted text ends with a colon, which not every reader of YAML takes for a part of it; put it in quotes, or a space behind the colon"},
		"colon_behind_text":  {"A: [!Ref b:]\n", "line 1: an unquoted text ends with a colon, which not every reader of YAML takes for a part of it; put it in quotes, or a space behind the colon"},
		"key_without_a_name": {"A: 1\n? \n: 2\n", "line 2: a key without a name; write the name before the colon"},
		"short_form_as_key":  {"A:\n  !Ref B: 1\n", `line 2: tag "!Ref" cannot be used here; write a short form that CloudFormation knows, such as !Sub, or the value without a tag`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, test.file, test.want)
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
	refused(t, nested(1_000_000), "at or after line 1: not valid YAML: exceeded max depth of 10000; check indentation, quotes and brackets from there on")
	refused(t, "A: \n"+strings.Repeat("- ", 1_000_000), "at or after line 2: not valid YAML: exceeded max depth of 10000; check indentation, quotes and brackets from there on")
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
