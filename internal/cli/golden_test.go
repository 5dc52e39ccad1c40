package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/cli"
	"amplify-boundary/internal/test/transformtest"
)

// run runs the command with environment variables and an input.
func run(t *testing.T, environ map[string]string, input []byte, arguments ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	streams := cli.IO{In: bytes.NewReader(input), Out: &out, Err: &errs, Getenv: func(name string) string { return environ[name] }}
	exit = cli.Run(t.Context(), streams, arguments)
	return exit, out.String(), errs.String()
}

func goldenPairs(t *testing.T) []transformtest.Pair {
	t.Helper()
	return transformtest.Pairs(t, filepath.Join("..", "..", "transform", "testdata"), false)
}

// goldenRegistry writes a registry in which an environment x has the boundary of the golden pairs.
func goldenRegistry(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "registry.json")
	if err := os.WriteFile(path, []byte(`{"/amplify-boundary/x": "`+transformtest.ARN+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A golden pair that is a whole template without a declaration goes through the command `transform`, which has
// no flag for users. The command keeps all of a template but the line ends behind it.
func TestTransform_golden_pairs(t *testing.T) {
	registry := goldenRegistry(t)
	bounded, refused := 0, 0
	for _, pair := range goldenPairs(t) {
		if pair.Options.Users || !isPlainTemplate(pair.Input) {
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
			exit, stdout, stderr := run(t, nil, nil, "transform", file,
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

// isPlainTemplate reports whether a pair's input is a template that the command takes as it is.
func isPlainTemplate(input []byte) bool {
	var template struct{ Resources, Transform jsontext.Value }
	if !jsontext.Value(input).IsValid() || json.Unmarshal(input, &template) != nil {
		return false
	}
	return template.Resources != nil && template.Transform == nil && !bytes.Contains(input, []byte("Fn::Transform"))
}

// Every golden pair that is JSON goes through the command `invoke`, as the fragment of a request.
func TestInvoke_golden_pairs(t *testing.T) {
	registry := goldenRegistry(t)
	for _, pair := range goldenPairs(t) {
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
			exit, stdout, stderr := run(t, settings, request, "invoke", "-", "--registry", registry)

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
