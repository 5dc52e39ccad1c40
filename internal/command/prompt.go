package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"amplify-boundary/internal/printable"
)

// errNoAnswer ends a command whose question was not answered.
var errNoAnswer = errors.New("no answer; nothing was written")

// Ask asks on standard error and reads a line. It returns when the context ends, too.
func (s IO) Ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(s.Err, printable.Line(question))
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := readLine(s.In)
		answers <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.Err)
		return "", errNoAnswer
	case a := <-answers:
		if a.err != nil {
			fmt.Fprintln(s.Err)
			return "", errNoAnswer
		}
		return strings.TrimSpace(a.line), nil
	}
}

// readLine reads up to the end of a line and nothing behind it, which may answer a further question.
func readLine(in io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; {
		n, err := in.Read(one)
		switch {
		case n == 1 && one[0] == '\n':
			return string(line), nil
		case n == 1:
			line = append(line, one[0])
		case err != nil:
			return "", err
		}
	}
}

// IsYes reports whether an answer agrees.
func IsYes(answer string) bool {
	answer = strings.ToLower(answer)
	return answer == "y" || answer == "yes"
}

// Confirm warns of a consequence and asks whether it is wanted, unless --yes says so. Without a terminal it
// fails, and says what advice does. Where the answer is no, it fails with what was not done.
func (o *Options) Confirm(ctx context.Context, consequence, advice, question, refusal string) error {
	if o.Yes {
		return nil
	}
	if !o.Terminal {
		return fmt.Errorf("%s; %s", consequence, advice)
	}
	o.Say("warning", "%s", consequence)
	answer, err := o.Ask(ctx, question+" (y/N, an empty answer is no) ")
	if err == nil && !IsYes(answer) {
		err = errors.New(refusal)
	}
	return err
}
