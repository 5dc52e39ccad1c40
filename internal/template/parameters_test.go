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
		"no parameters":        {`{"Resources":{}}`, nil, `{}`},
		"without a value":      {declared("String"), nil, `{"A":""}`},
		"list without a value": {declared("CommaDelimitedList"), nil, `{"A":[]}`},

		"default":                         {`{"Parameters":{"A":{"Type":"String","Default":"one"}}}`, nil, `{"A":"one"}`},
		"empty default":                   {`{"Parameters":{"A":{"Type":"String","Default":""}}}`, nil, `{"A":""}`},
		"default with escapes":            {`{"Parameters":{"A":{"Type":"String","Default":"\u006f\"\n"}}}`, nil, `{"A":"o\"\n"}`},
		"default of a number":             {`{"Parameters":{"A":{"Type":"Number","Default":1.50}}}`, nil, `{"A":"1.50"}`},
		"default of a boolean":            {`{"Parameters":{"A":{"Type":"String","Default":true}}}`, nil, `{"A":"true"}`},
		"default in YAML":                 {"Parameters:\n  A: {Type: String, Default: 2012-10-17}\n", nil, `{"A":"2012-10-17"}`},
		"default of a list":               {`{"Parameters":{"A":{"Type":"CommaDelimitedList","Default":"one, two ,three"}}}`, nil, `{"A":["one","two","three"]}`},
		"default of an empty list":        {`{"Parameters":{"A":{"Type":"CommaDelimitedList","Default":""}}}`, nil, `{"A":[]}`},
		"default of a list with a number": {`{"Parameters":{"A":{"Type":"List<Number>","Default":7}}}`, nil, `{"A":["7"]}`},
		"other members":                   {`{"Parameters":{"A":{"Type":"String","NoEcho":true,"AllowedValues":["one"],"Default":"one"}}}`, nil, `{"A":"one"}`},

		"text":                  {declared("String"), []string{"A=one"}, `{"A":"one"}`},
		"text with =":           {declared("String"), []string{"A=a=b="}, `{"A":"a=b="}`},
		"text with a comma":     {declared("String"), []string{"A=a, b"}, `{"A":"a, b"}`},
		"text with a quote":     {declared("String"), []string{`A="a\`}, `{"A":"\"a\\"}`},
		"text that is no UTF-8": {declared("String"), []string{"A=a\xff"}, `{"A":"a` + "\uFFFD" + `"}`},
		"empty text":            {declared("String"), []string{"A="}, `{"A":""}`},
		"number":                {declared("Number"), []string{"A=07"}, `{"A":"07"}`},
		"list":                  {declared("CommaDelimitedList"), []string{"A=a, b,,c "}, `{"A":["a","b","","c"]}`},
		"list of one":           {declared("CommaDelimitedList"), []string{"A=a"}, `{"A":["a"]}`},
		"empty list":            {declared("CommaDelimitedList"), []string{"A="}, `{"A":[]}`},
		"list of AWS's":         {declared("List<AWS::EC2::AvailabilityZone::Name>"), []string{"A=eu-west-1a,eu-west-1b"}, `{"A":["eu-west-1a","eu-west-1b"]}`},
		"list of numbers":       {declared("List<Number>"), []string{"A=1,2"}, `{"A":["1","2"]}`},
		"AWS's own type":        {declared("AWS::EC2::KeyPair::KeyName"), []string{"A=a,b"}, `{"A":"a,b"}`},
		"several":               {two, []string{"A=a", "B=b"}, `{"A":"a","B":"b"}`},
		"the last of several":   {two, []string{"A=a", "A=b"}, `{"A":"b","B":"2"}`},
		"before the default":    {two, []string{"B=x"}, `{"A":"","B":"x"}`},
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
		"not declared":            {declared, "Env=dev", `the template declares no parameter "Env"; declare it in Parameters, or leave the value out`},
		"no parameters":           {"Resources: {}\n", "env=dev", `the template declares no parameter "env"; declare it in Parameters, or leave the value out`},
		"no name":                 {declared, "=dev", `the template declares no parameter ""; declare it in Parameters, or leave the value out`},
		"no value":                {declared, "env", `parameter "env" has no value; write KEY=VALUE`},
		"nothing":                 {declared, "", `parameter "" has no value; write KEY=VALUE`},
		"Parameters a list":       {"Resources: {}\nParameters: [env]\n", "env=dev", "line 2: " + malformed},
		"a parameter a string":    {"Resources: {}\nParameters:\n  env: String\n", "env=dev", "line 2: " + malformed},
		"a Type that is no word":  {"Resources: {}\nParameters:\n  env: {Type: [String]}\n", "env=dev", "line 2: " + malformed},
		"Parameters a list, JSON": {`{"Parameters":["env"]}`, "env=dev", "line 1: " + malformed},
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
