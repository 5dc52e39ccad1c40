package assume_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/test/mototest"
)

const role = "arn:aws:iam::123456789012:role/central/reader"

func TestValidRole(t *testing.T) {
	for arn, want := range map[string]bool{
		role: true,
		"arn:aws-us-gov:iam::123456789012:role/r":         true,
		"arn:aws-iso-b:iam::123456789012:role/a_b+=,.@-c": true,
		"":                                      false,
		"reader":                                false,
		"arn:aws:iam::123456789012:role/":       false,
		"arn:aws:iam::123456789012:role/path/":  false,
		"arn:aws:iam::12345678901:role/reader":  false,
		"arn:aws:iam::123456789012:user/reader": false,
		"arn:aws:sts::123456789012:assumed-role/reader/name": false,
		role + "\n": false,
		" " + role:  false,
		role + "*":  false,
	} {
		if got := assume.ValidRole(arn); got != want {
			t.Errorf("%q: got %t, want %t", arn, got, want)
		}
	}
}

// serve answers calls to STS.
func serve(t *testing.T, status int, body string, heard *[]url.Values) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		*heard = append(*heard, r.PostForm)
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	cfg := mototest.Config(server.URL, "eu-west-1")
	cfg.RetryMaxAttempts = 1
	return cfg
}

// The role is assumed once for many calls, and not before the first.
func TestRole(t *testing.T) {
	var heard []url.Values
	cfg := assume.Role(serve(t, http.StatusOK, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
		<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>
		</Credentials></AssumeRoleResult></AssumeRoleResponse>`, &heard), role)
	if len(heard) != 0 {
		t.Errorf("the role was assumed before a call: %v", heard)
	}
	for range 2 {
		got, err := cfg.Credentials.Retrieve(t.Context())
		if err != nil || got.AccessKeyID != "ASIA" || got.SecretAccessKey != "secret" || got.SessionToken != "token" {
			t.Fatalf("got %+v, %v", got, err)
		}
	}
	want := []url.Values{{"Action": {"AssumeRole"}, "RoleArn": {role}, "RoleSessionName": {"amplify-boundary"}, "Version": {"2011-06-15"}, "DurationSeconds": {"900"}}}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestRole_denied(t *testing.T) {
	var heard []url.Values
	cfg := assume.Role(serve(t, http.StatusForbidden,
		`<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>`, &heard), role)
	_, err := cfg.Credentials.Retrieve(t.Context())
	wantCredentialsError(t, err, "assume role "+role+": access denied (not authorized); allow sts:AssumeRole there, and check that the role exists and trusts the caller's account: "+
		"template.yaml and member.template.yaml have such roles, with OrganizationId")
}

func TestRole_without_credentials(t *testing.T) {
	var heard []url.Values
	cfg := serve(t, http.StatusOK, "", &heard)
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("none") })
	_, err := assume.Role(cfg, role).Credentials.Retrieve(t.Context())
	wantCredentialsError(t, err, "assume role "+role+": there are no usable AWS credentials; set a profile or the AWS environment variables")
}

// The error says the same where another call needs the credentials.
func wantCredentialsError(t *testing.T, err error, want string) {
	t.Helper()
	wrapped := fmt.Errorf("operation error SSM: GetParameters, get identity: get credentials: %w", err)
	if got := (awsapi.Call{Service: "Parameter Store", Action: "ssm:GetParameters"}).Explain(t.Context(), wrapped); got.Error() != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
}
