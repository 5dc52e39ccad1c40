package template_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/commandtest"
)

// A golden pair that is a whole template without a declaration goes through the command `transform`, which has
// no flag for users. The command keeps all of a template but the line ends after it.
func TestTransform_golden_pairs(t *testing.T) {
	registry := commandtest.GoldenRegistry(t)
	bounded, refused := 0, 0
	for _, pair := range commandtest.GoldenPairs(t) {
		if pair.Options.Users || !commandtest.IsPlainTemplate(pair.Input) {
			continue
		}
		wantExit, wantStdout := 0, strings.TrimRight(string(pair.Output), "\r\n")+"\n"
		if pair.Output == nil {
			wantExit, wantStdout = 1, ""
			refused++
		} else {
			bounded++
		}
		t.Run(pair.Name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "template.json")
			if err := os.WriteFile(file, pair.Input, 0o600); err != nil {
				t.Fatal(err)
			}
			exit, stdout, stderr := commandtest.Run(t, nil, nil, "transform", file,
				"--registry", registry, "--environment", "x", "--existing-boundary", string(pair.Options.Existing))
			if want := "amplify-boundary: error: " + file + ": " + pair.Message + "\n"; pair.Output == nil && stderr != want {
				t.Errorf("stderr: got  %s\nwant %s", stderr, want)
			}
			if exit != wantExit {
				t.Errorf("got exit code %d, want %d; stderr: %s", exit, wantExit, stderr)
			}
			if diff := cmp.Diff(wantStdout, stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
		})
	}
	if bounded == 0 || refused == 0 {
		t.Errorf("%d pairs are bounded and %d refused; each kind is to be tried", bounded, refused)
	}
}

// Every golden pair that is JSON goes through the command `invoke`, as the fragment of a request.
func TestInvoke_golden_pairs(t *testing.T) {
	registry := commandtest.GoldenRegistry(t)
	for _, pair := range commandtest.GoldenPairs(t) {
		if !jsontext.Value(pair.Input).IsValid() {
			continue
		}
		t.Run(pair.Name, func(t *testing.T) {
			settings := map[string]string{"EXISTING_BOUNDARY": string(pair.Options.Existing)}
			if pair.Options.Users {
				settings["BOUND_USERS"] = "true"
			}
			request := []byte(`{"requestId":"golden","region":"eu-west-1","accountId":"123456789012","params":{"Environment":"x"},"fragment":`)
			request = append(append(request, pair.Input...), '}')
			exit, stdout, stderr := commandtest.Run(t, settings, request, "invoke", "-", "--registry", registry)

			wantExit, want := 0, `"status":"success","fragment":`+string(bytes.TrimSpace(pair.Output))
			if pair.Output == nil {
				quoted, err := jsontext.AppendQuote(nil, pair.Message)
				if err != nil {
					t.Fatal(err)
				}
				wantExit, want = 1, `"status":"failure","errorMessage":`+string(quoted)
			}
			if exit != wantExit {
				t.Errorf("got exit code %d, want %d; stderr: %s", exit, wantExit, stderr)
			}
			if diff := cmp.Diff(`{"requestId":"golden",`+want+"}\n", stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
		})
	}
}
