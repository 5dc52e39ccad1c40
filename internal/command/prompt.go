package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/atomicfile"
	"amplify-boundary/internal/printable"
)

// errNoAnswer ends a command whose question was not answered.
var errNoAnswer = errors.New("no answer; nothing was written")

// Ask asks on standard error and reads a line. It returns when the context ends, too.
func (s IO) Ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(s.Err, printable.Line(question))
	line, err := atomicfile.Await(ctx, func() (string, error) { return readLine(s.In) })
	if err != nil {
		fmt.Fprintln(s.Err)
		return "", errNoAnswer
	}
	return strings.TrimSpace(line), nil
}

// readLine reads to the end of a line and no further: what follows can answer the next question.
func readLine(in io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; line = append(line, one[0]) {
		if _, err := io.ReadFull(in, one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			return string(line), nil
		}
	}
}

// Confirmation is a question whether to do what has consequences.
type Confirmation struct {
	Consequence string // empty: the reader has seen it
	Advice      string // what to give instead of an answer, where there is no terminal
	Question    string
	Refusal     string // the error after any other answer than yes
}

// Confirm asks whether a consequence is wanted, unless yes says so. Without a terminal it fails.
func (s IO) Confirm(ctx context.Context, yes bool, c Confirmation) error {
	if yes {
		return nil
	}
	switch {
	case c.Consequence == "" && !s.Terminal:
		return errors.New(c.Advice)
	case !s.Terminal:
		return fmt.Errorf("%s; %s", c.Consequence, c.Advice)
	case c.Consequence != "":
		s.Say("warning", "%s", c.Consequence)
	}
	answer, err := s.Ask(ctx, c.Question+" (y/N, an empty answer is no) ")
	if err != nil {
		return err
	}
	if answer = strings.ToLower(answer); answer != "y" && answer != "yes" {
		return errors.New(c.Refusal)
	}
	return nil
}

// OneOrChosen accepts one argument. At a terminal it accepts none, too: [ManageFlags.RunFor] then asks for it.
func (f *ManageFlags) OneOrChosen(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, arguments []string) error {
		if len(arguments) == 0 && f.asks() {
			return nil
		}
		return OneArgument(name)(cmd, arguments)
	}
}

func (f *ManageFlags) asks() bool { return f.io.Terminal && !f.Yes }

// choose asks for the argument of a command, and lists what a shell would complete. The answer is a number of the list, or a name.
func (f *ManageFlags) choose(cmd *cobra.Command) (string, error) {
	listed, _ := cmd.ValidArgsFunction(cmd, nil, "")
	if len(listed) == 0 {
		return "", errors.New("nothing is named, and the registry lists nothing to choose from")
	}
	var names []string
	for i, line := range listed {
		name, description, _ := strings.Cut(line, "\t")
		names = append(names, name)
		fmt.Fprintln(f.io.Err, printable.Line(fmt.Sprintf("%d  %s  %s", i+1, name, description)))
	}
	answer, err := f.io.Ask(cmd.Context(), "Which one? (a number or a name) ")
	if err != nil || slices.Contains(names, answer) {
		return answer, err
	}
	if n, err := strconv.Atoi(answer); err == nil && 1 <= n && n <= len(names) {
		return names[n-1], nil
	}
	if answer == "" {
		return "", errNoAnswer
	}
	return answer, nil
}
