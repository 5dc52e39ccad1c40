package commandtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/rogpeppe/go-internal/testscript"

	"amplify-boundary/internal/test/lambdatest"
	"amplify-boundary/internal/test/mototest"
	"amplify-boundary/internal/test/must"
)

const (
	allowing = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`
	denying  = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`
	single   = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`
)

// otherAccountID is the account of the profile "other".
const otherAccountID = "210987654321"

// awsWorld is the AWS of an operator: two accounts with policies, and endpoints at which calls go wrong.
func awsWorld(t *testing.T, endpoint string) world {
	t.Helper()
	own := mototest.Config(endpoint, "eu-west-1")
	// Names with a slash are paths and a name.
	for _, name := range []string{"dev", "dev-2", "test", "prod", "qa", "boundaries/dev", "boundaries/test", "boundaries/dev-eu-west-1"} {
		mototest.CreatePolicy(t, own, name, allowing)
	}
	mototest.CreatePolicy(t, own, "deny-only", denying)
	mototest.CreatePolicy(t, own, "single-statement", single)

	// In moto, anyone who assumes a role of another account belongs to that account.
	other := mototest.AssumeRole(t, own, "arn:aws:iam::"+otherAccountID+":role/operator")
	session, err := other.Credentials.Retrieve(t.Context())
	must.Succeed(t, err)
	mototest.CreatePolicy(t, other, "boundaries/prod", allowing)
	mototest.CreatePolicy(t, other, "boundaries/dev", allowing)
	profiles := filepath.Join(t.TempDir(), "credentials")
	text := fmt.Sprintf("[own]\naws_access_key_id = test\naws_secret_access_key = test\n\n"+
		"[other]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n", session.AccessKeyID, session.SecretAccessKey, session.SessionToken)
	must.Succeed(t, os.WriteFile(profiles, []byte(text), 0o600))

	clients := func(region string) *ssm.Client { return ssm.NewFromConfig(mototest.Config(endpoint, region)) }
	return world{
		environ: append(mototest.Environ(endpoint, "eu-west-1"),
			"AWS_SHARED_CREDENTIALS_FILE="+profiles,
			"DENIED="+failing(t, "AccessDeniedException", "AccessDenied", http.StatusForbidden),
			"THROTTLED="+failing(t, "ThrottlingException", "Throttling", http.StatusBadRequest),
			"MEDDLED="+meddling(t, endpoint),
			"BUSY="+busy(t, endpoint),
			"CUT_SHORT="+cutShort(t, endpoint),
		),
		registry: "--region=eu-west-1", // where the environment variables lead, too
		aws:      true,
		put: func(script *testscript.TestScript, name, value string, kind types.ParameterType) {
			_, err := clients(script.Getenv("AWS_REGION")).PutParameter(context.Background(), &ssm.PutParameterInput{
				Name: aws.String(name), Value: aws.String(value), Type: kind, Overwrite: aws.Bool(true),
			})
			script.Check(err)
		},
		describe: func(script *testscript.TestScript, name string) string {
			answer, err := clients(script.Getenv("AWS_REGION")).DescribeParameters(context.Background(), &ssm.DescribeParametersInput{
				ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Values: []string{name}}},
			})
			script.Check(err)
			if len(answer.Parameters) != 1 {
				return "none"
			}
			return fmt.Sprintf("%s: %s", answer.Parameters[0].Type, aws.ToString(answer.Parameters[0].Description))
		},
	}
}

// failing returns the URL of an endpoint at which every call fails with an error code: the first in the
// JSON protocol of SSM, the second in the query protocol of IAM and STS.
func failing(t *testing.T, jsonCode, queryCode string, status int) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") != "" {
			lambdatest.Refuse(status, jsonCode, "because the test says so")(w, r, nil)
			return
		}
		mototest.Refuse(w, status, queryCode, "because the test says so")
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// busy returns the URL of a Parameter Store that throttles every third call.
func busy(t *testing.T, endpoint string) string {
	var calls atomic.Int64
	return refusing(t, endpoint, "ThrottlingException", func(*http.Request) bool { return calls.Add(1)%3 == 0 })
}

// cutShort returns the URL of a Parameter Store that takes two writes, and denies all others.
func cutShort(t *testing.T, endpoint string) string {
	var writes atomic.Int64
	return refusing(t, endpoint, "AccessDeniedException", func(r *http.Request) bool {
		return strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutParameter") && writes.Add(1) > 2
	})
}

// refusing returns the URL of a Parameter Store that refuses some calls with an error code.
func refusing(t *testing.T, endpoint, code string, refuses func(*http.Request) bool) string {
	return mototest.Before(t, endpoint, func(w http.ResponseWriter, r *http.Request, moto http.Handler) {
		if refuses(r) {
			lambdatest.Refuse(http.StatusBadRequest, code, "because the test says so")(w, r, nil)
			return
		}
		moto.ServeHTTP(w, r)
	})
}

// oneAtATime returns the URL of a Parameter Store that answers one call after another. moto lists SSM parameters
// without a lock, and fails where another call adds one meanwhile.
func oneAtATime(t *testing.T, endpoint string) string {
	var turn sync.Mutex
	return mototest.Before(t, endpoint, func(w http.ResponseWriter, r *http.Request, moto http.Handler) {
		turn.Lock()
		defer turn.Unlock()
		moto.ServeHTTP(w, r)
	})
}

// meddling returns the URL of a Parameter Store at which somebody else writes another value just before each
// write arrives.
func meddling(t *testing.T, endpoint string) string {
	return mototest.Before(t, endpoint, func(w http.ResponseWriter, r *http.Request, moto http.Handler) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutParameter") {
			body, _ := io.ReadAll(r.Body)
			first := r.Clone(r.Context())
			other := bytes.ReplaceAll(body, []byte("policy/test"), []byte("policy/prod"))
			first.Body, first.ContentLength = io.NopCloser(bytes.NewReader(other)), int64(len(other))
			moto.ServeHTTP(httptest.NewRecorder(), first)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		moto.ServeHTTP(w, r)
	})
}
