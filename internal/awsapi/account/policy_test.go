package account

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"amplify-boundary/internal/test/mototest"
)

const policyARN = "arn:aws:iam::123456789012:policy/boundaries/one"

// documents are policies with what they do as a boundary.
var documents = map[string]struct {
	document string
	allows   bool
}{
	"allows":            {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`, true},
	"denies":            {`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`, false},
	"denies_and_allows": {`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"},{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`, true},
	"one_statement_that_allows_not_in_a_list": {`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, true},
	"one_statement_that_denies_not_in_a_list": {`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`, false},
	"allow_elsewhere_than_in_effect":          {`{"Version":"2012-10-17","Statement":[{"Sid":"Allow","Effect":"Deny","Action":"iam:*","Resource":"arn:aws:s3:::Allow"}]}`, false},
	"signs_that_mean_something_in_a_url": {`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::a+b%2Fc d&e=é?"},` +
		`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::+"}]}`, true},
}

func TestPolicies_moto(t *testing.T) {
	cfg := mototest.Config(mototest.Start(t), "eu-west-1")
	client := iam.NewFromConfig(cfg)
	policies := NewPolicies(cfg)
	for name, test := range documents {
		t.Run(name, func(t *testing.T) {
			policy, err := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
				PolicyName: aws.String(strings.NewReplacer(" ", "-", ",", "").Replace(name)), PolicyDocument: aws.String(test.document),
			})
			if err != nil {
				t.Fatal(err)
			}
			arn := aws.ToString(policy.Policy.Arn)
			if got, err := allows(t, policies, arn); err != nil || got != test.allows {
				t.Errorf("got %t, %v, want %t", got, err, test.allows)
			}
		})
	}
	t.Run("the_default_version_counts", func(t *testing.T) {
		policy, err := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
			PolicyName: aws.String("versions"), PolicyDocument: aws.String(documents["denies"].document)})
		if err != nil {
			t.Fatal(err)
		}
		for _, asDefault := range []bool{false, true} {
			_, err := client.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{
				PolicyArn: policy.Policy.Arn, PolicyDocument: aws.String(documents["allows"].document), SetAsDefault: asDefault})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := allows(t, policies, aws.ToString(policy.Policy.Arn)); err != nil || got != asDefault {
				t.Errorf("got %t, %v, want %t", got, err, asDefault)
			}
		}
	})
	t.Run("a_policy_that_does_not_exist", func(t *testing.T) {
		const want = "policy arn:aws:iam::123456789012:policy/missing: the policy does not exist"
		_, err := policies.Find(t.Context(), "arn:aws:iam::123456789012:policy/missing")
		if !errors.Is(err, ErrNoPolicy) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// allows finds a policy and reports whether it allows something.
func allows(t *testing.T, policies Policies, arn string) (bool, error) {
	t.Helper()
	policy, err := policies.Find(t.Context(), arn)
	if err != nil {
		return false, err
	}
	return policy.Allows(t.Context())
}

// fakeIAM answers with a document, or with errors.
type fakeIAM struct {
	document              string // as IAM encodes it
	policyErr, versionErr error
	asked                 []string
}

func (f *fakeIAM) GetPolicy(_ context.Context, i *iam.GetPolicyInput, _ ...func(*iam.Options)) (*iam.GetPolicyOutput, error) {
	f.asked = append(f.asked, aws.ToString(i.PolicyArn))
	if f.policyErr != nil {
		return nil, f.policyErr
	}
	return &iam.GetPolicyOutput{Policy: &types.Policy{DefaultVersionId: aws.String("v7")}}, nil
}

func (f *fakeIAM) GetPolicyVersion(_ context.Context, i *iam.GetPolicyVersionInput, _ ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error) {
	f.asked = append(f.asked, aws.ToString(i.PolicyArn)+" "+aws.ToString(i.VersionId))
	if f.versionErr != nil {
		return nil, f.versionErr
	}
	return &iam.GetPolicyVersionOutput{PolicyVersion: &types.PolicyVersion{Document: aws.String(f.document)}}, nil
}

// IAM encodes documents by RFC 3986, in which + is a plus and a space is %20.
func TestAllows(t *testing.T) {
	for name, test := range documents {
		for encoding, encoded := range map[string]string{
			"all_escaped":   strings.ReplaceAll(url.QueryEscape(test.document), "+", "%20"),
			"a_plus_bare":   strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(test.document), "+", "%20"), "%2B", "+"),
			"small_letters": strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(test.document), "+", "%20"), "%2B", "%2b"),
		} {
			fake := &fakeIAM{document: encoded}
			if got, err := allows(t, Policies{fake}, policyARN); err != nil || got != test.allows {
				t.Errorf("%s, %s: got %t, %v, want %t", name, encoding, got, err, test.allows)
			}
			if got, want := strings.Join(fake.asked, ", "), policyARN+", "+policyARN+" v7"; got != want {
				t.Errorf("got asked for %s, want %s", got, want)
			}
		}
	}
}

// A document in which + is not a space after decoding keeps it: else this one could not be read.
func TestAllows_plus(t *testing.T) {
	fake := &fakeIAM{document: `{"Statement":{"Effect":"Allow","Condition":{"NumericEquals":{"a":1e+3}}}}`}
	if got, err := allows(t, Policies{fake}, policyARN); err != nil || !got {
		t.Errorf("got %t, %v, want true", got, err)
	}
}

func TestAllows_no_policy_document(t *testing.T) {
	for name, document := range map[string]string{
		"nothing":               "",
		"no_json":               "hunter2",
		"a_bad_escape":          "%7B%hunter2",
		"no_object":             `["hunter2"]`,
		"no_statement":          `{"Version":"hunter2"}`,
		"a_statement_of_text":   `{"Statement":"hunter2"}`,
		"a_list_of_text":        `{"Statement":["hunter2"]}`,
		"an_effect_that_is_not": `{"Statement":{"Effect":["hunter2"]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := allows(t, Policies{&fakeIAM{document: document}}, policyARN)
			want := "read policy " + policyARN + ": the answer cannot be read as IAM's; try again, and check the endpoint if one is set"
			if err == nil || got || err.Error() != want {
				t.Errorf("got  %t, %v\nwant %s", got, err, want)
			}
		})
	}
}

// Only IAM's own answer says that a policy does not exist; a denied call leaves it open.
func TestFind_fault(t *testing.T) {
	api := func(code, message string) error {
		return &smithy.OperationError{ServiceID: "IAM", OperationName: "GetPolicy", Err: &smithy.GenericAPIError{Code: code, Message: message}}
	}
	const ask, read = "ask IAM for policy " + policyARN + ": ", "read policy " + policyARN + ": "
	for name, test := range map[string]struct {
		fake  *fakeIAM
		found bool
		want  string
	}{
		"denied_to_look": {&fakeIAM{policyErr: api("AccessDenied", "not authorized")}, false,
			ask + "access denied (not authorized); allow iam:GetPolicy there"},
		"denied_to_read": {&fakeIAM{versionErr: api("AccessDenied", "not authorized")}, true,
			read + "access denied (not authorized); allow iam:GetPolicyVersion there"},
		"throttled":              {&fakeIAM{policyErr: api("Throttling", "hunter2")}, false, ask + "throttled, after several attempts; try again later"},
		"expired":                {&fakeIAM{policyErr: api("ExpiredToken", "hunter2")}, false, ask + "the AWS credentials are refused (ExpiredToken); renew them"},
		"another_fault":          {&fakeIAM{policyErr: api("ServiceFailure", "hunter2")}, false, ask + "error from IAM: ServiceFailure; try again"},
		"a_version_that_is_gone": {&fakeIAM{versionErr: &types.NoSuchEntityException{}}, true, read + "error from IAM: NoSuchEntity; try again"},
	} {
		t.Run(name, func(t *testing.T) {
			policy, err := Policies{test.fake}.Find(t.Context(), policyARN)
			if got := err == nil; got != test.found {
				t.Fatalf("got %v, want it found: %t", err, test.found)
			}
			if test.found {
				var allowed bool
				if allowed, err = policy.Allows(t.Context()); allowed {
					t.Error("got a policy that allows")
				}
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if errors.Is(err, ErrNoPolicy) {
				t.Errorf("got %v", ErrNoPolicy)
			}
		})
	}
}

func TestFind_unreadable(t *testing.T) {
	for name, body := range map[string]string{
		"no_xml":          "hunter2",
		"nothing":         "",
		"another_answer":  "<html><body>hunter2</body></html>",
		"without_policy":  "<GetPolicyResponse><GetPolicyResult></GetPolicyResult></GetPolicyResponse>",
		"without_version": "<GetPolicyResponse><GetPolicyResult><Policy><PolicyName>hunter2</PolicyName></Policy></GetPolicyResult></GetPolicyResponse>",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewPolicies(answering(t, 200, body)).Find(t.Context(), policyARN)
			want := "ask IAM for policy " + policyARN + ": the answer cannot be read as IAM's; try again, and check the endpoint if one is set"
			if err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
	t.Run("without_document", func(t *testing.T) {
		got, err := allows(t, Policies{withoutVersion{&fakeIAM{}}}, policyARN)
		want := "read policy " + policyARN + ": the answer cannot be read as IAM's; try again, and check the endpoint if one is set"
		if err == nil || got || err.Error() != want {
			t.Errorf("got  %t, %v\nwant %s", got, err, want)
		}
	})
}

// withoutVersion leaves the version out of its answer.
type withoutVersion struct{ *fakeIAM }

func (withoutVersion) GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error) {
	return &iam.GetPolicyVersionOutput{}, nil
}
