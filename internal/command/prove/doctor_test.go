package prove_test

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/doctortest"
	"amplify-boundary/internal/test/mototest"
)

func TestDoctor(t *testing.T) {
	c := doctortest.Start(t)
	c.Version = "0.1.0"
	c.Put(t, "/amplify-boundary/dev", "arn:aws:iam::${AWS::AccountId}:policy/bookshop-${Environment}")
	c.Put(t, "/amplify-boundary/gone", "arn:aws:iam::123456789012:policy/gone")
	for _, variable := range mototest.Environ(c.Serve(t), doctortest.Region) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	run := func(ctx context.Context, arguments ...string) (code int, out, err string) {
		var stdout, stderr bytes.Buffer
		streams := command.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Getenv: os.Getenv}
		code = program.Run(ctx, streams, append([]string{"doctor"}, arguments...))
		return code, stdout.String(), stderr.String()
	}

	const working = `ok       credentials         arn:aws:iam::123456789012:user/ops, account 123456789012, region eu-west-1
ok       registry            2 boundaries below /amplify-boundary
ok       boundary dev        arn:aws:iam::123456789012:policy/bookshop-dev exists and allows something (SSM parameter /amplify-boundary/dev)
ok       macro               AmplifyBoundary is registered by stack amplify-boundary
ok       function            arn:aws:lambda:eu-west-1:123456789012:function:macro, in this account
ok       settings            hierarchy /amplify-boundary of eu-west-1, EXISTING_BOUNDARY=replace, NESTED_STACKS=bound
ok       version             0.1.0, the same as the command's
ok       role manager        role manager is off in this account: no account property turns it on
ok       change set dev      the role gets arn:aws:iam::123456789012:policy/bookshop-dev
`
	t.Run("working", func(t *testing.T) {
		code, out, err := run(t.Context(), "--environment", "dev", "--strict")
		if code != 0 {
			t.Errorf("got exit code %d, want 0", code)
		}
		if diff := cmp.Diff(working, out); diff != "" {
			t.Errorf("standard output (-want +got):\n%s", diff)
		}
		if want := "amplify-boundary: 9 checks, 0 faults, 0 warnings\n"; err != want {
			t.Errorf("got %q, want %q", err, want)
		}
	})
	t.Run("fault", func(t *testing.T) {
		code, out, err := run(t.Context())
		if code != 1 || !strings.Contains(out, "\nfault    boundary gone       policy arn:aws:iam::123456789012:policy/gone does not exist (SSM parameter /amplify-boundary/gone); create it") {
			t.Errorf("got exit code %d\n%s", code, out)
		}
		if want := "amplify-boundary: 11 checks, 1 fault, 0 warnings\n"; err != want {
			t.Errorf("got %q, want %q", err, want)
		}
	})
	t.Run("json", func(t *testing.T) {
		code, out, _ := run(t.Context(), "--environment", "gone", "--output", "json")
		const begin = `{
  "account": "123456789012",
  "region": "eu-west-1",
  "macro": "AmplifyBoundary",
  "checks": [
    {
      "check": "credentials",
      "environment": "",
      "project": "",
      "status": "ok",
      "message": "arn:aws:iam::123456789012:user/ops, account 123456789012, region eu-west-1",
      "advice": ""
    },
`
		if code != 1 || !strings.HasPrefix(out, begin) || !strings.Contains(out, `"advice": "create it in this account, or a deployment with it fails"`) {
			t.Errorf("got exit code %d\n%s", code, out)
		}
	})
	t.Run("warning", func(t *testing.T) {
		c.Version = "0.0.9"
		for _, test := range []struct {
			arguments []string
			code      int
		}{{nil, 0}, {[]string{"--strict"}, 3}} {
			code, out, _ := run(t.Context(), append(test.arguments, "--environment", "dev")...)
			if code != test.code || !strings.Contains(out, "\nwarning  version             the function's is 0.0.9, the command's is 0.1.0; use the same release for both\n") {
				t.Errorf("%q: got exit code %d, want %d\n%s", test.arguments, code, test.code, out)
			}
		}
		c.Version = "0.1.0"
	})
	t.Run("another_macro", func(t *testing.T) {
		c.Deploy(t, "second", "SecondBoundary", doctortest.FunctionARN)
		code, out, _ := run(t.Context(), "--environment", "dev", "--macro", "SecondBoundary")
		if code != 0 || !strings.Contains(out, "\nok       macro               SecondBoundary is registered by stack second\n") {
			t.Errorf("got exit code %d\n%s", code, out)
		}
	})
	t.Run("function_in_another_account", func(t *testing.T) {
		const central = "arn:aws:lambda:eu-west-1:210987654321:function:central"
		c.Deploy(t, "member", "CentralBoundary", central)
		c.Function = "AccessDeniedException"
		code, out, _ := run(t.Context(), "--environment", "dev", "--macro", "CentralBoundary")
		want := "\nwarning  function            " + central + ", in account 210987654321; cannot read its settings and version: access denied (because the test says so); " +
			"allow lambda:GetFunctionConfiguration there, and let account 210987654321 allow it, or ask its operators\nok       role manager "
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("got exit code %d\n%s", code, out)
		}
		c.Function = ""
	})
	t.Run("no_such_macro", func(t *testing.T) {
		code, out, _ := run(t.Context(), "--environment", "dev", "--macro", "Nothing")
		if code != 0 || !strings.Contains(out, "\nwarning  macro               no stack of this account and region registers Nothing; ") {
			t.Errorf("got exit code %d\n%s", code, out)
		}
	})
	t.Run("registry_file", func(t *testing.T) {
		file := t.TempDir() + "/registry.json"
		if err := os.WriteFile(file, []byte(`{"/amplify-boundary/dev": "arn:aws:iam::123456789012:policy/bookshop-prod"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, _ := run(t.Context(), "--registry", file)
		if code != 1 || !strings.Contains(out, "\nfault    change set dev      the role gets arn:aws:iam::123456789012:policy/bookshop-dev, but the registry wants arn:aws:iam::123456789012:policy/bookshop-prod; ") {
			t.Errorf("got exit code %d\n%s", code, out)
		}
	})
	t.Run("registry_of_another_account", func(t *testing.T) {
		// moto takes anyone who assumes a role of another account for that account.
		const reader = "arn:aws:iam::210987654321:role/reader"
		central := c.Config
		central.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(c.Config), reader)
		if _, err := ssm.NewFromConfig(central).PutParameter(t.Context(), &ssm.PutParameterInput{
			Name: aws.String("/amplify-boundary/central"), Type: types.ParameterTypeString, Value: aws.String("arn:aws:iam::${AWS::AccountId}:policy/bookshop-prod"),
		}); err != nil {
			t.Fatal(err)
		}
		c.Registry = central
		code, out, err := run(t.Context(), "--registry-role", reader)
		if code != 0 || !strings.Contains(out, "\nok       registry            1 boundary below /amplify-boundary\n") ||
			!strings.Contains(out, "\nok       change set central  the role gets arn:aws:iam::123456789012:policy/bookshop-prod\n") {
			t.Errorf("got exit code %d\n%s%s", code, out, err)
		}
		c.Registry = c.Config
	})
	t.Run("interrupt", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c.Slow, c.OnPoll = true, cancel
		c.Failing = map[string]string{"DeleteStack": "AccessDenied"}
		code, out, err := run(ctx, "--environment", "dev")
		if want := strings.TrimSuffix(working, working[strings.Index(working, "ok       change set"):]); code != 130 || !strings.HasPrefix(out, want) || strings.Contains(out, "change set") {
			t.Errorf("got exit code %d\n%s", code, out)
		}
		want := regexp.MustCompile(`^amplify-boundary: warning: stack (amplify-boundary-doctor-[0-9a-f]{12}), which is empty, could not be deleted: access denied \(because the test says so\); ` +
			`allow cloudformation:DeleteStack there; delete it with: aws cloudformation delete-stack --stack-name amplify-boundary-doctor-[0-9a-f]{12} --region eu-west-1\n` +
			`amplify-boundary: error: interrupted; a write may have completed\n$`)
		if !want.MatchString(err) {
			t.Errorf("got %q", err)
		}
		c.Slow, c.OnPoll, c.Failing = false, nil, nil
	})
	for name, test := range map[string]struct {
		arguments []string
		code      int
		err       string
	}{
		"bad_name":        {[]string{"--environment", "a b"}, 1, `--environment is "a b"; it must be `},
		"bucket_alone":    {[]string{"--nested-bucket", "b"}, 1, "--nested and --nested-bucket go together; name a bucket from which the function can read templates"},
		"argument":        {[]string{"dev"}, 2, "want no arguments, got 1 argument"},
		"bad_prefix":      {[]string{"--prefix", "x"}, 1, "--prefix is"},
		"other_hierarchy": {[]string{"--prefix", "/elsewhere"}, 1, "amplify-boundary: 7 checks, 2 faults, 0 warnings"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, err := run(t.Context(), test.arguments...)
			if code != test.code || !strings.Contains(err, test.err) {
				t.Errorf("got exit code %d and %q, want %d and %q", code, err, test.code, test.err)
			}
		})
	}
}
