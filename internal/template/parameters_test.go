package template

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

func TestParameterValues(t *testing.T) {
	declared := func(kind string) string { return "Parameters:\n  A: {Type: " + kind + "}\n" }
	two := "Parameters:\n  A: {Type: String}\n  B: {Type: Number, Default: 2}\n"
	for name, test := range map[string]struct {
		file        string
		assignments []string
		want        string
	}{
		"no_parameters":        {`{"Resources":{}}`, nil, `{}`},
		"without_a_value":      {declared("String"), nil, `{"A":""}`},
		"list_without_a_value": {declared("CommaDelimitedList"), nil, `{"A":[]}`},

		"default":                         {`{"Parameters":{"A":{"Type":"String","Default":"one"}}}`, nil, `{"A":"one"}`},
		"empty_default":                   {`{"Parameters":{"A":{"Type":"String","Default":""}}}`, nil, `{"A":""}`},
		"default_with_escapes":            {`{"Parameters":{"A":{"Type":"String","Default":"\u006f\"\n"}}}`, nil, `{"A":"o\"\n"}`},
		"default_of_a_number":             {`{"Parameters":{"A":{"Type":"Number","Default":1.50}}}`, nil, `{"A":"1.50"}`},
		"default_of_a_boolean":            {`{"Parameters":{"A":{"Type":"String","Default":true}}}`, nil, `{"A":"true"}`},
		"default_in_YAML":                 {"Parameters:\n  A: {Type: String, Default: 2012-10-17}\n", nil, `{"A":"2012-10-17"}`},
		"default_of_a_list":               {`{"Parameters":{"A":{"Type":"CommaDelimitedList","Default":"one, two ,three"}}}`, nil, `{"A":["one","two","three"]}`},
		"default_of_an_empty_list":        {`{"Parameters":{"A":{"Type":"CommaDelimitedList","Default":""}}}`, nil, `{"A":[]}`},
		"default_of_a_list_with_a_number": {`{"Parameters":{"A":{"Type":"List<Number>","Default":7}}}`, nil, `{"A":["7"]}`},
		"other_members":                   {`{"Parameters":{"A":{"Type":"String","NoEcho":true,"AllowedValues":["one"],"Default":"one"}}}`, nil, `{"A":"one"}`},

		"text":                  {declared("String"), []string{"A=one"}, `{"A":"one"}`},
		"text_with_equals":      {declared("String"), []string{"A=a=b="}, `{"A":"a=b="}`},
		"text_with_a_comma":     {declared("String"), []string{"A=a, b"}, `{"A":"a, b"}`},
		"text_with_a_quote":     {declared("String"), []string{`A="a\`}, `{"A":"\"a\\"}`},
		"text_that_is_no_UTF_8": {declared("String"), []string{"A=a\xff"}, `{"A":"a` + "\uFFFD" + `"}`},
		"empty_text":            {declared("String"), []string{"A="}, `{"A":""}`},
		"number":                {declared("Number"), []string{"A=07"}, `{"A":"07"}`},
		"list":                  {declared("CommaDelimitedList"), []string{"A=a, b,,c "}, `{"A":["a","b","","c"]}`},
		"list_of_one":           {declared("CommaDelimitedList"), []string{"A=a"}, `{"A":["a"]}`},
		"empty_list":            {declared("CommaDelimitedList"), []string{"A="}, `{"A":[]}`},
		"list_of_AWSs":          {declared("List<AWS::EC2::AvailabilityZone::Name>"), []string{"A=eu-west-1a,eu-west-1b"}, `{"A":["eu-west-1a","eu-west-1b"]}`},
		"list_of_numbers":       {declared("List<Number>"), []string{"A=1,2"}, `{"A":["1","2"]}`},
		"AWSs_own_type":         {declared("AWS::EC2::KeyPair::KeyName"), []string{"A=a,b"}, `{"A":"a,b"}`},
		"several":               {two, []string{"A=a", "B=b"}, `{"A":"a","B":"b"}`},
		"the_last_of_several":   {two, []string{"A=a", "A=b"}, `{"A":"b","B":"2"}`},
		"before_the_default":    {two, []string{"B=x"}, `{"A":"","B":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			values, err := read(t, test.file).ParameterValues(test.assignments)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(values, json.Deterministic(true))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParameterValuesRefuses(t *testing.T) {
	const (
		declared  = "Resources: {}\nParameters:\n  env: {Type: String}\n"
		malformed = "Parameters is not an object of parameters, each with a Type; write it as one"
	)
	for name, test := range map[string]struct {
		file       string
		assignment string
		want       string
	}{
		"not_declared":           {declared, "Env=dev", `the template declares no parameter "Env"; declare it in Parameters, or leave the value out`},
		"no_parameters":          {"Resources: {}\n", "env=dev", `the template declares no parameter "env"; declare it in Parameters, or leave the value out`},
		"no_name":                {declared, "=dev", `the template declares no parameter ""; declare it in Parameters, or leave the value out`},
		"no_value":               {declared, "env", `parameter "env" has no value; write KEY=VALUE`},
		"nothing":                {declared, "", `parameter "" has no value; write KEY=VALUE`},
		"Parameters_a_list":      {"Resources: {}\nParameters: [env]\n", "env=dev", "line 2: " + malformed},
		"a_parameter_a_string":   {"Resources: {}\nParameters:\n  env: String\n", "env=dev", "line 2: " + malformed},
		"a_Type_that_is_no_word": {"Resources: {}\nParameters:\n  env: {Type: [String]}\n", "env=dev", "line 2: " + malformed},
		"defaults_of_two_kinds":  {"Parameters:\n  Z: {Type: String, Default: [z]}\n  B: {Type: String, Default: {}}\n  A: {Type: String}\n  C: {Type: String, Default: [c]}\n", "A=a", "line 3: the Default of parameter B is not a string, a number or a boolean; write it as one"},
		"Parameters_a_list_JSON": {`{"Parameters":["env"]}`, "env=dev", "line 1: " + malformed},
	} {
		t.Run(name, func(t *testing.T) {
			values, err := read(t, test.file).ParameterValues([]string{test.assignment})
			if err == nil || values != nil {
				t.Fatalf("got %v, error %v", values, err)
			}
			if got := err.Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
