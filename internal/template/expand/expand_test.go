package expand_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/template/expand"
)

// call is one run of the macro.
type call struct {
	Fragment   string
	Parameters map[string]string
}

// unchanged answers with the fragment itself and notes the calls.
func unchanged(calls *[]call) expand.Run {
	return func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		c := call{Fragment: string(fragment)}
		for name, value := range parameters {
			if c.Parameters == nil {
				c.Parameters = make(map[string]string)
			}
			c.Parameters[name] = string(value)
		}
		*calls = append(*calls, c)
		return fragment, nil
	}
}

func TestTemplateOrder(t *testing.T) {
	const (
		name     = `{"Name":"M","Parameters":{"At":%q}}`
		template = `{"Transform":{"Name":"M","Parameters":{"At":"template"}},"Resources":{` +
			`"A":{"Type":"T","Fn::Transform":{"Name":"M","Parameters":{"At":"A"}},"Properties":{` +
			`"Fn::Transform":{"Name":"M","Parameters":{"At":"A's properties"}},"Inner":{"Fn::Transform":{"Name":"M","Parameters":{"At":"Inner"}}}}},` +
			`"Fn::Transform":{"Name":"M","Parameters":{"At":"resources"}},` +
			`"B":{"Fn::Transform":{"Name":"M","Parameters":{"At":"B"}},"Type":"U"}}}`
	)
	var calls []call
	numbered := func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		_, _ = unchanged(&calls)(fragment, parameters)
		return bytes.Replace(fragment, []byte("{"), fmt.Appendf(nil, `{"n%d":0,`, len(calls)), 1), nil
	}
	// An object that a declaration leaves empty is answered with another value.
	run := func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		output, err := numbered(fragment, parameters)
		if string(fragment) == "{}" {
			output = []byte(`"done"`)
		}
		return output, err
	}
	got, declared, err := expand.Template([]byte(template), "M", run)
	if err != nil || !declared {
		t.Fatalf("got declared %t, error %v", declared, err)
	}

	at := func(location, fragment string) call {
		return call{Fragment: fragment, Parameters: map[string]string{"At": fmt.Sprintf("%q", location)}}
	}
	const (
		a = `{"n3":0,"Type":"T","Properties":{"n2":0,"Inner":"done"}}`
		b = `{"n4":0,"Type":"U"}`
	)
	wantCalls := []call{
		at("Inner", `{}`),
		at("A's properties", `{"Inner":"done"}`),
		at("A", `{"Type":"T","Properties":{"n2":0,"Inner":"done"}}`),
		at("B", `{"Type":"U"}`),
		at("resources", `{"A":`+a+`,"B":`+b+`}`),
		at("template", `{"Resources":{"n5":0,"A":`+a+`,"B":`+b+`}}`),
	}
	if diff := cmp.Diff(wantCalls, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if want := `{"n6":0,"Resources":{"n5":0,"A":` + a + `,"B":` + b + `}}`; string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTemplateCut(t *testing.T) {
	for name, test := range map[string]struct{ template, want string }{
		"only_member":                   {`{"Transform":"M"}`, `{}`},
		"only_member_spaced":            {"{\n  \"Transform\" : \"M\"\n}", "{\n}"},
		"first":                         {`{"Transform":"M","A":1}`, `{"A":1}`},
		"first_a_line_each":             {"{\n  \"Transform\": \"M\",\n  \"A\": 1\n}", "{\n  \"A\": 1\n}"},
		"middle":                        {`{"A":1,"Transform":"M","B":2}`, `{"A":1,"B":2}`},
		"middle_a_line_each":            {"{\n  \"A\": 1,\n  \"Transform\": \"M\",\n  \"B\": 2\n}", "{\n  \"A\": 1,\n  \"B\": 2\n}"},
		"middle_odd_space":              {"{\"A\":1 ,\t\"Transform\"\r\n:\"M\" , \"B\":2 }", "{\"A\":1 ,\t\"B\":2 }"},
		"last":                          {`{"A":1,"Transform":"M"}`, `{"A":1}`},
		"last_a_line_each":              {"{\n  \"A\": 1,\n  \"Transform\": \"M\"\n}", "{\n  \"A\": 1\n}"},
		"last_odd_space":                {"{\"A\":1 , \"Transform\":\"M\"\t}", "{\"A\":1 \t}"},
		"space_around_the_template":     {" \n{\"A\": 1, \"Transform\": \"M\"}\n\n", "{\"A\": 1}"},
		"escaped_name":                  {`{"\u0054ransform":"\u004d","A":"\u0041"}`, `{"A":"\u0041"}`},
		"a_comma_in_a_string_before":    {`{"A":",","Transform":"M"}`, `{"A":","}`},
		"a_declaration_in_a_string":     {`{"A":"\"Transform\":\"X\",","Transform":"M"}`, `{"A":"\"Transform\":\"X\","}`},
		"a_member_Transform_elsewhere":  {`{"A":{"Transform":"X"},"Transform":"M"}`, `{"A":{"Transform":"X"}}`},
		"a_value_Transform":             {`{"A":["Transform","Fn::Transform"],"Transform":"M"}`, `{"A":["Transform","Fn::Transform"]}`},
		"numbers":                       {`{"A":1e400,"Transform":"M","B":-0.10}`, `{"A":1e400,"B":-0.10}`},
		"snippet_first":                 {`{"R":{"Fn::Transform":{"Name":"M"}, "A":1} }`, `{"R":{"A":1} }`},
		"snippet_last":                  {`{"R":{"A":1, "Fn::Transform":{"Name":"M"} },"S":[ ]}`, `{"R":{"A":1 },"S":[ ]}`},
		"snippet_only":                  {`{"R":{ "Fn::Transform":{"Name":"M"} }}`, `{"R":{ }}`},
		"snippet_in_a_list":             {`{"R":[1,{"Fn::Transform":{"Name":"M"}} ,2]}`, `{"R":[1,{} ,2]}`},
		"snippet_name_escaped":          {`{"R":{"Fn\u003a:Transform":"M","A":1}}`, `{"R":{"A":1}}`},
		"snippet_at_the_top":            {`{"Fn::Transform":"M","A":1}`, `{"A":1}`},
		"two_snippets_beside":           {`{"A":{"Fn::Transform":"M","a":1},"B":{"b":2,"Fn::Transform":"M"}}`, `{"A":{"a":1},"B":{"b":2}}`},
		"section_and_snippet":           {`{"Transform":"M","A":{"Fn::Transform":"M"}}`, `{"A":{}}`},
		"white_space_only_in_the_value": {"{\"Transform\": [\n\"M\"\n] ,\"A\":1}", `{"A":1}`},
	} {
		t.Run(name, func(t *testing.T) {
			var calls []call
			got, declared, err := expand.Template([]byte(test.template), "M", unchanged(&calls))
			if err != nil || !declared {
				t.Fatalf("got declared %t, error %v", declared, err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTemplateDeclaration(t *testing.T) {
	none := []call{{Fragment: `{"A":1}`}}
	with := func(name, value string) []call {
		return []call{{Fragment: `{"A":1}`, Parameters: map[string]string{name: value}}}
	}
	for name, test := range map[string]struct {
		declaration string
		want        []call
	}{
		"name":                 {`"M"`, none},
		"name_with_an_account": {`"123456789012::M"`, none},
		"list_of_a_name":       {`["M"]`, none},
		"object":               {`{"Name":"M"}`, none},
		"list_of_an_object":    {`[{"Name":"M"}]`, none},
		"no_parameters":        {`{"Name":"M","Parameters":{}}`, none},
		"null_parameters":      {`{"Name":"M","Parameters":null}`, none},
		"parameters":           {`{"Name":"M","Parameters":{"Environment":"dev"}}`, with("Environment", `"dev"`)},
		"parameters_first":     {`{"Parameters":{"Environment":"dev"},"Name":"M"}`, with("Environment", `"dev"`)},
		"parameters_in_a_list": {`[{"Name":"M","Parameters":{"Environment":"dev"}}]`, with("Environment", `"dev"`)},
		"a_Ref_is_left_alone":  {`{"Name":"M","Parameters":{"Environment":{ "Ref" : "Stage" }}}`, with("Environment", `{"Ref":"Stage"}`)},
		"a_number_as_it_is":    {`{"Name":"M","Parameters":{"n":1.50}}`, with("n", `1.50`)},
		"twice":                {`["M",{"Name":"M"}]`, append(none, none...)},
	} {
		for location, template := range map[string]string{
			"section": `{"A":1,"Transform":` + test.declaration + `}`,
			"snippet": `{"R":{"A":1,"Fn::Transform":` + test.declaration + `}}`,
		} {
			t.Run(name+", "+location, func(t *testing.T) {
				var calls []call
				_, declared, err := expand.Template([]byte(template), "M", unchanged(&calls))
				if err != nil || !declared {
					t.Fatalf("got declared %t, error %v", declared, err)
				}
				if diff := cmp.Diff(test.want, calls); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestTemplateUndeclared(t *testing.T) {
	const template = "\n{ \"A\": {\"Transform\": \"X\"}, \"B\": 1.0 }\n"
	var calls []call
	got, declared, err := expand.Template([]byte(template), "M", unchanged(&calls))
	if err != nil {
		t.Fatal(err)
	}
	if declared {
		t.Error("got declared")
	}
	if diff := cmp.Diff([]call{{Fragment: template}}, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if string(got) != template {
		t.Errorf("got %s, want %s", got, template)
	}
}

func TestTemplateRefuses(t *testing.T) {
	const (
		malformed = "a transform must be a name, an object with Name and Parameters, or a list of these"
		other     = "the template declares the transform %s, which only AWS can run; give the processed template instead " +
			"(of a stack: aws cloudformation get-template --template-stage Processed)"
	)
	for name, test := range map[string]struct {
		declaration string
		want        string
		runs        int // before the refusal
	}{
		"number":                 {`1`, malformed, 0},
		"null":                   {`null`, malformed, 0},
		"boolean":                {`true`, malformed, 0},
		"empty_object":           {`{}`, malformed, 0},
		"no_name":                {`{"Parameters":{}}`, malformed, 0},
		"empty_name":             {`{"Name":""}`, malformed, 0},
		"name_that_is_no_string": {`{"Name":["M"]}`, malformed, 0},
		"name_in_small_letters":  {`{"name":"M"}`, malformed, 0},
		"parameters_of_no_kind":  {`{"Name":"M","Parameters":["Environment"]}`, malformed, 0},
		"empty_list":             {`[]`, malformed, 0},
		"list_in_a_list":         {`["M",["M"]]`, malformed, 0},
		"list_with_a_number":     {`["M",1]`, malformed, 0},
		"AWSs_own":               {`"AWS::Serverless-2016-10-31"`, fmt.Sprintf(other, "AWS::Serverless-2016-10-31"), 0},
		"anothers_as_an_object":  {`{"Name":"AWS::Include","Parameters":{"Location":"s3://x"}}`, fmt.Sprintf(other, "AWS::Include"), 0},
		"anothers_before":        {`["AWS::LanguageExtensions","M"]`, fmt.Sprintf(other, "AWS::LanguageExtensions"), 0},
		"anothers_after":         {`["M",{"Name":"N"}]`, fmt.Sprintf(other, "N"), 1},
		"the_name_as_part":       {`"MM"`, fmt.Sprintf(other, "MM"), 0},
		"in_other_letters":       {`"m"`, fmt.Sprintf(other, "m"), 0},
	} {
		for location, template := range map[string]string{
			"section": `{"A":1,"Transform":` + test.declaration + `}`,
			"snippet": `{"R":{"A":1,"Fn::Transform":` + test.declaration + `}}`,
		} {
			t.Run(name+", "+location, func(t *testing.T) {
				var calls []call
				output, _, err := expand.Template([]byte(template), "M", unchanged(&calls))
				if err == nil || output != nil {
					t.Fatalf("got %s, error %v", output, err)
				}
				if got := err.Error(); got != test.want {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
				if got, want := len(calls), test.runs; got != want {
					t.Errorf("got %d runs before the refusal, want %d", got, want)
				}
			})
		}
	}
}

func TestTemplateRunError(t *testing.T) {
	want := errors.New("no boundary")
	for name, template := range map[string]string{
		"section":    `{"Transform":"M"}`,
		"snippet":    `{"A":{"Fn::Transform":"M"}}`,
		"undeclared": `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			output, _, err := expand.Template([]byte(template), "M", func([]byte, map[string]jsontext.Value) ([]byte, error) { return nil, want })
			if !errors.Is(err, want) || output != nil {
				t.Errorf("got %s, error %v; want the error alone", output, err)
			}
		})
	}
}

// What a declaration leaves is the template without it: as another library reads it, and byte for byte.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{
		`{"Transform":"M","Resources":{"A":{"n":[1.50,"\u00e9"]}}}`,
		"{\n  \"Resources\": {\"A\": {\"Type\" : \"T\", \"Fn::Transform\": {\"Name\": \"M\"}}},\r\n\t\"Transform\": [\"M\", {\"Name\": \"M\", \"Parameters\": {\"Fn::Transform\": 1}}]\n}",
		`{"A":[{"Fn::Transform":"M"},{"Fn::Transform":"M","a":{"Fn::Transform":["M"]}}], "":"\\\",", "B":null}`,
		`{"A":{"Transform":{"Fn::Transform":"M"}},"Fn::Transform":"M"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, template []byte) {
		if !jsontext.Value(template).IsValid() || jsontext.Value(template).Kind() != '{' {
			t.Skip("no template")
		}
		var calls []call
		output, declared, err := expand.Template(template, "M", unchanged(&calls))
		if err != nil {
			if output != nil {
				t.Errorf("output %s beside error %v", output, err)
			}
			return
		}
		if diff := cmp.Diff(withoutDeclarations(t, template), decoded(t, output)); diff != "" {
			t.Errorf("the output is not the template without its declarations (-want +got):\n%s", diff)
		}
		if !declared && !bytes.Equal(output, template) {
			t.Errorf("got %q for %q, which declares nothing", output, template)
		}
		if !isWhatDeletionsLeave(output, template) {
			t.Errorf("%q has bytes that %q has not", output, template)
		}
		if inside := bytes.TrimSpace(template); len(calls) == 1 && !isOneDeletion(output, inside) && !isOneDeletion(output, template) {
			t.Errorf("%q is not %q with one part removed", output, template)
		}
	})
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

func withoutDeclarations(t *testing.T, template []byte) any {
	t.Helper()
	var clean func(value any)
	clean = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			delete(value, "Fn::Transform")
			for _, member := range value {
				clean(member)
			}
		case []any:
			for _, element := range value {
				clean(element)
			}
		}
	}
	value := decoded(t, template)
	clean(value)
	delete(value.(map[string]any), "Transform")
	return value
}

// isWhatDeletionsLeave reports whether a text arises from another by leaving bytes out.
func isWhatDeletionsLeave(text, from []byte) bool {
	for _, b := range text {
		i := bytes.IndexByte(from, b)
		if i < 0 {
			return false
		}
		from = from[i+1:]
	}
	return true
}

// isOneDeletion reports whether a string is another one without one part of it.
func isOneDeletion(text, from []byte) bool {
	if len(text) > len(from) {
		return false
	}
	before := 0
	for before < len(text) && text[before] == from[before] {
		before++
	}
	return bytes.HasSuffix(from, text[before:])
}
