package cli

import (
	"fmt"
	"io"
	"os"
)

// IO is what the command is connected to.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Terminal bool // In and Err are a terminal, where somebody sees a question and can answer

	OutTerminal bool // Out is a terminal, which may show colours
}

// say writes a line to standard error.
func (s IO) say(kind, format string, arguments ...any) {
	if kind != "" {
		kind += ": "
	}
	fmt.Fprintln(s.Err, printable(program+": "+kind+fmt.Sprintf(format, arguments...)))
}

// fileName returns what messages call a file.
func fileName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// readFile reads a file; "-" is standard input.
func (s IO) readFile(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(s.In)
	}
	return os.ReadFile(file)
}
