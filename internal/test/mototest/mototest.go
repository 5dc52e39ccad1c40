// Package mototest runs moto, a stand-in for AWS, for tests. Where moto differs from AWS, a test proves nothing: moto enforces
// no permissions, for example.
//
// If moto is not installed, a test that needs it fails and says what to do. With -short, it is skipped.
package mototest

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"amplify-boundary/internal/test/must"
)

// AccountID is the account of moto's callers.
const AccountID = "123456789012"

// startLimit is far more than Python needs to start on a busy machine.
const startLimit = time.Minute

var runningOn = regexp.MustCompile(`Running on (http://\S+)`)

// Start starts a moto server, which ends with the test, and returns the URL of its endpoint. The environment variable
// MOTO_SERVER names its program; the default is the one that `make test` installs.
func Start(t testing.TB) (endpoint string) {
	t.Helper()
	program := os.Getenv("MOTO_SERVER")
	if program == "" {
		program = Installed(t, "moto_server")
	}
	server := exec.CommandContext(t.Context(), program, "-H", "127.0.0.1", "-p", "0")
	server.Env = append(os.Environ(), "PYTHONUNBUFFERED=1")
	output, err := server.StderrPipe()
	must.Succeed(t, err)
	must.Succeed(t, server.Start())
	found := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			if match := runningOn.FindStringSubmatch(lines.Text()); match != nil {
				found <- match[1]
				break
			}
		}
		close(found)
		_, _ = io.Copy(io.Discard, output) // moto logs each request, and blocks without a reader
	}()
	// The test's context ends before its cleanup begins, and its end kills the server.
	t.Cleanup(func() {
		<-read
		_ = server.Wait()
	})
	select {
	case endpoint = <-found:
	case <-time.After(startLimit):
	}
	if endpoint == "" {
		t.Fatalf("moto does not print its address; try: %s", server)
	}
	return endpoint
}

// Installed returns the path of a program that `make test` installs into .venv. If it is missing, the test fails, or is
// skipped with -short: otherwise a run without moto would look like a full one.
func Installed(t testing.TB, program string) string {
	t.Helper()
	// Tests run in the directory of their package, below the module's root.
	root, err := exec.Command("go", "env", "GOMOD").Output()
	must.Succeed(t, err)
	path := filepath.Join(filepath.Dir(strings.TrimSpace(string(root))), ".venv", "bin", program)
	if _, err := os.Stat(path); err != nil {
		if testing.Short() {
			t.Skipf("%s is not installed", path)
		}
		t.Fatalf("%s is not installed; run make test, which installs it, or go test -short", path)
	}
	return path
}

// Offline returns the environment variables that keep the AWS SDK from the configuration and the credentials of the machine.
func Offline() []string {
	return []string{"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull}
}

// Environ returns the environment variables by which the AWS SDK calls moto, and ignores the machine's AWS configuration.
func Environ(endpoint, region string) []string {
	return append(Offline(), "AWS_ENDPOINT_URL="+endpoint, "AWS_REGION="+region, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
}

// Config returns the configuration of an AWS SDK client that calls moto. The client has no time limit: on a busy machine, an
// attempt that timed out may still have written.
func Config(endpoint, region string) aws.Config {
	return aws.Config{
		BaseEndpoint: aws.String(endpoint),
		Region:       region,
		HTTPClient:   http.DefaultClient,
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
}

// AccountConfig returns the configuration of an AWS SDK client that calls moto as a principal of another account. In moto,
// anyone can assume a role, which need not exist, and then belongs to the role's account.
func AccountConfig(t testing.TB, endpoint, region, accountID string) aws.Config {
	t.Helper()
	return AssumeRole(t, Config(endpoint, region), "arn:aws:iam::"+accountID+":role/deployer")
}

// AssumeRole returns the caller's configuration with a session of a role.
func AssumeRole(t testing.TB, caller aws.Config, roleARN string) aws.Config {
	t.Helper()
	session, err := sts.NewFromConfig(caller).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(roleARN), RoleSessionName: aws.String("test"),
	})
	must.Succeed(t, err)
	assumed := caller.Copy()
	c := session.Credentials
	assumed.Credentials = credentials.NewStaticCredentialsProvider(aws.ToString(c.AccessKeyId), aws.ToString(c.SecretAccessKey), aws.ToString(c.SessionToken))
	return assumed
}

// PutParameter writes an SSM parameter, and replaces an earlier value.
func PutParameter(t testing.TB, endpoint, region, name, value string, kind types.ParameterType) {
	t.Helper()
	_, err := ssm.NewFromConfig(Config(endpoint, region)).PutParameter(t.Context(), &ssm.PutParameterInput{
		Name: aws.String(name), Value: aws.String(value), Type: kind, Overwrite: aws.Bool(true),
	})
	must.Succeed(t, err)
}
