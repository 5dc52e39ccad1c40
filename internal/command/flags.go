package command

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// NonEmpty is a flag whose value cannot be empty: an unset shell variable must not stand for the default.
type NonEmpty string

// Set sets the flag.
func (n *NonEmpty) Set(text string) error {
	if text == "" {
		return errors.New("it is empty")
	}
	*n = NonEmpty(text)
	return nil
}

// String returns the value.
func (n *NonEmpty) String() string { return string(*n) }

// Type returns the name of the value's type in usage.
func (n *NonEmpty) Type() string { return "string" }

// macroPattern matches the names of macros, as the parameter MacroName of template.yaml does, optionally after the
// account that registered the macro.
var macroPattern = regexp.MustCompile(`^([0-9]{12}::)?[A-Za-z][A-Za-z0-9-]{0,63}$`)

// MacroName is a flag that names a macro.
type MacroName string

// Set sets the flag.
func (m *MacroName) Set(text string) error {
	if text == "" {
		return errors.New("it is empty")
	}
	if !macroPattern.MatchString(text) {
		return errors.New("a macro's name is 1 to 64 letters, digits and hyphens, beginning with a letter")
	}
	*m = MacroName(text)
	return nil
}

// String returns the name.
func (m *MacroName) String() string { return string(*m) }

// Type returns the name of the value's type in usage.
func (m *MacroName) Type() string { return "string" }

// choice is a flag that accepts one of a few values.
type choice struct {
	value   *string
	choices []string
}

// AddChoice adds a flag that accepts one of a few values, and its completions. The first choice is the default.
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

// choiceType is the type of a choice in the command-line library.
const choiceType = "choice"

// list lists the choices in words.
func (c *choice) list() string {
	last := len(c.choices) - 1
	return strings.Join(c.choices[:last], ", ") + " or " + c.choices[last]
}
