package bench

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/audittest"
	"amplify-boundary/internal/test/mototest"
)

// An audit of 200 accounts with 50 roles each, by the command. Each account takes five calls of CloudFormation, which the audit
// spreads over half a second; eight accounts are read at a time.
func BenchmarkAccounts(b *testing.B) {
	const accounts, workers, callsOfStacks, interval = 200, 8, 5, 100 * time.Millisecond
	for b.Loop() {
		runAccounts(b, accounts)
	}
	b.ReportMetric(float64(accounts/workers*callsOfStacks*interval), "least-ns")
}

func TestAccounts(t *testing.T) { runAccounts(t, 9) }

// runAccounts audits accounts whose roles all have their boundary.
func runAccounts(t testing.TB, accounts int) {
	t.Helper()
	server := httptest.NewServer(newOrganisation(20 * time.Millisecond))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "accounts.txt")
	var ids strings.Builder
	for i := range accounts {
		fmt.Fprintf(&ids, "%012d\n", 100_000_000_000+i)
	}
	if err := os.WriteFile(file, []byte(ids.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, variable := range mototest.Environ(server.URL, audittest.Region) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	var out, errors strings.Builder
	code := program.Run(t.Context(), command.IO{In: strings.NewReader(""), Out: &out, Err: &errors, Getenv: os.Getenv}, []string{"audit", "--accounts", file})
	if want := fmt.Sprintf("%d accounts, %d stacks, %d roles, 0 findings", accounts, 2*accounts, 50*accounts); code != 0 || !strings.Contains(out.String(), want) {
		t.Fatalf("got exit code %d, %s%s, want %s", code, out.String(), errors.String(), want)
	}
}

// organisation stands in for AWS in many accounts, each with two stacks of 25 roles: sessions of a role lead to its account.
type organisation struct {
	latency  time.Duration
	mutex    sync.Mutex
	accounts map[string]*audittest.Account // by the access key of the session
}

func newOrganisation(latency time.Duration) *organisation {
	return &organisation{latency: latency, accounts: make(map[string]*audittest.Account)}
}

const everyonesBoundary = "arn:aws:iam::aws:policy/PowerUserAccess"

var (
	credential   = regexp.MustCompile(`Credential=([^/]+)/`)
	assumedIn    = regexp.MustCompile(`RoleArn=arn%3Aaws%3Aiam%3A%3A([0-9]{12})`)
	sessionToken = `<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`
)

func (o *organisation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "AmazonSSM.") {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprintf(w, `{"Parameters": [{"Name": %q, "Value": %q}]}`, parameterName, everyonesBoundary)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if match := assumedIn.FindSubmatch(body); match != nil {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<AssumeRoleResponse><AssumeRoleResult>"+sessionToken+"</AssumeRoleResult></AssumeRoleResponse>", "KEY"+string(match[1]))
		return
	}
	key := ""
	if match := credential.FindStringSubmatch(r.Header.Get("Authorization")); match != nil {
		key = match[1]
	}
	o.mutex.Lock()
	account := o.accounts[key]
	if account == nil {
		account = &audittest.Account{Stacks: 2, RolesPerStack: 25, Boundary: everyonesBoundary, Latency: o.latency}
		o.accounts[key] = account
	}
	o.mutex.Unlock()
	account.ServeHTTP(w, r)
}
