package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
)

const (
	ctrlC = "\x03"
	ctrlD = "\x04"

	devARN   = "arn:aws:iam::123456789012:policy/dev"
	testARN  = "arn:aws:iam::123456789012:policy/test"
	otherARN = "arn:aws:iam::210987654321:policy/dev"

	questionOfAdd    = "Permissions boundary of environment test (an ARN, or none; an empty answer asks again): "
	questionOfUpdate = "Permissions boundary of environment dev (an ARN, none, or empty to keep " + devARN + "): "
	questionOfRemove = "Remove environment dev: " + devARN + " (SSM parameter /amplify-boundary/dev)? (y/N, an empty answer is no) "

	notUsable = "amplify-boundary: warning: environment test cannot inherit " + otherARN + " from environment dev: the policy is in account 210987654321, " +
		"but the stack is in account 123456789012, and IAM accepts a boundary only from the role's own account; use ${AWS::AccountId} or a policy of that account\n"
	whatMeans = "amplify-boundary: error: the boundary is neither a policy ARN (arn:<partition>:iam::<account>:policy/<name>) nor none\n"
	noAnswer  = "amplify-boundary: error: no answer; nothing was written\n"
	takes     = "amplify-boundary: hint: the change takes effect when each stack is next deployed; CloudFormation runs the macro again even for an unchanged template\n" +
		"amplify-boundary: hint: keep policy " + devARN + " until every stack has been deployed: a rollback that needs a deleted policy ends in UPDATE_ROLLBACK_FAILED\n"
	refused = "amplify-boundary: warning: stacks of environment dev will be refused when they are next deployed\n"
)

// typing is what is typed at a question.
type typing struct{ question, keys string }

// dialogue is a command at a terminal.
type dialogue struct {
	name      string
	arguments []string
	registry  string // the boundary of dev before
	typed     []typing
	exit      int
	screen    string // in the end; empty: not compared
	after     string // the registry file in the end; empty: as before
}

func (d dialogue) run(t *testing.T) {
	t.Parallel()
	before := `{"/amplify-boundary/dev": "` + d.registry + `"}`
	dir := workplace(t, before)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	term := open(t, prepare(ctx, dir, d.arguments...))
	for _, typed := range d.typed {
		term.answer(ctx, t, typed.question, typed.keys)
	}
	if got := exitCode(ctx, t, <-term.ended); got != d.exit {
		t.Errorf("got exit code %d, want %d", got, d.exit)
	}
	// The terminal shows an interrupt after it has sent it, so before or after the command's last words.
	got := strings.Replace(term.shown(), "^C", "", 1)
	if diff := cmp.Diff(d.screen, got); diff != "" && d.screen != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
	want := d.after
	if want == "" {
		want = before
	}
	if diff := cmp.Diff(want, read(t, filepath.Join(dir, "registry.json"))); diff != "" {
		t.Errorf("registry file (-want +got):\n%s", diff)
	}
}

// added is the registry file with another environment.
func added(boundary string) string {
	return `{"/amplify-boundary/dev": "` + otherARN + `","/amplify-boundary/test": "` + boundary + `"}`
}

func of(boundary string) string { return `{"/amplify-boundary/dev": "` + boundary + `"}` }

// Amplify's unit test: env add prompts for a boundary where that of the current environment is not
// accessible.
func TestEnvAddPrompts(t *testing.T) {
	add := []string{"env", "add", "test", "--account", "123456789012"}
	wrote := func(boundary string) string {
		return "environment test: " + boundary + " (SSM parameter /amplify-boundary/test)\n"
	}
	for _, d := range []dialogue{
		{"arn", add, otherARN, []typing{{questionOfAdd, testARN + "\n"}}, 0,
			notUsable + questionOfAdd + testARN + "\n" + wrote(testARN), added(testARN)},
		{"none", add, otherARN, []typing{{questionOfAdd, "none\n"}}, 0,
			notUsable + questionOfAdd + "none\n" + wrote("none"), added("none")},
		{"bad_and_empty_answers", add, otherARN,
			[]typing{{questionOfAdd, "hunter2\n"}, {questionOfAdd, "\n"}, {questionOfAdd, " " + testARN + " \n"}}, 0,
			notUsable + questionOfAdd + "hunter2\n" + whatMeans + questionOfAdd + "\n" + questionOfAdd + " " + testARN + " \n" + wrote(testARN), added(testARN)},
		{"typed_ahead", add, otherARN, []typing{{questionOfAdd, "hunter2\nnone\n"}}, 0,
			"", added("none")}, // the terminal may show the second line before or after the command's words
		{"end_of_input", add, otherARN, []typing{{questionOfAdd, ctrlD}}, 1,
			notUsable + questionOfAdd + "\n" + noAnswer, ""},
		{"interrupted", add, otherARN, []typing{{questionOfAdd, ctrlC}}, 130,
			notUsable + questionOfAdd + "\n" + noAnswer, ""},
		{"interrupted_in_an_answer", add, otherARN, []typing{{questionOfAdd, "arn:aws"}, {"arn:aws", ctrlC}}, 130,
			notUsable + questionOfAdd + "arn:aws\n" + noAnswer, ""},
		{"yes_flag", append(add, "--yes"), otherARN, nil, 1,
			notUsable + "amplify-boundary: error: environment test needs a boundary: give --permissions-boundary ARN, or --permissions-boundary none\n", ""},
	} {
		t.Run(d.name, d.run)
	}
}

func TestEnvUpdatePrompts(t *testing.T) {
	update := []string{"env", "update"}
	for _, d := range []dialogue{
		{"empty_keeps", update, devARN, []typing{{questionOfUpdate, "\n"}}, 0,
			questionOfUpdate + "\nenvironment dev keeps " + devARN + " (SSM parameter /amplify-boundary/dev)\n", ""},
		{"none_removes", update, devARN, []typing{{questionOfUpdate, "none\n"}}, 0,
			questionOfUpdate + "none\n" + "environment dev: none, was " + devARN + " (SSM parameter /amplify-boundary/dev)\n" + takes, of("none")},
		{"another", update, devARN, []typing{{questionOfUpdate, testARN + "\n"}}, 0,
			questionOfUpdate + testARN + "\n" + "environment dev: " + testARN + ", was " + devARN + " (SSM parameter /amplify-boundary/dev)\n" + takes, of(testARN)},
		{"bad_answer", update, devARN, []typing{{questionOfUpdate, "hunter2\n"}, {questionOfUpdate, "\n"}}, 0,
			questionOfUpdate + "hunter2\n" + whatMeans + questionOfUpdate + "\nenvironment dev keeps " + devARN + " (SSM parameter /amplify-boundary/dev)\n", ""},
		{"end_of_input", update, devARN, []typing{{questionOfUpdate, ctrlD}}, 1, questionOfUpdate + "\n" + noAnswer, ""},
		{"interrupted", update, devARN, []typing{{questionOfUpdate, ctrlC}}, 130, questionOfUpdate + "\n" + noAnswer, ""},
		{"yes_flag", append(update, "--yes"), devARN, nil, 1,
			"amplify-boundary: error: environment dev needs a boundary: give --permissions-boundary ARN, or --permissions-boundary none\n", ""},
	} {
		t.Run(d.name, d.run)
	}
}

func TestEnvRemovePrompts(t *testing.T) {
	remove := []string{"env", "remove", "dev"}
	removed := "removed environment dev: " + devARN + " (SSM parameter /amplify-boundary/dev)\n"
	kept := "amplify-boundary: error: nothing was removed\n"
	for _, d := range []dialogue{
		{"y", remove, devARN, []typing{{questionOfRemove, "y\n"}}, 0, refused + questionOfRemove + "y\n" + removed, "{}"},
		{"yes", remove, devARN, []typing{{questionOfRemove, "Yes\n"}}, 0, refused + questionOfRemove + "Yes\n" + removed, "{}"},
		{"n", remove, devARN, []typing{{questionOfRemove, "n\n"}}, 1, refused + questionOfRemove + "n\n" + kept, ""},
		{"empty", remove, devARN, []typing{{questionOfRemove, "\n"}}, 1, refused + questionOfRemove + "\n" + kept, ""},
		{"end_of_input", remove, devARN, []typing{{questionOfRemove, ctrlD}}, 1, refused + questionOfRemove + "\n" + noAnswer, ""},
		{"interrupted", remove, devARN, []typing{{questionOfRemove, ctrlC}}, 130, refused + questionOfRemove + "\n" + noAnswer, ""},
		{"yes_flag", append(remove, "--yes"), devARN, nil, 0,
			removed + strings.Replace(refused, "warning", "hint", 1), "{}"},
	} {
		t.Run(d.name, d.run)
	}
}

// Where the command line names nothing, the user chooses from the registry, by number or by name.
func TestChoicePrompts(t *testing.T) {
	const choice = "1  dev  " + devARN + "\nWhich one? (a number or a name) "
	remove := []string{"env", "remove"}
	removed := "removed environment dev: " + devARN + " (SSM parameter /amplify-boundary/dev)\n"
	for _, d := range []dialogue{
		{"number", remove, devARN, []typing{{choice, "1\n"}, {questionOfRemove, "y\n"}}, 0, choice + "1\n" + refused + questionOfRemove + "y\n" + removed, "{}"},
		{"name", remove, devARN, []typing{{choice, "dev\n"}, {questionOfRemove, "y\n"}}, 0, choice + "dev\n" + refused + questionOfRemove + "y\n" + removed, "{}"},
		{"no_such_number", remove, devARN, []typing{{choice, "2\n"}}, 1, choice + "2\n" +
			"amplify-boundary: error: environment 2 does not exist (SSM parameter /amplify-boundary/2); add it with: amplify-boundary env add 2\n", ""},
		{"bad_name", remove, devARN, []typing{{choice, "a b\n"}}, 1, "", ""},
		{"empty", remove, devARN, []typing{{choice, "\n"}}, 1, choice + "\n" + noAnswer, ""},
		{"interrupted", remove, devARN, []typing{{choice, ctrlC}}, 130, choice + "\n" + noAnswer, ""},
		{"yes_flag", append(remove, "--yes"), devARN, nil, 2, "amplify-boundary: error: want one NAME, got 0 arguments\namplify-boundary: hint: see: amplify-boundary env remove --help\n", ""},
		{"nothing_listed", []string{"account", "show"}, devARN, nil, 1, "amplify-boundary: error: nothing is named, and the registry lists nothing to choose from\n", ""},
	} {
		t.Run(d.name, d.run)
	}
}

// Unlike Amplify's, init asks for a boundary, as env add does.
func TestInitPrompts(t *testing.T) {
	init := []string{"init", "test"}
	for _, d := range []dialogue{
		{"arn", init, otherARN, []typing{{questionOfAdd, testARN + "\n"}}, 0,
			questionOfAdd + testARN + "\nenvironment test: " + testARN + " (SSM parameter /amplify-boundary/test)\n", added(testARN)},
		{"interrupted", init, otherARN, []typing{{questionOfAdd, ctrlC}}, 130, questionOfAdd + "\n" + noAnswer, ""},
		{"yes_flag", append(init, "--yes"), otherARN, nil, 1,
			"amplify-boundary: error: environment test needs a boundary: give --permissions-boundary ARN, or --permissions-boundary none\n", ""},
	} {
		t.Run(d.name, d.run)
	}
}

// What somebody else writes while the question stands is not overwritten unseen.
func TestEnvUpdatePrompts_changed_meanwhile(t *testing.T) {
	dir := workplace(t, of(devARN))
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	term := open(t, prepare(ctx, dir, "env", "update"))
	term.answer(ctx, t, questionOfUpdate, "arn")
	write(t, filepath.Join(dir, "registry.json"), of(otherARN))
	term.answer(ctx, t, "arn", strings.TrimPrefix(testARN, "arn")+"\n")
	if got, want := exitCode(ctx, t, <-term.ended), 1; got != want {
		t.Errorf("got exit code %d, want %d", got, want)
	}
	want := questionOfUpdate + testARN + "\n" +
		`amplify-boundary: error: /amplify-boundary/dev in registry file "registry.json": it was changed meanwhile; look at it and try again` + "\n"
	if diff := cmp.Diff(want, term.shown()); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(of(otherARN), read(t, filepath.Join(dir, "registry.json"))); diff != "" {
		t.Errorf("registry file (-want +got):\n%s", diff)
	}
}

// Without a terminal nobody is asked. The input here never ends, so that a command that reads it hangs.
func TestPrompts_no_terminal(t *testing.T) {
	for _, test := range []struct {
		name      string
		arguments []string
	}{
		{"add", []string{"env", "add", "test", "--account", "123456789012"}},
		{"add_yes", []string{"env", "add", "test", "--account", "123456789012", "--yes"}},
		{"update", []string{"env", "update"}},
		{"update_yes", []string{"env", "update", "--yes"}},
		{"remove", []string{"env", "remove", "dev"}},
	} {
		refuses := func(t *testing.T, input *os.File) {
			dir := workplace(t, of(otherARN))
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			cmd := prepare(ctx, dir, test.arguments...)
			var stderr, stdout bytes.Buffer
			cmd.Stdin, cmd.Stdout, cmd.Stderr = input, &stdout, &stderr
			if got, want := exitCode(ctx, t, cmd.Run()), 1; got != want {
				t.Errorf("got exit code %d, want %d", got, want)
			}
			if got := stderr.String(); !strings.HasSuffix(got, "\n") {
				t.Errorf("stderr: got %q, want whole lines, no question", got)
			}
			if stdout.Len() > 0 {
				t.Errorf("stdout: got %q", stdout.String())
			}
			if diff := cmp.Diff(of(otherARN), read(t, filepath.Join(dir, "registry.json"))); diff != "" {
				t.Errorf("registry file (-want +got):\n%s", diff)
			}
		}
		t.Run(test.name+"/pipe", func(t *testing.T) {
			t.Parallel()
			input, keyboard, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer input.Close()
			defer keyboard.Close()
			refuses(t, input)
		})
		// Where standard error goes to a file, nobody would see the question.
		t.Run(test.name+"/terminal_for_input_only", func(t *testing.T) {
			t.Parallel()
			keyboard, input, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer input.Close()
			defer keyboard.Close()
			refuses(t, input)
		})
	}
}

// Results go to standard output also where there is a terminal.
func TestPrompts_result_apart(t *testing.T) {
	dir := workplace(t, of(devARN))
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := prepare(ctx, dir, "env", "update", "--output", "json")
	var output bytes.Buffer
	cmd.Stdout = &output
	term := open(t, cmd)
	term.answer(ctx, t, questionOfUpdate, "none\n")
	if got := exitCode(ctx, t, <-term.ended); got != 0 {
		t.Errorf("got exit code %d, want 0", got)
	}
	want := `{
  "environment": "dev",
  "project": "",
  "parameter": "/amplify-boundary/dev",
  "boundary": "none",
  "previous": "` + devARN + `",
  "changed": true
}
`
	if diff := cmp.Diff(want, output.String()); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(questionOfUpdate+"none\n"+takes, term.shown()); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}
