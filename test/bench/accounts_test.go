package bench

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/audittest"
	"amplify-boundary/internal/test/mototest"
)

// An audit of 20 and of 200 accounts with 50 roles each, all with their boundary, by the command. Each account takes five calls
// of CloudFormation, which the audit spreads over half a second; eight accounts are read at a time. live-B is the median of
// the memory in use: an audit keeps the findings of its accounts, and there are none, so it does not grow with their number.
func BenchmarkAccounts(b *testing.B) {
	const workers, callsOfStacks, interval = 8, 5, 100 * time.Millisecond
	for _, accounts := range []int{20, 200} {
		b.Run(strconv.Itoa(accounts), func(b *testing.B) {
			var inUse []uint64
			for b.Loop() {
				inUse = append(inUse, sampleHeap(func() { runAccounts(b, accounts) })...)
			}
			slices.Sort(inUse)
			b.ReportMetric(float64(inUse[len(inUse)/2]), "live-B")
			b.ReportMetric(float64(accounts)/workers*callsOfStacks*float64(interval), "least-ns")
		})
	}
}

// sampleHeap returns samples of how many bytes of the heap are in use while work is done.
func sampleHeap(work func()) (samples []uint64) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	for {
		select {
		case <-done:
			return samples
		case <-time.After(100 * time.Millisecond):
			var stats runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&stats)
			samples = append(samples, stats.HeapAlloc)
		}
	}
}

// The accounts share connections: each of them would otherwise keep its own open.
func TestAccounts(t *testing.T) {
	const accounts = 24
	if got := runAccounts(t, accounts); got >= accounts {
		t.Errorf("%d connections were made for %d accounts", got, accounts)
	}
}

// runAccounts audits accounts whose roles all have their boundary, and returns how many connections that made.
func runAccounts(t testing.TB, accounts int) (connections int64) {
	t.Helper()
	var made atomic.Int64
	server := httptest.NewUnstartedServer(organisation{20 * time.Millisecond})
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			made.Add(1)
		}
	}
	server.Start()
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
	return made.Load()
}

// organisation stands in for AWS in many accounts, each with two stacks of 25 roles. It remembers nothing.
type organisation struct{ latency time.Duration }

const everyonesBoundary = "arn:aws:iam::aws:policy/PowerUserAccess"

var (
	assumedIn    = regexp.MustCompile(`RoleArn=arn%3Aaws%3Aiam%3A%3A([0-9]{12})`)
	sessionToken = `<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`
)

func (o organisation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	account := &audittest.Account{Stacks: 2, RolesPerStack: 25, Boundary: everyonesBoundary, Latency: o.latency}
	account.ServeHTTP(w, r)
}
