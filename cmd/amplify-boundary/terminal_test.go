package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// limit is far more than any command needs here: one that reaches it hangs.
const limit = 30 * time.Second

// binary is the command under test, built by TestMain.
var binary string

func TestMain(m *testing.M) {
	// The go command takes a test's result from its cache where the test's own binary is the same: so the
	// command must be in there, although it is the binary that runs.
	fmt.Fprintf(io.Discard, "%p", main)
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "amplify-boundary")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "amplify-boundary")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, output)
		return 1
	}
	return m.Run()
}

// workplace is a directory with an Amplify project, in which dev is checked out, and a registry file.
func workplace(t *testing.T, registry string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	config := filepath.Join(dir, "amplify", ".config")
	if err := os.MkdirAll(config, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(config, "local-env-info.json"), `{"envName": "dev"}`)
	write(t, filepath.Join(dir, "registry.json"), registry)
	return dir
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// prepare returns the command in a workplace, without any AWS.
func prepare(ctx context.Context, dir string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, append(arguments, "--registry", "registry.json")...)
	cmd.Dir = dir
	cmd.Env = []string{"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull}
	return cmd
}

// exitCode is that of a command that has ended by itself.
func exitCode(ctx context.Context, t *testing.T, err error) int {
	t.Helper()
	exit := (*exec.ExitError)(nil)
	switch {
	case ctx.Err() != nil:
		t.Fatalf("the command hangs: no end after %v", limit)
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return 0
}

// terminal is a pseudo-terminal at which a command runs.
type terminal struct {
	keyboard *os.File
	ended    chan error // holds the outcome of the command, once
	answered int        // how much of the screen was there when something was typed last

	mutex  sync.Mutex
	screen bytes.Buffer // what the command writes, and the echo of what is typed
	grown  chan struct{}
}

// open starts a command at a new terminal.
func open(t *testing.T, cmd *exec.Cmd) *terminal {
	t.Helper()
	file, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	keepOutput(t, tty)
	cmd.Stdin, cmd.Stderr = tty, tty
	if cmd.Stdout == nil {
		cmd.Stdout = tty
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	term := &terminal{keyboard: file, ended: make(chan error, 1), grown: make(chan struct{}, 1)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for part := make([]byte, 4096); ; {
			n, err := file.Read(part)
			term.mutex.Lock()
			term.screen.Write(part[:n])
			term.mutex.Unlock()
			select {
			case term.grown <- struct{}{}:
			default:
			}
			if err != nil { // Linux: EIO, once the command's side is closed
				return
			}
		}
	}()
	go func() {
		err := cmd.Wait()
		<-read
		term.ended <- err
	}()
	t.Cleanup(func() { file.Close() })
	return term
}

// keepOutput keeps a terminal from dropping, at an interrupt, what a command has just written.
func keepOutput(t *testing.T, tty *os.File) {
	t.Helper()
	stty := exec.Command("stty", "noflsh")
	stty.Stdin = tty
	if output, err := stty.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}

// shown is the screen's text.
func (term *terminal) shown() string {
	term.mutex.Lock()
	defer term.mutex.Unlock()
	return strings.ReplaceAll(term.screen.String(), "\r\n", "\n")
}

// answer waits for a question at the end of the screen, and types.
func (term *terminal) answer(ctx context.Context, t *testing.T, question, keys string) {
	t.Helper()
	for !strings.HasSuffix(term.shown()[term.answered:], question) {
		select {
		case <-term.grown:
		case <-ctx.Done():
			t.Fatalf("no question %q; the screen: %s", question, term.shown())
		}
	}
	term.answered = len(term.shown())
	if _, err := term.keyboard.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}
