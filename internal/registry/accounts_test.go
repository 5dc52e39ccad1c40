package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
)

func TestSplitAccount(t *testing.T) {
	for name, test := range map[string]struct {
		parameter, want string
		ok              bool
	}{
		"account":       {"/p/_account/012345678901", "012345678901", true},
		"short":         {"/p/_account/12345678901", "12345678901", false},
		"deep":          {"/p/_account/012345678901/x", "012345678901/x", false},
		"another_path":  {"/q/_account/012345678901", "/q/_account/012345678901", false},
		"environment":   {"/p/012345678901", "/p/012345678901", false},
		"a_projects":    {"/p/shop/_account/012345678901", "/p/shop/_account/012345678901", false},
		"path_of_these": {"/p/_account", "/p/_account", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := SplitAccount("/p", test.parameter); got != test.want || ok != test.ok {
				t.Errorf("got %q, %t, want %q, %t", got, ok, test.want, test.ok)
			}
		})
	}
}

// A file has all writes or none, and what is in it stays as it is spelled.
func TestFile_WriteAll(t *testing.T) {
	const before = "{\n\t\"/p/b\" :  \"one\",\n\t\"/p/a\": \"two\"\n}\n"
	path := filepath.Join(t.TempDir(), "boundaries.json")
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	f := NewFile(path)
	a, b := parameterOf(t, f, "/p/a"), parameterOf(t, f, "/p/b")
	writes := []Write{{"/p/a", "2", &a}, {"/p/c", "3", nil}, {"/p/b", "1", &b}, {"/p/d", "4", nil}}
	if _, err := f.WriteAll(t.Context(), append(writes, Write{"/p/e", "5", &a}), nil); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v, want %v", err, ErrChanged)
	}
	if got := text(t, path); got != before {
		t.Errorf("a failure wrote %s", got)
	}
	if _, err := f.WriteAll(t.Context(), writes, nil); err != nil {
		t.Fatal(err)
	}
	want := "{\n\t\"/p/b\" :  \"1\",\n\t\"/p/a\": \"2\",\n\t\"/p/c\": \"3\",\n\t\"/p/d\": \"4\"\n}\n"
	if diff := cmp.Diff(want, text(t, path)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// After a write that fails none is started, and what was written is counted.
func TestOperatorStore_WriteAll_fails(t *testing.T) {
	const limit = 5
	var puts atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if puts.Add(1) > limit {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"AccessDeniedException","message":"no more"}`)
			return
		}
		fmt.Fprint(w, `{"Version":1}`)
	}))
	defer server.Close()
	var writes []Write
	for i := range 100 {
		writes = append(writes, Write{fmt.Sprintf("/p/_account/%012d", i), "dev", nil})
	}
	written, err := NewOperatorStore(mototest.Config(server.URL, "eu-west-1")).WriteAll(t.Context(), writes, nil)
	if err == nil || !strings.Contains(err.Error(), "ssm:PutParameter of /p/_account/") || written != limit {
		t.Errorf("got %d written, %v, want %d", written, err, limit)
	}
	if got := puts.Load(); got > 2*limit+8 {
		t.Errorf("got %d calls after a denial", got)
	}
}

// Throttling is waited out, however many calls meet it.
func TestPatient(t *testing.T) {
	const throttled = 40
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n := calls.Add(1); n%2 == 1 && n < 2*throttled {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
			return
		}
		fmt.Fprint(w, `{"Version":1}`)
	}))
	defer server.Close()
	store := NewOperatorStore(Patient(mototest.Config(server.URL, "eu-west-1")))
	var writes []Write
	for i := range 60 {
		writes = append(writes, Write{fmt.Sprintf("/p/_account/%012d", i), "dev", nil})
	}
	if written, err := store.WriteAll(t.Context(), writes, nil); err != nil || written != len(writes) {
		t.Errorf("got %d written, %v", written, err)
	}
}

// An account's parameter says what it is for.
func TestOperatorStore_Add_description(t *testing.T) {
	var descriptions []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Description string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		descriptions = append(descriptions, request.Description)
		fmt.Fprint(w, `{"Version":1}`)
	}))
	defer server.Close()
	store := NewOperatorStore(mototest.Config(server.URL, "eu-west-1"))
	add(t, store, "/p/dev", "none")
	add(t, store, AccountName("/p", "111111111111"), "dev")
	want := []string{"Permissions boundary of an environment, kept by amplify-boundary", "Environment that an account is fixed to, kept by amplify-boundary"}
	if !slices.Equal(descriptions, want) {
		t.Errorf("got %q, want %q", descriptions, want)
	}
}
