package shell

import (
	"os/exec"
	"testing"
)

// IAM's names can contain characters that mean something to a shell.
func TestFlag(t *testing.T) {
	for value, want := range map[string]string{
		"Role_+=,.@-1":                     " --x Role_+=,.@-1",
		"-Role":                            " --x=-Role",
		"arn:aws:iam::1:policy/$(id)/it's": ` --x 'arn:aws:iam::1:policy/$(id)/it'\''s'`,
		"-;":                               " --x='-;'",
		"":                                 " --x ''",
	} {
		if got := Flag("x", value); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestQuote_by_a_shell(t *testing.T) {
	for _, word := range []string{"", "plain", "it's", "$(id) `id` \"x\"", "a\\b", "new\nline", "*?[x]", "~", "{a,b}", "!x", "#x", "-n"} {
		got, err := exec.CommandContext(t.Context(), "sh", "-c", "printf %s "+Quote("x"+word)).Output()
		if err != nil || string(got) != "x"+word {
			t.Errorf("%q: the shell read %q, %v", word, got, err)
		}
	}
}
