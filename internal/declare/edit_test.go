package declare_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/test/declaretest"

	"github.com/google/go-cmp/cmp"
)

var prod = declare.Macro{Environment: "prod"}

func lines(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

func TestAdd(t *testing.T) {
	for _, test := range []struct {
		name, before string
		macro        declare.Macro
		after        string
		undeclared   string // empty is before
	}{
		{"json_absent", `{"Resources":{}}`, declare.Macro{}, `{"Transform":"AmplifyBoundary","Resources":{}}`, ""},
		{"json_absent_spaced", "{\n  \"Resources\": {}\n}\n", prod,
			"{\n  \"Transform\": {\"Name\": \"AmplifyBoundary\", \"Parameters\": {\"Environment\": \"prod\"}},\n  \"Resources\": {}\n}\n", ""},
		{"json_behind_version", "{ \"AWSTemplateFormatVersion\": \"2010-09-09\" ,\n\n \"Resources\": {} }", declare.Macro{},
			"{ \"AWSTemplateFormatVersion\": \"2010-09-09\", \"Transform\": \"AmplifyBoundary\" ,\n\n \"Resources\": {} }", ""},
		{"json_version_last", `{"Resources":{},"AWSTemplateFormatVersion":"2010-09-09"}`, declare.Macro{},
			`{"Transform":"AmplifyBoundary","Resources":{},"AWSTemplateFormatVersion":"2010-09-09"}`, ""},
		{"json_byte_order_mark", "\ufeff{\"Resources\":{}}", declare.Macro{}, "\ufeff{\"Transform\":\"AmplifyBoundary\",\"Resources\":{}}", ""},
		{"json_string", `{"Resources":{}, "Transform" : "AWS::\u0041"}`, declare.Macro{},
			`{"Resources":{}, "Transform" : ["AWS::\u0041","AmplifyBoundary"]}`, ""},
		{"json_object", "{\n \"Transform\": {\"Name\": \"A\",\n  \"Parameters\": {}}, \"Resources\":{}}", prod,
			"{\n \"Transform\": [{\"Name\": \"A\",\n  \"Parameters\": {}}, {\"Name\": \"AmplifyBoundary\", \"Parameters\": {\"Environment\": \"prod\"}}], \"Resources\":{}}", ""},
		{"json_list", "{\"Transform\": [\n    \"A\",\n    \"B\"\n  ], \"Resources\":{}}", declare.Macro{},
			"{\"Transform\": [\n    \"A\",\n    \"B\",\n    \"AmplifyBoundary\"\n  ], \"Resources\":{}}", ""},
		{"json_list_of_one", `{"Transform":["A"],"Resources":{}}`, declare.Macro{}, "{\"Transform\":[\"A\",\n  \"AmplifyBoundary\"],\"Resources\":{}}", ""},
		{"json_list_of_one_spaced", `{"Transform": [ "A" ],"Resources":{}}`, declare.Macro{}, `{"Transform": [ "A", "AmplifyBoundary" ],"Resources":{}}`, ""},
		{"json_other_macro", `{"Resources":{}}`, declare.Macro{Name: "123456789012::Bound\"ary", Project: "shop"},
			`{"Transform":{"Name":"Bound\"ary","Parameters":{"Project":"shop"}},"Resources":{}}`, ""},
		{"yaml_absent", lines("# header", "", "# the roles", "Resources:", "  R: {Type: !Ref X}"), declare.Macro{},
			lines("# header", "", "# the roles", "Transform: AmplifyBoundary", "Resources:", "  R: {Type: !Ref X}"), ""},
		{"yaml_behind_version", lines("---", "AWSTemplateFormatVersion: '2010-09-09' # comment", "", "Resources: {}"), declare.Macro{Environment: "prod", Project: "shop"},
			lines("---", "AWSTemplateFormatVersion: '2010-09-09' # comment", "Transform: {Name: AmplifyBoundary, Parameters: {Environment: prod, Project: shop}}", "", "Resources: {}"), ""},
		{"yaml_environment_parameter", lines("Parameters: {StageName: {Type: String}}", "Resources: {}"), declare.Macro{EnvironmentParameter: "StageName"},
			lines("Transform: {Name: AmplifyBoundary, Parameters: {Environment: !Ref StageName}}", "Parameters: {StageName: {Type: String}}", "Resources: {}"), ""},
		{"json_environment_parameter", `{"Parameters":{"Stage":{"Type":"String"}},"Resources":{}}`, declare.Macro{EnvironmentParameter: "Stage"},
			`{"Transform":{"Name":"AmplifyBoundary","Parameters":{"Environment":{"Ref":"Stage"}}},"Parameters":{"Stage":{"Type":"String"}},"Resources":{}}`, ""},
		{"json_spaced_environment_parameter", `{ "Parameters": {"Stage": {"Type": "String"}}, "Resources": {}}`, declare.Macro{EnvironmentParameter: "Stage", Project: "shop"},
			`{ "Transform": {"Name": "AmplifyBoundary", "Parameters": {"Environment": {"Ref": "Stage"}, "Project": "shop"}}, "Parameters": {"Stage": {"Type": "String"}}, "Resources": {}}`, ""},
		{"yaml_quotes_words", lines("Resources: {}"), declare.Macro{Environment: "on", Project: "010"},
			lines(`Transform: {Name: AmplifyBoundary, Parameters: {Environment: "on", Project: "010"}}`, "Resources: {}"), ""},
		{"yaml_crlf", "AWSTemplateFormatVersion: 2010-09-09\r\nResources: {}\r\n", declare.Macro{},
			"AWSTemplateFormatVersion: 2010-09-09\r\nTransform: AmplifyBoundary\r\nResources: {}\r\n", ""},
		{"yaml_carriage_returns", "Resources:\r  R: {}\r", declare.Macro{}, "Transform: AmplifyBoundary\rResources:\r  R: {}\r", ""},
		{"yaml_no_last_line_break", "Resources: {}", declare.Macro{}, "Transform: AmplifyBoundary\nResources: {}", ""},
		{"yaml_byte_order_mark", "\ufeffResources: {}\n", declare.Macro{}, "\ufeffTransform: AmplifyBoundary\nResources: {}\n", ""},
		{"yaml_indented", "--- !!map\n  Resources: {}\n  Outputs: {}\n", declare.Macro{}, "--- !!map\n  Transform: AmplifyBoundary\n  Resources: {}\n  Outputs: {}\n", ""},
		{"yaml_odd_line_breaks", "Description: \"a\u2028b\"\nMetadata: \u0085Transform: A\nResources: {}\n", declare.Macro{},
			"Description: \"a\u2028b\"\nMetadata: \u0085Transform: [A, AmplifyBoundary]\nResources: {}\n", ""},
		{"yaml_next_lines", "Resources: {}\u0085Transform: &a A\u0085", declare.Macro{},
			"Resources: {}\u0085Transform: [&a A, AmplifyBoundary]\u0085", ""},
		{"yaml_next_lines_flow", "Transform: [A] # b\u0085Resources: {}\u2028", declare.Macro{},
			"Transform: [A,\u0085  AmplifyBoundary] # b\u0085Resources: {}\u2028", ""},
		{"yaml_next_lines_block", "Resources: {}\u0085Transform:\u0085- A", declare.Macro{},
			"Resources: {}\u0085Transform:\u0085- A\u0085- AmplifyBoundary", ""},
		{"yaml_anchors", lines("Metadata: &m", "  a: &b [c]", "Resources:", "  R: {Type: x, Properties: {A: &c d}}"), declare.Macro{},
			lines("Transform: AmplifyBoundary", "Metadata: &m", "  a: &b [c]", "Resources:", "  R: {Type: x, Properties: {A: &c d}}"), ""},
		{"yaml_string", lines("Transform: AWS::Serverless-2016-10-31  # SAM", "Resources: {}"), prod,
			lines("Transform: [AWS::Serverless-2016-10-31, {Name: AmplifyBoundary, Parameters: {Environment: prod}}]  # SAM", "Resources: {}"), ""},
		{"yaml_quoted_string", lines(`"Transform" : 'A''s'  # SAM`, "Resources: {}"), declare.Macro{},
			lines(`"Transform" : ['A''s', AmplifyBoundary]  # SAM`, "Resources: {}"), ""},
		{"yaml_string_below", lines("Resources: {}", "Transform:", "    # SAM", "    !!str A::B"), declare.Macro{},
			lines("Resources: {}", "Transform:", "    # SAM", "    [!!str A::B, AmplifyBoundary]"), ""},
		{"yaml_flow_list_of_one", lines("Transform: [A] # SAM", "Resources: {}"), declare.Macro{},
			lines("Transform: [A,", "  AmplifyBoundary] # SAM", "Resources: {}"), ""},
		{"yaml_last_section_counts", lines("Transform: A", "Resources: {}", "Transform: [B, C]", "Outputs: {}"), declare.Macro{},
			lines("Transform: A", "Resources: {}", "Transform: [B, C, AmplifyBoundary]", "Outputs: {}"), ""},
		{"json_last_section_counts", `{"Transform":"A","Resources":{},"Transform":"B"}`, declare.Macro{},
			`{"Transform":"A","Resources":{},"Transform":["B","AmplifyBoundary"]}`, ""},
		{"yaml_explicit_keys", lines("? Transform", ": A", "? Resources", ": {}"), declare.Macro{},
			lines("? Transform", ": [A, AmplifyBoundary]", "? Resources", ": {}"), ""},
		{"yaml_flow_list", lines("Transform: [ 'A', {Name: B, Parameters: {x: \"]}\", y: it's}} ] # all", "Resources: {}"), declare.Macro{},
			lines("Transform: [ 'A', {Name: B, Parameters: {x: \"]}\", y: it's}}, AmplifyBoundary ] # all", "Resources: {}"), ""},
		{"yaml_flow_list_of_lines", lines("Transform: [", "  A, # first, ]", "  B,", "]", "Resources: {}"), declare.Macro{},
			lines("Transform: [", "  A, # first, ]", "  B,", "  AmplifyBoundary,", "]", "Resources: {}"), ""},
		{"yaml_block_list", lines("Transform:", "  - A  # first", "  # - B", "", "# resources", "Resources: {}"), prod,
			lines("Transform:", "  - A  # first", "  - {Name: AmplifyBoundary, Parameters: {Environment: prod}}", "  # - B", "", "# resources", "Resources: {}"), ""},
		{"yaml_block_list_not_indented", lines("Resources: {}", "Transform:", "- A", "-", "    Name: B", "    Parameters:", "      x: |", "        # text", "..."), declare.Macro{},
			lines("Resources: {}", "Transform:", "- A", "-", "    Name: B", "    Parameters:", "      x: |", "        # text", "- AmplifyBoundary", "..."), ""},
		{"yaml_block_list_behind_dots", lines("Metadata:", "  code: |", "    def f():", "      ...", "Resources: {}", "Transform:", "- A", "... # the end"), declare.Macro{},
			lines("Metadata:", "  code: |", "    def f():", "      ...", "Resources: {}", "Transform:", "- A", "- AmplifyBoundary", "... # the end"), ""},
		{"yaml_block_list_at_the_end", "Resources: {}\r\nTransform:\r\n  - A", declare.Macro{}, "Resources: {}\r\nTransform:\r\n  - A\r\n  - AmplifyBoundary", ""},
		{"yaml_flow_object", lines("Transform: {Name: A,", "   Parameters: {}}", "Resources: {}"), declare.Macro{},
			lines("Transform: [{Name: A,", "   Parameters: {}}, AmplifyBoundary]", "Resources: {}"), ""},
		{"yaml_block_object", lines("Transform: # why", "    Name: A", "    Parameters:", "      x: |-", "        y", "", "Resources: {}"), declare.Macro{},
			lines("Transform: # why", "-   Name: A", "    Parameters:", "      x: |-", "        y", "- AmplifyBoundary", "", "Resources: {}"),
			lines("Transform: # why", "-   Name: A", "    Parameters:", "      x: |-", "        y", "", "Resources: {}")},
		{"yaml_block_object_one_deep", lines("Transform:", " Name: A", "Resources: {}"), declare.Macro{},
			lines("Transform:", "-", " Name: A", "- AmplifyBoundary", "Resources: {}"), lines("Transform:", "-", " Name: A", "Resources: {}")},
		{"yaml_flow_template", lines("# comment", "{ # flow", "  Resources: {R: !Sub 'a}'},", "  Outputs: {} }"), declare.Macro{},
			lines("# comment", "{ # flow", "  \"Transform\": \"AmplifyBoundary\",", "  Resources: {R: !Sub 'a}'},", "  Outputs: {} }"), ""},
		{"yaml_flow_template_with_transform", lines("{Resources: {}, Transform: A, Outputs: {}}"), declare.Macro{},
			lines(`{Resources: {}, Transform: [A, "AmplifyBoundary"], Outputs: {}}`), ""},
		{"other_account_is_another_macro", `{"Transform":"210987654321::AmplifyBoundary","Resources":{}}`, declare.Macro{Name: "123456789012::AmplifyBoundary"},
			`{"Transform":["210987654321::AmplifyBoundary","AmplifyBoundary"],"Resources":{}}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			after, err := declaretest.Add([]byte(test.before), test.macro)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.after, string(after)); diff != "" {
				t.Errorf("declared (-want +got):\n%s", diff)
			}
			again, err := declaretest.Add(after, test.macro)
			if err != nil || string(again) != string(after) {
				t.Errorf("declared again: %q, %v", again, err)
			}
			undeclared, err := declaretest.Remove(after, test.macro.Name)
			if err != nil {
				t.Fatal(err)
			}
			want := test.undeclared
			if want == "" {
				want = test.before
			}
			if diff := cmp.Diff(want, string(undeclared)); diff != "" {
				t.Errorf("undeclared (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddAgain(t *testing.T) {
	staging := declare.Macro{Environment: "staging", Project: "shop"}
	for _, test := range []struct{ name, before, after string }{
		{"json_string", `{"Transform":"AmplifyBoundary","Resources":{}}`,
			`{"Transform":{"Name":"AmplifyBoundary","Parameters":{"Environment":"staging","Project":"shop"}},"Resources":{}}`},
		{"json_with_account", `{"Transform":["A","123456789012::AmplifyBoundary"],"Resources":{}}`,
			`{"Transform":["A",{"Name":"123456789012::AmplifyBoundary","Parameters":{"Environment":"staging","Project":"shop"}}],"Resources":{}}`},
		{"json_without_parameters", `{"Transform":{"Name":"AmplifyBoundary"},"Resources":{}}`,
			`{"Transform":{"Name":"AmplifyBoundary","Parameters":{"Environment":"staging","Project":"shop"}},"Resources":{}}`},
		{"json_with_parameters", `{"Transform":{"Parameters":{"Project":"shop","Revision":7,"Environment":{"Ref":"env"}},"Name":"AmplifyBoundary"},"Resources":{}}`,
			`{"Transform":{"Parameters":{"Project":"shop","Revision":7,"Environment":"staging"},"Name":"AmplifyBoundary"},"Resources":{}}`},
		{"json_number", `{"Transform":{"Name":"AmplifyBoundary","Parameters":{"Project":1,"Environment":"staging"}},"Resources":{}}`,
			`{"Transform":{"Name":"AmplifyBoundary","Parameters":{"Project":"shop","Environment":"staging"}},"Resources":{}}`},
		{"yaml_string_in_block", lines("Transform:", "  - A", "  - AmplifyBoundary # last", "Resources: {}"),
			lines("Transform:", "  - A", "  - {Name: AmplifyBoundary, Parameters: {Environment: staging, Project: shop}} # last", "Resources: {}")},
		{"yaml_block_without_parameters", lines("Transform:", "  - Name: AmplifyBoundary", "", "Resources: {}"),
			lines("Transform:", "  - {Name: AmplifyBoundary, Parameters: {Environment: staging, Project: shop}}", "", "Resources: {}")},
		{"yaml_block_with_parameters", lines("Transform:", "  Parameters:", "    Environment: !Ref env # Amplify's", "    Project: 'Shop'", "    Revision: 7", "  Name: AmplifyBoundary", "Resources: {}"),
			lines("Transform:", "  Parameters:", "    Environment: staging # Amplify's", "    Project: shop", "    Revision: 7", "  Name: AmplifyBoundary", "Resources: {}")},
		{"language_extensions_last", lines("Transform: [AmplifyBoundary, AWS::LanguageExtensions]", "Resources: {}"),
			lines("Transform: [{Name: AmplifyBoundary, Parameters: {Environment: staging, Project: shop}}, AWS::LanguageExtensions]", "Resources: {}")},
		{"yaml_block_reference", lines("Transform:", "  Name: AmplifyBoundary", "  Parameters:", "    Environment:", "      Ref: env", "    Project: shop", "Resources: {}"),
			lines("Transform:", "  {Name: AmplifyBoundary, Parameters: {Environment: staging, Project: shop}}", "Resources: {}")},
		{"yaml_flow", lines("Transform: [A, {Name: AmplifyBoundary, Parameters: {Environment: '${x}', Revision: 1}}]", "Resources: {}"),
			lines("Transform: [A, {Name: AmplifyBoundary, Parameters: {Environment: staging, Project: shop, Revision: 1}}]", "Resources: {}")},
	} {
		t.Run(test.name, func(t *testing.T) {
			after, err := declaretest.Add([]byte(test.before), staging)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.after, string(after)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, same := range []declare.Macro{staging, {}, {Project: "shop"}} {
				if again, err := declaretest.Add(after, same); err != nil || string(again) != string(after) {
					t.Errorf("declared again with %v: %q, %v", same, again, err)
				}
			}
		})
	}
}

func TestAdd_environment_parameter_again(t *testing.T) {
	const before = "Transform:\n  Name: AmplifyBoundary\n  Parameters:\n    Environment: dev\nParameters: {Stage: {Type: String}}\nResources: {}\n"
	after, err := declaretest.Add([]byte(before), declare.Macro{EnvironmentParameter: "Stage"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Replace(before, "dev", "!Ref Stage", 1), string(after)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	const want = "the template has no parameter Other for the environment; add it to the Parameters section"
	if got, err := declaretest.Add(after, declare.Macro{EnvironmentParameter: "Other"}); err == nil || got != nil || err.Error() != want {
		t.Errorf("got %q, %v, want %s", got, err, want)
	}
}

// Words that a reader of YAML reads as a boolean or null are quoted, and an unquoted one is not the name that it looks like.
func TestAdd_quotes_words(t *testing.T) {
	for _, name := range []string{"y", "N", "yes", "No", "on", "OFF", "true", "False", "null", "NULL", "010", "1e3", "a:b", "dev#1"} {
		after, err := declaretest.Add([]byte("Resources: {}\n"), declare.Macro{Environment: name})
		if err != nil {
			t.Fatal(err)
		}
		want := "Transform: {Name: AmplifyBoundary, Parameters: {Environment: \"" + name + "\"}}\nResources: {}\n"
		if diff := cmp.Diff(want, string(after)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, name := range []string{"yes", "on", "true", "null"} {
		unquoted := "Transform: {Name: AmplifyBoundary, Parameters: {Environment: " + name + "}}\nResources: {}\n"
		after, err := declaretest.Add([]byte(unquoted), declare.Macro{Environment: name})
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Replace(unquoted, ": "+name+"}", ": \""+name+"\"}", 1); string(after) != want {
			t.Errorf("got %s, want %s", after, want)
		}
	}
}

func TestAddRefuses(t *testing.T) {
	for _, test := range []struct {
		name, template string
		want           error  // nil for one without a name
		message        string // contained
	}{
		{"empty", "", template.ErrNotTemplate, ""},
		{"comment", "# nothing\n", template.ErrNotTemplate, ""},
		{"list", "[1]", template.ErrNotTemplate, ""},
		{"text", "secret", template.ErrNotTemplate, ""},
		{"no_resources", "Outputs: {}\n", template.ErrNotTemplate, ""},
		{"resources_are_no_mapping", `{"Resources":[]}`, template.ErrNotTemplate, ""},
		{"broken_json", `{"Resources":{"a":"secret"]}`, nil, "line 1: not valid JSON"},
		{"cut_off_json", `{"Resources":{"a":"secret`, nil, "not valid"},
		{"broken_yaml", "Resources:\n  a: [secret\n", nil, "line 3: not valid YAML"},
		{"no_utf_8", "Resources: {}\nDescription: secret \xe9\n", nil, "line 2: not valid UTF-8"},
		{"utf_16", inUTF16("Transform: [A,\u2028B]\u2028Resources: {}\u2028"), nil, "line 1: not valid UTF-8"},
		{"two_documents", "Resources: {}\n---\nResources: {}\n", nil, "line 2: a second YAML document"},
		{"merged_name", "Metadata: &m {Name: secret}\nTransform: {<<: *m, Name: AmplifyBoundary}\nResources: {}\n", nil, "line 2: merge key <<"},
		{"last_name_counts", `{"Resources":{},"Transform":{"Name":"AmplifyBoundary","Name":1}}`, nil, "a transform must be a name"},
		{"transform_null", "Resources: {}\nTransform:\n", nil, "line 2: a transform must be a name"},
		{"transform_number", `{"Resources":{},"Transform":1}`, nil, "a transform must be a name"},
		{"transform_without_name", `{"Resources":{},"Transform":{"Parameters":{}}}`, nil, "a transform must be a name"},
		{"transform_function", "Resources: {}\nTransform: !Sub A\n", nil, "a transform must be a name"},
		{"transform_alias", "Metadata: &a A\nResources: {}\nTransform: *a\n", nil, "line 3: alias *a"},
		{"transform_empty_list", `{"Resources":{},"Transform":[]}`, nil, "a transform must be a name"},
		{"transform_in_list_of_lists", `{"Resources":{},"Transform":[["A"]]}`, nil, "a transform must be a name"},
		{"name_is_a_function", "Resources: {}\nTransform:\n - Name: !Ref A\n", nil, "a transform must be a name"},
		{"not_last", "Transform: [AmplifyBoundary, A]\nResources: {}\n", declare.ErrNotLast, ""},
		{"twice", `{"Resources":{},"Transform":["AmplifyBoundary","A","123456789012::AmplifyBoundary"]}`, declare.ErrTwice, ""},
		{"block_scalar", "Transform: |-\n  A\nResources: {}\n", declare.ErrNotEditable, "line 1"},
		{"scalar_of_two_lines", "Resources: {}\nTransform: A\n  B\n", declare.ErrNotEditable, "line 2"},
		{"anchor_of_block", "Transform: &a\n  Name: A\nResources: {}\n", declare.ErrNotEditable, ""},
		{"alias_of_the_section", "Transform: &a [A]\nResources: {}\nMetadata: *a\n", nil, "line 3: alias *a"},
		{"comment_in_declaration", "Transform:\n  Name: AmplifyBoundary # ours\nResources: {}\n", declare.ErrNotEditable, "line 1"},
		{"parameters_are_not_a_map", `{"Resources":{},"Transform":{"Name":"AmplifyBoundary","Parameters":[]}}`, nil, "a transform must be a name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := declaretest.Add([]byte(test.template), prod)
			if err == nil || got != nil {
				t.Fatalf("got %q, %v, want an error", got, err)
			}
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if !strings.Contains(err.Error(), test.message) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %q, want %q in it and no value", err, test.message)
			}
		})
	}
}

// inUTF16 is a text as some editors save it, low bytes first.
func inUTF16(text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\uFEFF" + text)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

func TestRemove(t *testing.T) {
	for _, test := range []struct{ name, before, macro, after string }{
		{"not_declared", "Transform: A\nResources: {}\n", "", "Transform: A\nResources: {}\n"},
		{"without_transform", `{"Resources":{}}`, "", `{"Resources":{}}`},
		{"only_transform_last_in_json", `{"Resources":{} , "Transform" : "AmplifyBoundary" }`, "", `{"Resources":{} }`},
		{"list_of_one", lines("Resources: {}", "Transform:", "  # why", "  - AmplifyBoundary", "Outputs: {}"), "", lines("Resources: {}", "Outputs: {}")},
		{"not_last", lines("Transform:", "- AmplifyBoundary", "- A", "Resources: {}"), "", lines("Transform:", "- A", "Resources: {}")},
		{"not_last_in_json", `{"Transform":["AmplifyBoundary", "A"],"Resources":{}}`, "", `{"Transform":["A"],"Resources":{}}`},
		{"twice", "Transform: [AmplifyBoundary, A, '123456789012::AmplifyBoundary']\nResources: {}\n", "", "Transform: A\nResources: {}\n"},
		{"other_name", `{"Transform":["AmplifyBoundary","Bound"],"Resources":{}}`, "Bound", `{"Transform":"AmplifyBoundary","Resources":{}}`},
		{"block_object_with_comments", lines("Transform:", "  - A", "  - Name: AmplifyBoundary # ours", "    Parameters:", "      Environment: prod", "      # deep", "  # shallow", "Resources: {}"), "",
			lines("Transform:", "  - A", "  # shallow", "Resources: {}")},
		{"section_at_the_end", "Resources: {}\r\nTransform: AmplifyBoundary", "", "Resources: {}"},
		{"block_scalar", "Transform: >-\n  AmplifyBoundary\nResources: {}\n", "", "Resources: {}\n"},
		{"explicit_key", "Resources: {}\n? Transform\n: - AmplifyBoundary\n", "", "Resources: {}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := declaretest.Remove([]byte(test.before), test.macro)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.after, string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestState(t *testing.T) {
	for _, test := range []struct {
		name, template, macro string
		want                  declare.State
		isYAML                bool
	}{
		{"absent", `{"Resources":{}}`, "", declare.Absent, false},
		{"string", `{"Resources":{},"Transform":"AmplifyBoundary"}`, "", declare.Last, false},
		{"object", `{"Resources":{},"Transform":{"Name":"AmplifyBoundary"}}`, "", declare.Last, false},
		{"last", "Resources: {}\nTransform: [A, AmplifyBoundary]", "", declare.Last, true},
		{"earlier", "Resources: {}\nTransform:\n- AmplifyBoundary\n- A", "", declare.NotLast, true},
		{"twice", "Resources: {}\nTransform: [AmplifyBoundary, A, AmplifyBoundary]", "", declare.Last, true},
		{"other", "Resources: {}\nTransform: AmplifyBoundaryToo", "", declare.Absent, true},
		{"in_resources", `{"Resources":{"Fn::Transform":"AmplifyBoundary"}}`, "", declare.Absent, false},
		{"with_account", "Resources: {}\nTransform: 123456789012::AmplifyBoundary", "", declare.Last, true},
		{"with_account_both", "Resources: {}\nTransform: 123456789012::AmplifyBoundary", "123456789012::AmplifyBoundary", declare.Last, true},
		{"with_account_of_the_macro", "Resources: {}\nTransform: AmplifyBoundary", "123456789012::AmplifyBoundary", declare.Last, true},
		{"with_another_account", "Resources: {}\nTransform: 210987654321::AmplifyBoundary", "123456789012::AmplifyBoundary", declare.Absent, true},
		{"before_language_extensions", "Resources: {}\nTransform: [A, AmplifyBoundary, AWS::LanguageExtensions]", "", declare.Last, true},
		{"before_another_after_language_extensions", "Resources: {}\nTransform: [AmplifyBoundary, AWS::LanguageExtensions, A]", "", declare.NotLast, true},
		{"with_no_account", "Resources: {}\nTransform: AWS::AmplifyBoundary", "", declare.Absent, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			section, err := declare.Read([]byte(test.template))
			if err != nil {
				t.Fatal(err)
			}
			if got := section.State(test.macro); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if got := section.Document().YAML() != nil; got != test.isYAML {
				t.Errorf("got YAML %t, want %t", got, test.isYAML)
			}
		})
	}
}

func ExampleAdd() {
	declared, _ := declaretest.Add([]byte(`Transform: AWS::Serverless-2016-10-31 # SAM
Resources:
  Orders: {Type: AWS::Serverless::Function}
`), declare.Macro{Environment: "prod"})
	fmt.Print(string(declared))
	// Output:
	// Transform: [AWS::Serverless-2016-10-31, {Name: AmplifyBoundary, Parameters: {Environment: prod}}] # SAM
	// Resources:
	//   Orders: {Type: AWS::Serverless::Function}
}
