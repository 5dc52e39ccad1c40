package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

// benchmarkTemplate is a template of many kinds of resources, about 1 KB for each role.
func benchmarkTemplate(roles int) string {
	var members []string
	for i := range roles {
		members = append(members, fmt.Sprintf(`
    "Role%d": {
      "Type": "AWS::IAM::Role",
      "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        "Policies": [{"PolicyName": "Read", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": {"Fn::Sub": "arn:aws:s3:::${Bucket%d}/*"}}]}}]
      }
    },
    "Function%d": {
      "Type": "AWS::Lambda::Function",
      "Metadata": {"aws:cdk:path": "Stack/Function%d/Resource"},
      "Properties": {"Handler": "index.handler", "Runtime": "nodejs22.x", "Role": {"Fn::GetAtt": ["Role%d", "Arn"]}, "MemorySize": 1024, "Timeout": 30}
    }`, i, i, i, i, i))
	}
	return `{"Description": "A template", "Resources": {` + strings.Join(members, ",") + "\n}}"
}

// BenchmarkBound compares the transform with its floor, the validation of the same bytes.
func BenchmarkBound(b *testing.B) {
	fragment := []byte(benchmarkTemplate(400))
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(len(fragment)))
		for b.Loop() {
			if !jsontext.Value(fragment).IsValid() {
				b.Fatal("not valid JSON")
			}
		}
	})
	b.Run("transform", func(b *testing.B) {
		b.SetBytes(int64(len(fragment)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := bound(fragment, transform.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkGrowth measures odd fragments of two sizes. The time and the memory for each byte are to be about the same.
func BenchmarkGrowth(b *testing.B) {
	nested := func(open, inside, end string, depth int) string {
		return strings.Repeat(open, depth) + inside + strings.Repeat(end, depth)
	}
	for name, fragment := range map[string]func(n int) string{
		"roles":  func(n int) string { return `{"Resources":` + numbered(n, `{"Type":"AWS::IAM::Role"}`) + `}` },
		"faults": func(n int) string { return `{"Resources":` + numbered(n, `{"Type":"AWS::Serverless::Api"}`) + `}` },
		"nested_loops": func(n int) string { // with a nested stack in each
			const stack = `"S":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"x"}}`
			return `{"Resources":{` + nested(`"Fn::ForEach::L":["X",[],{`+stack+`,`, stack[:2]+`T`+stack[2:], `}]`, n/3) + `}}`
		},
		"branches": func(n int) string {
			return `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":` + nested(`{"Fn::If":["C","",`, `""`, `]}`, n/3) + `}}}}`
		},
	} {
		for _, n := range []int{1000, 10_000} {
			input := []byte(fragment(n))
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(input)))
				b.ReportAllocs()
				for b.Loop() {
					parsed, err := transform.Parse(input, transform.Options{Existing: transform.Keep})
					if err != nil {
						b.Fatal(err)
					}
					_, _ = parsed.Bound(transformtest.ARN) // some are refused
					_ = parsed.Stacks()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(input)), "ns/input-B")
			})
		}
	}
}
