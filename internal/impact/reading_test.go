package impact

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/awsapi/account"
)

const (
	nothing = `{"Effect":"Deny","Action":["*"],"Resource":["*"]}` // what a reading without a statement has
	users   = `"Resource":"arn:aws:dynamodb:*:*:table/users"`
	office  = `"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`
)

func TestReadings(t *testing.T) {
	for name, test := range map[string]struct {
		policy          string // its statements
		lenient, strict string
		// The numbers of the statements that are left in the readings about s3, lenient and strict; 0: none.
		ofService string
	}{
		"allow_whole_service": {`{"Effect":"Allow","Action":["ec2:Run*","S3:*"],"Resource":"*"}`,
			`{"Effect":"Allow","Action":["ec2:Run*","S3:*"],"Resource":["*"]}`,
			`{"Effect":"Allow","Action":["ec2:Run*","S3:*"],"Resource":["*"]}`, "1 1"},
		"deny_whole_service": {`{"Effect":"Deny","Action":"s3:**","Resource":"*"}`,
			`{"Effect":"Deny","Action":["s3:**"],"Resource":["*"]}`,
			`{"Effect":"Deny","Action":["s3:**"],"Resource":["*"]}`, "1 1"},
		"allow_not_action_of_the_service": {`{"Effect":"Allow","NotAction":["s3:*"],"Resource":"*"}`,
			`{"Effect":"Allow","NotAction":["s3:*"],"Resource":["*"]}`,
			`{"Effect":"Allow","NotAction":["s3:*"],"Resource":["*"]}`, "0 0"},
		"deny_not_action_of_the_service": {`{"Effect":"Deny","NotAction":["s3:*"],"Resource":"*"}`,
			`{"Effect":"Deny","NotAction":["s3:*"],"Resource":["*"]}`,
			`{"Effect":"Deny","NotAction":["s3:*"],"Resource":["*"]}`, "0 0"},
		"deny_not_action_of_another_service": {`{"Effect":"Deny","NotAction":["sts:*"],"Resource":"*"}`,
			`{"Effect":"Deny","NotAction":["sts:*"],"Resource":["*"]}`,
			`{"Effect":"Deny","NotAction":["sts:*"],"Resource":["*"]}`, "1 1"},
		"allow": {`{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`,
			`{"Sid":"A","Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}`,
			`{"Sid":"A","Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}`, "1 0"},
		"allow_resource": {`{"Effect":"Allow","Action":["dynamodb:Scan","*"],` + users + `}`,
			`{"Effect":"Allow","Action":["dynamodb:Scan","*"],"Resource":["*"]}`, nothing, "1 0"},
		"allow_condition": {`{"Effect":"Allow","Action":"*","Resource":"*",` + office + `}`,
			`{"Effect":"Allow","Action":["*"],"Resource":["*"]}`, nothing, "1 0"},
		"allow_everything_among_resources": {`{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::a","*"],"Condition":{}}`,
			`{"Effect":"Allow","Action":["*"],"Resource":["*"]}`, `{"Effect":"Allow","Action":["*"],"Resource":["*"]}`, "1 1"},
		"deny": {`{"Effect":"Deny","Action":"dynamodb:Scan","Resource":"*"}`,
			`{"Effect":"Deny","Action":["dynamodb:Scan"],"Resource":["*"]}`,
			`{"Effect":"Deny","Action":["dynamodb:Scan"],"Resource":["*"]}`, "0 0"},
		"deny_service": {`{"Effect":"Deny","Action":["dynamodb:*","s3:Get*"],"Resource":"*"}`,
			`{"Effect":"Deny","Action":["dynamodb:*","s3:Get*"],"Resource":["*"]}`,
			`{"Effect":"Deny","Action":["dynamodb:*","s3:Get*"],"Resource":["*"]}`, "0 1"},
		"deny_resource": {`{"Effect":"Deny","Action":"dynamodb:*",` + users + `}`,
			nothing, `{"Effect":"Deny","Action":["dynamodb:*"],"Resource":["*"]}`, "0 0"},
		"deny_condition": {`{"Effect":"Deny","Action":"*","Resource":"*",` + office + `}`,
			nothing, `{"Effect":"Deny","Action":["*"],"Resource":["*"]}`, "0 1"},
		"allow_not_action": {`{"Effect":"Allow","NotAction":["iam:*","s3:Get*"],"Resource":"*"}`,
			`{"Effect":"Allow","NotAction":["iam:*","s3:Get*"],"Resource":["*"]}`,
			`{"Effect":"Allow","NotAction":["iam:*","s3:Get*"],"Resource":["*"]}`, "1 0"},
		"allow_not_action_of_no_whole_service": {`{"Effect":"Allow","NotAction":"iam:Create*","Resource":"*"}`,
			`{"Effect":"Allow","NotAction":["iam:Create*"],"Resource":["*"]}`,
			`{"Effect":"Allow","NotAction":["iam:Create*"],"Resource":["*"]}`, "1 1"},
		"deny_not_action": {`{"Effect":"Deny","NotAction":["s3:Get*","sts:AssumeRole"],"Resource":"*"}`,
			`{"Effect":"Deny","NotAction":["s3:Get*","sts:AssumeRole"],"Resource":["*"]}`,
			`{"Effect":"Deny","NotAction":["s3:Get*","sts:AssumeRole"],"Resource":["*"]}`, "0 1"},
		"allow_not_resource": {`{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::secret/*"}`,
			`{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}`, nothing, "1 0"},
		"deny_not_resource": {`{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::own/*"}`,
			nothing, `{"Effect":"Deny","Action":["s3:*"],"Resource":["*"]}`, "0 1"},
		"allow_not_principal": {`{"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"}`,
			`{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}`, nothing, "1 0"},
		"deny_principal": {`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`,
			nothing, `{"Effect":"Deny","Action":["s3:*"],"Resource":["*"]}`, "0 1"},
		"none": {"", nothing, nothing, "0 0"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, text := range []string{`[` + test.policy + `]`, test.policy} {
				if text == "" {
					continue
				}
				d, err := account.ParseDocument(`{"Version":"2008-10-17","Id":"x","Statement":` + text + `}`)
				if err != nil {
					t.Fatal(err)
				}
				p, err := parse(d)
				if err != nil {
					t.Fatal(err)
				}
				soft, hard := rewrite(p.statements, about("s3", deny)), rewrite(p.statements, about("s3", allow))
				got := []string{p.lenient.Text(), p.strict.Text(), fmt.Sprintf("%d %d", soft.numbers[0], hard.numbers[0])}
				const begin, end = `{"Version":"2012-10-17","Statement":[`, `]}`
				if diff := cmp.Diff([]string{begin + test.lenient + end, begin + test.strict + end, test.ofService}, got); diff != "" {
					t.Errorf("lenient, strict, of service s3 (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// The statements of a reading are numbered as in the policy.
func TestReadings_numbers(t *testing.T) {
	d, err := account.ParseDocument(`{"Statement":[{"Effect":"Deny","Action":"*",` + users + `},{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Effect":"Allow","Action":"*",` + users + `},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse(d)
	if err != nil {
		t.Fatal(err)
	}
	got := [][]int{p.lenient.numbers, p.strict.numbers}
	if diff := cmp.Diff([][]int{{2, 3, 4}, {1, 2, 4}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadings_error(t *testing.T) {
	for name, text := range map[string]string{
		"an_action_of_two_lists": `{"Statement":{"Effect":"Allow","Action":[["hunter2"]],"Resource":"*"}}`,
		"another_effect":         `{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}`,
		"no_effect":              `{"Statement":{"Action":"*","Resource":"*"}}`,
		"no_action":              `{"Statement":{"Effect":"Allow","Resource":"*"}}`,
		"two_kinds_of_action":    `{"Statement":{"Effect":"Allow","Action":"*","NotAction":"iam:*","Resource":"*"}}`,
		"no_resource":            `{"Statement":{"Effect":"Allow","Action":"*"}}`,
		"a_resource_of_a_number": `{"Statement":[{"Effect":"Allow","Action":"*","Resource":7}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			d, err := account.ParseDocument(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err = parse(d); err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Editors of Windows write a byte order mark.
func TestReadPolicy_byte_order_mark(t *testing.T) {
	if _, err := ReadPolicy([]byte("\uFEFF" + `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)); err != nil {
		t.Error(err)
	}
}

// IAM refuses a policy without a statement, so nobody can set it as a boundary.
func TestReadPolicy_without_statements(t *testing.T) {
	if _, err := ReadPolicy([]byte(`{"Version":"2012-10-17","Statement":[]}`)); err == nil {
		t.Error("it was accepted")
	}
}
