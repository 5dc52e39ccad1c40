package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

// The commands that copy a whole registry, of two sizes: an environment of the large one should cost what an environment
// of the small one costs.
func BenchmarkEnvironments(b *testing.B) {
	for name, run := range registryCommands {
		for _, size := range []struct {
			name  string
			count int
		}{{"small", 500}, {"large", 5000}} {
			b.Run(name+"/"+size.name, func(b *testing.B) {
				dir := b.TempDir()
				for b.Loop() {
					b.StopTimer()
					writeRegistry(b, dir, name, size.count)
					b.StartTimer()
					run(b, dir)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size.count), "ns/environment")
			})
		}
	}
}

// registryCommands are run in a directory that [writeRegistry] fills.
var registryCommands = map[string]func(t testing.TB, dir string) string{
	"env_import": func(t testing.TB, dir string) string {
		return runIn(t, dir, "env", "import", "--amplify-dir", dir)
	},
	"env_export": func(t testing.TB, dir string) string {
		return runIn(t, dir, "env", "export", "--amplify-dir", dir)
	},
	"account_import": func(t testing.TB, dir string) string {
		return runIn(t, dir, "account", "import", filepath.Join(dir, "accounts.csv"))
	},
}

// Each command of the benchmark does something for each environment.
func TestEnvironments(t *testing.T) {
	for name, run := range registryCommands {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeRegistry(t, dir, name, 12)
			if got := strings.Count(run(t, dir), ": added, "); got != 12 {
				t.Errorf("got %d environments added, want 12", got)
			}
		})
	}
}

func runIn(t testing.TB, dir string, arguments ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	streams := command.IO{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) string { return "" }}
	arguments = append(arguments, "--registry", filepath.Join(dir, "boundaries.json"), "--region", region)
	if code := program.Run(t.Context(), streams, arguments); code != 0 {
		t.Fatalf("got exit code %d: %s", code, errs.Bytes())
	}
	return out.String()
}

// writeRegistry writes a registry file, empty for env import, an Amplify project, and a list of accounts, with so many
// environments.
func writeRegistry(t testing.TB, dir, name string, count int) {
	t.Helper()
	var registry, project, accounts []string
	for i := range count {
		arn := fmt.Sprintf("arn:aws:iam::%s:policy/%d", accountID, i)
		registry = append(registry, fmt.Sprintf(`"/amplify-boundary/e%d":%q`, i, arn))
		provider := "{}"
		if name == "env_import" {
			provider = fmt.Sprintf(`{"PermissionsBoundaryPolicyArn":%q}`, arn)
		}
		project = append(project, fmt.Sprintf(`"e%d":{"awscloudformation":%s}`, i, provider))
		accounts = append(accounts, fmt.Sprintf("%012d,e%d", i, i))
	}
	switch name {
	case "env_import":
		registry = nil
	case "account_import":
		for i := range registry {
			registry[i] = strings.ReplaceAll(registry[i], accountID, "${AWS::AccountId}")
		}
	}
	for file, text := range map[string]string{
		"boundaries.json":                     "{" + strings.Join(registry, ",") + "}",
		"accounts.csv":                        "account,environment\n" + strings.Join(accounts, "\n") + "\n",
		"amplify/.config/project-config.json": "{}",
		"amplify/team-provider-info.json":     "{" + strings.Join(project, ",") + "}",
	} {
		path := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
