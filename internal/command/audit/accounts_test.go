package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/mototest"
)

const (
	developer = "111122223333"
	untouched = "444455556666"
	closed    = "777788889999" // whose role the auditor cannot assume
)

// organisation is moto with the central account, and two others.
func organisation(t *testing.T) (endpoint string) {
	t.Helper()
	moto := mototest.Start(t)
	for name, value := range map[string]string{"dev": "arn:aws:iam::${AWS::AccountId}:policy/dev", "_account/" + developer: "dev", "_account/" + untouched: "dev", "_account/" + mototest.AccountID: "dev"} {
		mototest.PutParameter(t, moto, accountRegion, "/amplify-boundary/"+name, value, types.ParameterTypeString)
	}
	for account, roles := range map[string][]string{mototest.AccountID: {"central"}, developer: {"orders", "billing"}, untouched: {"reports"}} {
		cfg := mototest.Config(moto, accountRegion)
		if account != mototest.AccountID {
			cfg = mototest.AccountConfig(t, moto, accountRegion, account)
		}
		for _, name := range roles {
			input := &iam.CreateRoleInput{RoleName: aws.String(name), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)}
			if name != "billing" {
				input.PermissionsBoundary = aws.String("arn:aws:iam::" + account + ":policy/dev")
			}
			if _, err := iam.NewFromConfig(cfg).CreateRole(t.Context(), input); err != nil {
				t.Fatal(err)
			}
		}
	}
	return mototest.Before(t, moto, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if body := readBody(t, r); strings.Contains(body, "Action=AssumeRole") && strings.Contains(body, closed) {
			mototest.Refuse(w, http.StatusForbidden, "AccessDenied", "not authorized to perform: sts:AssumeRole")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// runIn runs the command with the central account's credentials.
func runIn(t *testing.T, endpoint string, arguments ...string) (exit int, out, errors string) {
	t.Helper()
	for _, variable := range mototest.Environ(endpoint, accountRegion) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	var stdout, stderr bytes.Buffer
	exit = program.Run(t.Context(), command.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Getenv: os.Getenv}, arguments)
	return exit, stdout.String(), stderr.String()
}

func TestAudit_accounts(t *testing.T) {
	endpoint := organisation(t)
	three := strings.Join([]string{mototest.AccountID, developer, untouched}, ",")
	file := filepath.Join(t.TempDir(), "accounts.txt")
	if err := os.WriteFile(file, []byte("# ours\n"+developer+" # the developers'\n\n"+untouched+"\n"+developer+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		accounts string
		exit     int
		want     map[string]int // the findings of each account
		unread   string
	}{
		"ids":        {three, 3, map[string]int{mototest.AccountID: 0, developer: 1, untouched: 0}, ""},
		"file":       {file, 3, map[string]int{developer: 1, untouched: 0}, ""},
		"one":        {untouched, 0, map[string]int{untouched: 0}, ""},
		"unreadable": {developer + "," + closed, 1, map[string]int{developer: 1, closed: 0}, closed},
	} {
		t.Run(name, func(t *testing.T) {
			exit, out, errors := runIn(t, endpoint, "audit", "--accounts", test.accounts, "--output", "json")
			report, err := audit.Parse([]byte(out))
			if err != nil || exit != test.exit {
				t.Fatalf("got exit code %d, %v\n%s%s", exit, err, out, errors)
			}
			got, unread := make(map[string]int), ""
			for i, a := range report.Accounts {
				got[a.Account] = a.Totals.Findings
				if a.Error != "" {
					unread = a.Account
					if i > 0 || !strings.Contains(a.Error, "sts:AssumeRole") {
						t.Errorf("account %d is %s: %s", i, a.Account, a.Error)
					}
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" || unread != test.unread {
				t.Errorf("accounts (-want +got):\n%s, not read: %q", diff, unread)
			}
			for _, r := range report.Roles {
				if r.Account != developer || r.Role != "billing" || r.Wanted != "arn:aws:iam::"+developer+":policy/dev" {
					t.Errorf("got %+v", r)
				}
			}
		})
	}
}

// An exception is proposed once: it is in the caller's registry, which serves every account, whatever a role has.
func TestAudit_accounts_preset(t *testing.T) {
	endpoint := organisation(t)
	for account, boundary := range map[string]*string{developer: nil, untouched: aws.String("arn:aws:iam::" + untouched + ":policy/other")} {
		_, err := iam.NewFromConfig(mototest.AccountConfig(t, endpoint, accountRegion, account)).CreateRole(t.Context(), &iam.CreateRoleInput{
			RoleName: aws.String("AWSControlTowerExecution"), AssumeRolePolicyDocument: aws.String("{}"), PermissionsBoundary: boundary,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exit, out, errors := runIn(t, endpoint, "audit", "--accounts", developer+","+untouched)
	if exit != 3 || strings.Count(out, "except add control-tower") != 1 || !strings.Contains(out, "missing, in account "+developer+":\n") {
		t.Errorf("got exit code %d\n%s%s", exit, out, errors)
	}
}

// The table names the account of each role, and of what repairs it.
func TestAudit_accounts_table(t *testing.T) {
	endpoint := organisation(t)
	_, err := iam.NewFromConfig(mototest.AccountConfig(t, endpoint, accountRegion, untouched)).DeleteRolePermissionsBoundary(t.Context(),
		&iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String("reports")})
	if err != nil {
		t.Fatal(err)
	}
	exit, out, errors := runIn(t, endpoint, "audit", "--accounts", developer+","+untouched)
	const put = "\n  aws iam put-role-permissions-boundary --role-name "
	if exit != 3 || !strings.HasPrefix(out, "ACCOUNT ") {
		t.Errorf("got exit code %d:\n%s%s", exit, out, errors)
	}
	for _, want := range []string{"2 accounts, 0 stacks, 3 roles, 2 findings (2 missing)", "\nmissing, in account " + developer + ":" + put + "billing",
		"\nmissing, in account " + untouched + ":" + put + "reports"} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %q in:\n%s", want, out)
		}
	}
}

func TestAudit_accounts_refused(t *testing.T) {
	endpoint := organisation(t)
	empty := filepath.Join(t.TempDir(), "empty.txt")
	wrong := filepath.Join(t.TempDir(), "wrong.txt")
	for path, text := range map[string]string{empty: "# nobody\n", wrong: developer + "\n12345678901\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for accounts, want := range map[string]string{
		"123":                 `--accounts has "123"; an account's ID is 12 digits`,
		developer + ",,":      `--accounts has ""; an account's ID is 12 digits`,
		"absent.txt":          "--accounts is not a list of account IDs, so it names a file: open absent.txt",
		empty:                 "empty.txt: it has no account",
		wrong:                 "wrong.txt: line 2: an account's ID is 12 digits",
		"all":                 "belongs to no organisation",
		developer + ",x" + "": "so it names a file",
	} {
		exit, out, errors := runIn(t, endpoint, "audit", "--accounts", accounts)
		if exit != 1 || out != "" || !strings.Contains(errors, want) {
			t.Errorf("%s: got exit code %d, %s%s, want %q", accounts, exit, out, errors, want)
		}
	}
}

// An interrupt ends every account that is being read, and says which were read completely.
func TestAudit_accounts_interrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	endpoint := mototest.Before(t, organisation(t), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if body := readBody(t, r); strings.Contains(body, "Action=AssumeRole") && strings.Contains(body, untouched) {
			interrupt()
			<-r.Context().Done() // no answer arrives
			return
		}
		next.ServeHTTP(w, r)
	})
	for _, variable := range mototest.Environ(endpoint, accountRegion) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	var stdout, stderr bytes.Buffer
	exit := program.Run(ctx, command.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Getenv: os.Getenv},
		[]string{"audit", "--accounts", developer + "," + untouched})
	if exit != 130 || stdout.Len() > 0 || !regexp.MustCompile(`[01] of 2 accounts were read completely: `).MatchString(stderr.String()) {
		t.Errorf("got exit code %d, %s%s", exit, stdout.String(), stderr.String())
	}
}

// A mistyped account is refused before AWS is asked.
func TestAudit_accounts_mistyped(t *testing.T) {
	exit, _, errors := runIn(t, "http://127.0.0.1:1", "audit", "--accounts", "12")
	if exit != 1 || !strings.Contains(errors, "an account's ID is 12 digits") {
		t.Errorf("got exit code %d, %s", exit, errors)
	}
}

func TestAudit_accounts_all(t *testing.T) {
	endpoint := organisation(t)
	// moto's organisation has the central account, and those that are created in it.
	for _, call := range []string{"CreateOrganization", "CreateAccount"} {
		body, _ := json.Marshal(map[string]string{"FeatureSet": "ALL", "AccountName": "dev", "Email": "dev@example.com"})
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Amz-Target", "AWSOrganizationsV20161128."+call)
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=id/20261005/us-east-1/organizations/aws4_request, SignedHeaders=host, Signature=x")
		response, err := http.DefaultClient.Do(request)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, %v", call, response, err)
		}
		response.Body.Close()
	}
	exit, out, errors := runIn(t, endpoint, "audit", "--accounts", "all", "--output", "json")
	report, err := audit.Parse([]byte(out))
	// Organizations makes a role in each account that it creates.
	if err != nil || exit != 3 || len(report.Accounts) != 2 || len(report.Roles) != 1 || report.Roles[0].Role != "OrganizationAccountAccessRole" {
		t.Errorf("got exit code %d, %v, %+v\n%s", exit, err, report.Accounts, errors)
	}
}

// readBody returns the body of a request, which can be read again.
func readBody(t *testing.T, r *http.Request) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}
