package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"golang.org/x/time/rate"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/macro"
	boundaries "amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/audittest"
	"amplify-boundary/internal/test/lambdatest"
)

// How many calls of Parameter Store a request takes. Only where the account is fixed to an environment that the template
// does not name is there a second one, since the first says what the account is fixed to.
func TestCalls(t *testing.T) {
	const fixed, free = "444455556666", "777788889999"
	const role, named = `{"Resources":{"Role":{"Type":"AWS::IAM::Role"}}}`, `{"Environment":"dev"}`
	for name, test := range map[string]struct {
		account, params, fragment string
		settings                  map[string]string
		want                      int
	}{
		"free_named":               {free, named, role, nil, 1},
		"free_named_with_project":  {free, `{"Environment":"dev","Project":"shop"}`, role, nil, 1},
		"free_by_default":          {free, `{}`, role, map[string]string{"DEFAULT_ENVIRONMENT": "dev"}, 1},
		"free_without_environment": {free, `{}`, role, nil, 1},
		"fixed_named":              {fixed, named, role, nil, 1},
		"fixed_another_named":      {fixed, `{"Environment":"prod"}`, role, nil, 1},
		"fixed_not_named":          {fixed, `{}`, role, nil, 2},
		"fixed_by_setting":         {fixed, `{}`, role, map[string]string{"ENVIRONMENT": "dev"}, 1},
		"nothing_to_bound":         {fixed, `{}`, `{"Resources":{}}`, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			values := lambdatest.Serve(map[string]string{
				parameterName: "arn:aws:iam::${AWS::AccountId}:policy/dev", "/amplify-boundary/_account/" + fixed: "dev",
			})
			got := 0
			server := lambdatest.NewParameterStore(func(w http.ResponseWriter, r *http.Request, names []string) {
				got++
				values(w, r, names)
			})
			defer server.Close()
			settings, err := macro.ReadSettings(func(name string) string { return test.settings[name] })
			if err != nil {
				t.Fatal(err)
			}
			payload := fmt.Appendf(nil, `{"requestId":"id-1","region":%q,"accountId":%q,"transformId":"%s::AmplifyBoundary","params":%s,`+
				`"templateParameterValues":{},"fragment":%s}`, region, test.account, test.account, test.params, test.fragment)
			if _, err := macro.NewHandler(settings, boundaries.NewParameterStore(configAt(server.URL), ""), nil, io.Discard).Invoke(t.Context(), payload); err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got %d calls, want %d", got, test.want)
			}
		})
	}
}

func configAt(endpoint string) aws.Config {
	return aws.Config{Region: region, BaseEndpoint: aws.String(endpoint), Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
}

// An audit of 1,000 roles in 200 stacks, at twenty times the pace of calls that CloudFormation allows. It may make a call for
// each stack, one more for each that declares transforms, and one for each page of roles and of stacks.
func BenchmarkAudit(b *testing.B) {
	const stacks, interval = 200, 5 * time.Millisecond
	calls := 0
	for b.Loop() {
		account := &audittest.Account{Stacks: stacks, RolesPerStack: 5, Boundary: boundaryARN, Latency: 2 * interval}
		if report := runAudit(b, account, interval); report.Totals.Roles != 5*stacks || report.Totals.Findings != 0 {
			b.Fatalf("got %+v", report.Totals)
		}
		calls = len(account.Calls())
	}
	const allowed = stacks + stacks + 1 + 2
	b.ReportMetric(float64(calls), "calls/op")
	b.ReportMetric(allowed, "allowed-calls/op")
	b.ReportMetric(float64(time.Duration(calls)*interval), "least-ns")
}

func TestAudit(t *testing.T) {
	account := &audittest.Account{Stacks: 3, RolesPerStack: 2, Boundary: boundaryARN}
	if report := runAudit(t, account, 0); report.Totals.Roles != 6 || report.Totals.Findings != 0 {
		t.Errorf("got %+v", report.Totals)
	}
	if got, want := len(account.Calls()), 1+1+3+3; got != want {
		t.Errorf("got %d calls, want %d", got, want)
	}
}

func runAudit(t testing.TB, account http.Handler, interval time.Duration) audit.Report {
	t.Helper()
	server := httptest.NewServer(account)
	defer server.Close()
	auditor := audit.New(configAt(server.URL), hierarchy{}, []string{audittest.Region}, false)
	for i := range auditor.Regions {
		auditor.Regions[i].Pace = rate.NewLimiter(rate.Every(interval), 1)
	}
	report, err := auditor.Run(t.Context(), audit.Options{AccountID: audittest.AccountID, Region: audittest.Region, Prefix: boundaries.DefaultPrefix, Macro: "AmplifyBoundary"})
	if err != nil || len(report.Errors) > 0 {
		t.Fatalf("got errors %v, %q", err, report.Errors)
	}
	return report
}

// hierarchy is a registry for audits, without calls.
type hierarchy struct{}

func (hierarchy) List(context.Context, string) ([]boundaries.Parameter, error) {
	return []boundaries.Parameter{{Name: parameterName, Value: boundaryARN}}, nil
}

func (hierarchy) History(context.Context, string) ([]boundaries.Version, error) { return nil, nil }
