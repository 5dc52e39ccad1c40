package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"amplify-boundary/internal/test/lambdatest"
)

// A request's size limits the memory that it needs, whatever its author put into it. A function with 256 MB
// answers the largest request that Lambda passes on.
func TestPeakMemory(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("only Linux knows the peak")
	}
	const (
		frame = `{"requestId":"id-1","region":"eu-west-1","accountId":"123456789012","params":%s,"templateParameterValues":%s,"fragment":%s}`
		dev   = `{"Environment":"dev"}`
		fixed = 20e6 // bytes, of any request
	)
	resources := func(form string) string { return `{"Resources":{` + repeated(form) + `}}` }
	for name, test := range map[string]struct {
		payload string
		times   float64 // its size, beside what is fixed
	}{
		"roles":                     {fmt.Sprintf(frame, dev, `{}`, resources(`"%x":{"Type":"AWS::IAM::Role"}`)), 5},
		"custom_resources":          {fmt.Sprintf(frame, dev, `{}`, resources(`"Thing%x":{"Type":"Custom::Thing"}`)), 5},
		"nested_stacks":             {fmt.Sprintf(frame, dev, `{}`, resources(`"%x":{"Type":"AWS::CloudFormation::Stack"}`)), 5},
		"long_resources":            {fmt.Sprintf(frame, dev, `{}`, resources(`"%x":{"Type":"AWS::SNS::Topic","Metadata":"`+strings.Repeat("m", 1000)+`"}`)), 5},
		"resources_without_type":    {fmt.Sprintf(frame, dev, `{}`, resources(`"%x":{}`)), 12},
		"resources_that_are_none":   {fmt.Sprintf(frame, dev, `{}`, resources(`"%x":0`)), 12},
		"transform_parameters":      {fmt.Sprintf(frame, `{`+repeated(`"%x":0`)+`}`, `{}`, `{}`), 13},
		"template_parameter_values": {fmt.Sprintf(frame, dev, `{`+repeated(`"%x":0`)+`}`, `{}`), 13},
		"reference":                 {fmt.Sprintf(frame, `{"Environment":{`+repeated(`"%x":0`)+`}}`, `{}`, `{}`), 13},
		"metadata":                  {fmt.Sprintf(frame, dev, `{}`, `{"Metadata":{`+repeated(`"%x":0`)+`},"Resources":{}}`), 13},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t, "AWS_ENDPOINT_URL_SSM="+newStore(t, serve(devARN)))
			f.invoke(t, []byte(test.payload), ample)
			got, err := f.PeakMemory()
			if err != nil {
				t.Fatal(err)
			}
			if want := int64(fixed + test.times*float64(len(test.payload))); got > want {
				t.Errorf("got a peak of %d bytes for a request of %d, want at most %d", got, len(test.payload), want)
			}
		})
	}
}

// repeated returns as many members of an object as a request has room for.
func repeated(form string) string {
	const room = lambdatest.PayloadLimit - 4096
	var text strings.Builder
	for i := 0; text.Len() < room; i++ {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, form, i)
	}
	return text.String()
}
