package docs

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/test/doctortest"
	"amplify-boundary/internal/test/iamtest"
	"amplify-boundary/internal/test/mototest"
)

var update = flag.Bool("update", false, "write what the runnable blocks print into the pages")

// The marks of a block of code. A block that is marked as run is run, and must exit with the code given, 0 by default; the
// block of output after it shows what it prints. Other blocks are not tested.
var (
	runnable = regexp.MustCompile(`^sh run(?: exit=([1-9][0-9]*))?$`)
	output   = regexp.MustCompile(`^(?:text|json|diff|csv) output$`)
	plain    = regexp.MustCompile(`^[a-z]*$`)
)

// anyLines in a block of output stands for lines that differ in each run.
const anyLines = "..."

// A step is a block that is run.
type step struct {
	command block
	code    string // with which the first command that fails ends, or 0
	shown   *block // what it prints
}

// steps returns the blocks of a page that are run.
func (d document) steps() ([]step, error) {
	var list []step
	for i, b := range d.blocks {
		switch match := runnable.FindStringSubmatch(b.info); {
		case match != nil:
			s := step{command: b, code: match[1]}
			if s.code == "" {
				s.code = "0"
			}
			list = append(list, s)
		case b.info == hidden:
			list = append(list, step{command: b, code: "0"})
		case output.MatchString(b.info):
			if i == 0 || !runnable.MatchString(d.blocks[i-1].info) {
				return nil, fmt.Errorf("%s:%d: the block before this output is not run", d.path, b.line)
			}
			list[len(list)-1].shown = &d.blocks[i]
		case !plain.MatchString(b.info):
			return nil, fmt.Errorf("%s:%d: a block has the unknown mark %q", d.path, b.line, b.info)
		}
	}
	return list, nil
}

func TestSteps(t *testing.T) {
	for name, source := range map[string]string{
		"output_alone": "```text output\nx\n```\n",
		"unknown_mark": "```sh runn\nx\n```\n",
		"unknown_exit": "```sh run exit=x\nx\n```\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parse("page.md", []byte(source)).steps(); err == nil {
				t.Errorf("got %v", got)
			}
		})
	}
}

// Each page is followed in a copy of the repository, as by a reader who just cloned it. README builds the command; the other
// pages find it built. Calls to AWS go to moto; for operators, the macro is installed there.
func TestRunnableBlocks(t *testing.T) {
	built := clone(t)
	shell(t, built, "make build >/dev/null", nil)
	ran := 0
	for _, d := range pages(t) {
		steps, err := d.steps()
		if err != nil {
			t.Error(err)
		}
		if len(steps) == 0 {
			continue
		}
		ran++
		t.Run(strings.ReplaceAll(d.path, "/", "_"), func(t *testing.T) {
			t.Parallel()
			dir := clone(t)
			if d.path != "README.md" {
				if err := os.Symlink(filepath.Join(built, "build"), filepath.Join(dir, "build")); err != nil {
					t.Fatal(err)
				}
			}
			d.follow(t, dir, steps)
		})
	}
	if ran < 3 {
		t.Errorf("%d pages have runnable blocks", ran)
	}
}

// follow runs the blocks of a page in one shell, and compares or writes what they print.
func (d document) follow(t *testing.T, dir string, steps []step) {
	results := t.TempDir()
	script := "set -E -o pipefail\nresult=" + results + "/given\ntrap 'code=$?; [ -s $result ] || echo $code >$result' ERR\n"
	if given := d.given(t); given != "" {
		script += ". " + given + " >/dev/null\n"
	}
	for i, s := range steps {
		file := filepath.Join(results, fmt.Sprint(i))
		if err := os.WriteFile(file, []byte(strings.TrimSuffix(s.command.text, "-->\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		script += fmt.Sprintf("result=%s.code\n. %[1]s >%[1]s.out 2>&1\n", file)
	}
	endpoint := ""
	if d.path == "docs/operations.md" {
		installed := doctortest.Start(t)
		installed.Version = command.Number
		endpoint = installed.Serve(t)
	} else {
		endpoint = (&iamtest.IAM{Stacks: true, Used: used(), Running: -1}).Start(t, mototest.Start(t))
	}
	shell(t, dir, script+"true\n", append(mototest.Environ(endpoint, "eu-west-1"), "AWS_DEFAULT_REGION=eu-west-1", "AWS_PAGER="))
	if code := contents(t, filepath.Join(results, "given")); code != "" {
		t.Fatalf("%s: the setup ends with exit code %s", d.path, code)
	}
	source := slices.Clone(d.source)
	for i, s := range slices.Backward(steps) { // the last first, so that the offsets of the others stay valid
		file := filepath.Join(results, fmt.Sprint(i))
		out, code := contents(t, file+".out"), strings.TrimSpace(contents(t, file+".code"))
		if code == "" {
			code = "0"
		}
		if code != s.code {
			t.Errorf("%s:%d: got exit code %s, want %s:\n%s", d.path, s.command.line, code, s.code, out)
		}
		if s.shown == nil || matches(s.shown.text, out) {
			continue
		}
		if *update && !slices.Contains(strings.Split(s.shown.text, "\n"), anyLines) {
			source = slices.Concat(source[:s.shown.start], []byte(out), source[s.shown.end:])
			continue
		}
		t.Errorf("%s:%d: prints something else than the page shows (-update rewrites the page): -page +printed\n%s", d.path, s.shown.line, cmp.Diff(strings.Split(s.shown.text, "\n"), strings.Split(out, "\n")))
	}
	if *update && !bytes.Equal(source, d.source) {
		if err := os.WriteFile(filepath.Join(root, d.path), source, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// used is what IAM says of the use of roles of docs/impact.md.
func used() map[string][]iamtest.Service {
	const role = "arn:aws:iam::" + mototest.AccountID + ":role/bookshop-"
	yesterday := time.Now().Add(-25 * time.Hour)
	return map[string][]iamtest.Service{
		role + "api": {
			{Namespace: "dynamodb", Last: yesterday, Actions: []iamtest.Action{{Name: "Query"}, {Name: "Scan", Last: yesterday}}},
			{Namespace: "s3", Last: yesterday, Actions: []iamtest.Action{{Name: "PutObject", Last: yesterday}}}},
		role + "orders": {{Namespace: "sqs", Last: yesterday}},
		role + "web":    {{Namespace: "s3"}},
	}
}

// given returns the absolute path of a script that sets up what a page assumes, or "". README has one, because its length is
// limited.
func (d document) given(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", filepath.Base(d.path)+".sh"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// matches reports whether the page shows what was printed.
func matches(shown, printed string) bool {
	if !strings.HasSuffix(printed, "\n") && printed != "" {
		printed += "\n"
	}
	var pattern strings.Builder
	for line := range strings.Lines(shown) {
		if strings.TrimSpace(line) == anyLines {
			pattern.WriteString(`(?:.*\n)*?`)
		} else {
			pattern.WriteString(regexp.QuoteMeta(line))
		}
	}
	return regexp.MustCompile(`^` + pattern.String() + `$`).MatchString(printed)
}

func TestMatches(t *testing.T) {
	for name, c := range map[string]struct {
		shown, printed string
		want           bool
	}{
		"same":            {"a\nb\n", "a\nb\n", true},
		"no_end_of_line":  {"a\n", "a", true},
		"another_line":    {"a\n", "b\n", false},
		"a_line_more":     {"a\n", "a\nb\n", false},
		"a_line_less":     {"a\nb\n", "a\n", false},
		"any_lines":       {"a\n...\nd\n", "a\nb\nc\nd\n", true},
		"any_lines_none":  {"a\n...\nd\n", "a\nd\n", true},
		"any_lines_other": {"a\n...\nd\n", "a\nb\nc\n", false},
		"no_pattern":      {"a.c\n", "abc\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := matches(c.shown, c.printed); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

// shell runs a script with the AWS CLI, with the variables given, and without any other variables of AWS or of the command.
func shell(t *testing.T, dir, script string, variables []string) {
	t.Helper()
	aws := filepath.Dir(mototest.Installed(t, "aws"))
	command := exec.CommandContext(t.Context(), "bash", "-c", script)
	command.Dir = dir
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "AMPLIFY_BOUNDARY_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, "PATH="+aws+string(os.PathListSeparator)+os.Getenv("PATH"))
	command.Env = append(command.Env, variables...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// notCloned are the folders that git ignores.
var notCloned = []string{".git", ".aws-sam", ".venv", ".venv-sam", "build", "dist", "node_modules", ".serverless", "__pycache__"}

// clone copies the repository to a temporary folder.
func clone(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path != root && slices.Contains(notCloned, entry.Name()) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		return copied(path, filepath.Join(dir, strings.TrimPrefix(path, root)), entry)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func copied(from, to string, entry fs.DirEntry) error {
	if entry.IsDir() {
		return os.MkdirAll(to, 0o755)
	}
	info, err := entry.Info()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm())
}
