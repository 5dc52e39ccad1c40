package command

import (
	"context"
	"fmt"
	"io"

	"amplify-boundary/internal/atomicfile"
	"amplify-boundary/internal/printable"
	"amplify-boundary/internal/progress"
)

// IO is what the command is connected to.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string

	Terminal bool // In and Err are a terminal: somebody sees a question there, and can answer it

	line *progress.Line // of Err; nil if that is not a terminal
}

// Progress returns what shows how many of all things were done, or nil where there is no terminal to show it.
func (s IO) Progress(things string) func(done, all int) {
	if s.line == nil {
		return nil
	}
	return s.line.Count(things)
}

// Say writes one line to standard error. The kind is error, warning, hint, or empty.
func (s IO) Say(kind, format string, arguments ...any) {
	if kind != "" {
		kind += ": "
	}
	fmt.Fprintln(s.Err, printable.Line(Program+": "+kind+fmt.Sprintf(format, arguments...)))
}

// StandardStream is the name of standard input, where a file is read, and of standard output, where one is written.
const StandardStream = "-"

// FileName returns what messages call a file that is read.
func FileName(file string) string {
	if file == StandardStream {
		return "standard input"
	}
	return file
}

// ReadFile reads a file, or standard input. It returns when the context ends, too: nobody may ever write to a pipe or
// at a terminal.
func (s IO) ReadFile(ctx context.Context, file string) ([]byte, error) {
	if file == StandardStream {
		return atomicfile.Await(ctx, func() ([]byte, error) { return io.ReadAll(s.In) })
	}
	return atomicfile.ReadFile(ctx, file)
}
