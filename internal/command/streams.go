package command

import (
	"context"
	"fmt"
	"io"
	"os"

	"amplify-boundary/internal/printable"
)

// IO is what the command is connected to.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Terminal bool // In and Err are a terminal, where somebody sees a question and can answer

	OutTerminal bool // Out is a terminal, which may show colours
}

// Say writes a line to standard error.
func (s IO) Say(kind, format string, arguments ...any) {
	if kind != "" {
		kind += ": "
	}
	fmt.Fprintln(s.Err, printable.Line(Program+": "+kind+fmt.Sprintf(format, arguments...)))
}

// FileName returns what messages call a file.
func FileName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// ReadFile reads a file; "-" is standard input. It returns when the context ends, too: nobody may ever write to a
// pipe or at a terminal.
func (s IO) ReadFile(ctx context.Context, file string) ([]byte, error) {
	type content struct {
		data []byte
		err  error
	}
	read := make(chan content, 1)
	go func() {
		var c content
		if file == "-" {
			c.data, c.err = io.ReadAll(s.In)
		} else {
			c.data, c.err = os.ReadFile(file)
		}
		read <- c
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case c := <-read:
		return c.data, c.err
	}
}
