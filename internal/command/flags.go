package command

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// NonEmpty is a flag that says where to read and write. An empty one, such as a shell variable that is not
// set, must not mean the usual place.
type NonEmpty string

func (n *NonEmpty) Set(text string) error {
	if text == "" {
		return errors.New("it is empty")
	}
	*n = NonEmpty(text)
	return nil
}

func (n *NonEmpty) String() string { return string(*n) }

func (n *NonEmpty) Type() string { return "string" }

// macroPattern is the form of a macro's name: that of the parameter MacroName in template.yaml, and before it
// perhaps the account that registered it.
var macroPattern = regexp.MustCompile(`^([0-9]{12}::)?[A-Za-z][A-Za-z0-9-]{0,63}$`)

// MacroName is a flag that names a macro, which is written into files.
type MacroName string

func (m *MacroName) Set(text string) error {
	if text == "" {
		return errors.New("it is empty")
	}
	if !macroPattern.MatchString(text) {
		return errors.New("a macro's name is 1 to 64 letters, digits and hyphens, a letter first")
	}
	*m = MacroName(text)
	return nil
}

func (m *MacroName) String() string { return string(*m) }

func (m *MacroName) Type() string { return "string" }

// choice is a flag that takes one of a few values.
type choice struct {
	value   *string
	choices []string
}

// AddChoice adds such a flag, which shells complete; the first choice is the default. In usage, choices
// follow.
func AddChoice(cmd *cobra.Command, value *string, name, usage string, choices ...string) {
	*value = choices[0]
	c := &choice{value, choices}
	cmd.Flags().Var(c, name, usage+": "+c.list())
	CompleteFlag(cmd, name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
}

func (c *choice) Set(text string) error {
	if !slices.Contains(c.choices, text) {
		return fmt.Errorf("it must be %s", c.list())
	}
	*c.value = text
	return nil
}

func (c *choice) String() string { return *c.value }

func (c *choice) Type() string { return choiceType }

// choiceType is how the command line library calls the type of such a flag.
const choiceType = "choice"

// list is the choices in words.
func (c *choice) list() string {
	last := len(c.choices) - 1
	return strings.Join(c.choices[:last], ", ") + " or " + c.choices[last]
}
