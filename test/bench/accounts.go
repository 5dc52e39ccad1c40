package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// importedAccounts is how many accounts are imported. Parameter Store takes 10 writes a second, which would be
// long to wait for: the stand-in takes ten times as many.
const (
	importedAccounts = 1000
	writesPerSecond  = 100
)

// compareAccounts measures how long an import of accounts takes beside what its writes take at the least, and
// counts the calls.
func compareAccounts(ctx context.Context, t tools) ([]goal, error) {
	store := &pacedStore{filled: time.Now()}
	server := httptest.NewServer(store)
	defer server.Close()
	accounts := bytes.NewBufferString("account,environment\n")
	for i := range importedAccounts {
		fmt.Fprintf(accounts, "%012d,dev\n", i)
	}
	command := exec.CommandContext(ctx, t.command, "account", "import", "-")
	command.Stdin, command.Stderr = accounts, os.Stderr
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL_SSM="+server.URL, "AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	began := time.Now()
	if _, err := command.Output(); err != nil {
		return nil, fmt.Errorf("import of accounts: %w", err)
	}
	took := time.Since(began)
	least := time.Duration(importedAccounts) * time.Second / writesPerSecond
	fmt.Printf("\nImport of %d accounts, at %d writes a second (a tenth of the time that 10 a second take):\n\n", importedAccounts, writesPerSecond)
	table := newTable("", "s", "least s", "writes", "throttled", "reads")
	table.row("account import", fmt.Sprintf("%.1f", took.Seconds()), fmt.Sprintf("%.1f", least.Seconds()), count(store.written), count(store.throttled), count(store.read))
	if store.written != importedAccounts {
		return nil, fmt.Errorf("import of accounts: %d were written", store.written)
	}
	return []goal{{fmt.Sprintf("account import of %d / %d writes one after another", importedAccounts, importedAccounts), took.Seconds() / least.Seconds(), atMost, 1.2}}, table.print()
}

// pacedStore stands in for a Parameter Store that has one environment, and takes so many writes a second. A tenth
// of a second's writes may come at once.
type pacedStore struct {
	mutex                    sync.Mutex
	tokens                   float64
	filled                   time.Time
	written, throttled, read int64
}

func (s *pacedStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutParameter") {
		s.read++
		_ = json.NewEncoder(w).Encode(map[string]any{"Parameters": []map[string]string{{"Name": parameterName, "Value": "none", "Type": "String"}}})
		return
	}
	const burst = writesPerSecond / 10
	now := time.Now()
	s.tokens = min(burst, s.tokens+now.Sub(s.filled).Seconds()*writesPerSecond)
	s.filled = now
	if s.tokens < 1 {
		s.throttled++
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
		return
	}
	s.tokens--
	s.written++
	fmt.Fprint(w, `{"Version":1,"Tier":"Standard"}`)
}
