//go:build unix

package template_test

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

// Every path that a command writes is below what it was given, whatever a pull request puts into a project: names in
// backend-config.json, links, and named pipes. No command waits for a pipe.
func FuzzWrites_stay_inside(f *testing.F) {
	const link, pipe = false, true
	for _, seed := range []struct {
		resource, path, target string
		isPipe                 bool
	}{
		{"../../../outside", "project/x", "x", link},
		{"/etc", "project/x", "x", link},
		{"lend", "project/x", "x", link},
		{"linked", "project/amplify/backend/function/linked", "../../../../../outside", link},
		{"linked", "project/amplify/backend/function", "../../../../outside", link},
		{"linked", "project/amplify/backend/function/linked/a-template.json", "../../../../../../outside/a-template.json", link},
		{"lend", "project/amplify/backend/function/lend/.a-template.json.lock", "../../../../../../outside/lock", link},
		{"lend", "project/amplify/backend/function/lend/.a-template.json.tmp", "../../../../../../outside/a-template.json", link},
		{"lend", "project/amplify/backend/function/lend/.a-template.json.lock", "", pipe},
		{"lend", "project/amplify/backend/function/lend/b-template.json", "", pipe},
		{"lend", "project/amplify/backend/function/lend", "", pipe},
		{"lend", "project/amplify/backend", "../../../outside/backend", link},
		{"lend", "project/amplify", "../../outside/amplify", link},
		{"lend", "project/amplify/team-provider-info.json", "../../../outside/team-provider-info.json", link},
		{"lend", "project/amplify/.team-provider-info.json.lock", "../../../outside/lock", link},
		{"lend", "project/amplify/team-provider-info.json", "", pipe},
		{"lend", "project/amplify/backend/backend-config.json", "", pipe},
		{"lend", "project/amplify/backend/backend-config.json", "../../../../outside/backend-config.json", link},
		{"lend", "project/amplify/backend/function/lend/a-template.json", "../../../../../../outside/a-template.json", link},
		{"lend", "bound/function", "../../../outside", link},
		{"lend", "bound/function/lend/a-template.json", "../../../../../outside/a-template.json", link},
		{"lend", "bound/function/lend/.a-template.json.lock", "../../../../../outside/lock", link},
		{"lend", "bound/root.json", "", pipe},
	} {
		f.Add(seed.resource, seed.path, seed.target, seed.isPipe)
	}
	f.Fuzz(func(t *testing.T, resource, path, target string, isPipe bool) {
		if strings.ContainsRune(resource+path+target, 0) || !filepath.IsLocal(path) || !strings.Contains(filepath.Clean(path), "/") || len(resource+path+target) > 200 {
			t.Skip("not a name in a directory that is given")
		}
		base := t.TempDir()
		given := filepath.Join(base, "given")
		project, bound := filepath.Join(given, "project"), filepath.Join(given, "bound")
		const bare = `{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}}`
		const team = `{"dev": {"awscloudformation": {"Region": "eu-west-1"}}}`
		config := `{"function": {"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(resource) + `": {"service": "Lambda"}}}`
		makeEntry(t, filepath.Join(given, path), target, isPipe)
		for name, text := range map[string]string{
			"registry.json":                                               `{"/amplify-boundary/dev": "arn:aws:iam::123456789012:policy/dev"}`,
			"outside/a-template.json":                                     bare,
			"outside/root.json":                                           bare,
			"outside/team-provider-info.json":                             team,
			"outside/backend-config.json":                                 config,
			"outside/linked/a-template.json":                              bare,
			"outside/backend/backend-config.json":                         config,
			"outside/backend/function/lend/a-template.json":               bare,
			"outside/amplify/.config/project-config.json":                 "{}",
			"outside/amplify/team-provider-info.json":                     team,
			"outside/amplify/backend/backend-config.json":                 config,
			"given/project/amplify/.config/project-config.json":           "{}",
			"given/project/amplify/team-provider-info.json":               team,
			"given/project/amplify/backend/backend-config.json":           config,
			"given/project/amplify/backend/function/lend/a-template.json": bare,
			"given/project/amplify/backend/root.json": `{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", ` +
				`"Properties": {"TemplateURL": "function/lend/a-template.json"}}}}`,
		} {
			add(t, filepath.Join(base, filepath.FromSlash(name)), text)
		}
		before := outside(t, base)
		for _, arguments := range [][]string{
			{"adopt", "--amplify-dir", project, "--without-nested", "--yes"},
			{"env", "export", "--amplify-dir", project},
			{"declare", project},
			{"undeclare", project},
			{"declare", filepath.Join(given, "*"), filepath.Join(project, "amplify", "..")},
			{"undeclare", given, project},
			{"transform", filepath.Join(project, "amplify", "backend", "root.json"), "--environment", "dev", "--recursive", "--to", bound},
		} {
			switch arguments[0] {
			case "declare", "undeclare":
			default:
				arguments = append(arguments, "--registry", filepath.Join(base, "registry.json"), "--region", "eu-west-1")
			}
			inTime(t, arguments)
			if diff := cmp.Diff(before, outside(t, base)); diff != "" {
				t.Fatalf("%s changed what it was not given (-before +after):\n%s", strings.Join(arguments, " "), diff)
			}
		}
	})
}

// inTime runs the command, which may fail but must end.
func inTime(t *testing.T, arguments []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		streams := command.IO{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Getenv: func(string) string { return "" }}
		program.Run(ctx, streams, arguments)
	}()
	select {
	case <-done:
		if ctx.Err() != nil {
			t.Errorf("%s waited until it was interrupted", strings.Join(arguments, " "))
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("%s hangs", strings.Join(arguments, " "))
	}
}

// makeEntry makes a link or a named pipe, with its directories, unless its name cannot be one.
func makeEntry(t *testing.T, path, target string, isPipe bool) {
	t.Helper()
	_ = os.MkdirAll(filepath.Dir(path), 0o755)
	if isPipe {
		_ = syscall.Mkfifo(path, 0o600)
	} else {
		_ = os.Symlink(target, path)
	}
}

// add writes a file, with its directories, unless something is there, or a link leads out of its directory.
func add(t *testing.T, path, text string) {
	t.Helper()
	if _, err := os.Lstat(path); err == nil {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return
	}
	if file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		_, _ = file.WriteString(text)
		_ = file.Close()
	}
}

// outside returns the files that no command was given, with their contents.
func outside(t *testing.T, base string) map[string]string {
	t.Helper()
	contents := make(map[string]string)
	err := filepath.WalkDir(base, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == filepath.Join(base, "given"):
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			contents[path] = entry.Type().String()
			return nil
		}
		text, err := os.ReadFile(path)
		contents[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return contents
}
