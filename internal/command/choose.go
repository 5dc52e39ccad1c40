package command

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/printable"
)

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
