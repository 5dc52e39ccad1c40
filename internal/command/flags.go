package command

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
)

// checkedFlag is a flag whose value must pass a check.
type checkedFlag struct {
	value *string
	kind  string // the type in the command-line library
	check func(text string) error
}

func (f checkedFlag) Set(text string) error {
	err := f.check(text)
	if err == nil {
		*f.value = text
	}
	return err
}

func (f checkedFlag) String() string { return *f.value }

func (f checkedFlag) Type() string { return f.kind }

var errEmpty = errors.New("it is empty")

// AddNonEmpty adds a flag whose value cannot be empty: an unset shell variable must not stand for the default.
func AddNonEmpty(cmd *cobra.Command, value *string, name, usage string) {
	cmd.Flags().Var(checkedFlag{value, "string", func(text string) error {
		if text == "" {
			return errEmpty
		}
		return nil
	}}, name, usage)
}

// macroPattern matches the names of macros, as the parameter MacroName of template.yaml does, optionally after the
// account that registered the macro.
var macroPattern = regexp.MustCompile(`^([0-9]{12}::)?[A-Za-z][A-Za-z0-9-]{0,63}$`)

// AddMacro adds the flag that names the macro where it is declared.
func AddMacro(cmd *cobra.Command, value *string) {
	*value = cfn.DefaultMacro
	cmd.Flags().Var(checkedFlag{value, "string", func(text string) error {
		switch {
		case text == "":
			return errEmpty
		case !macroPattern.MatchString(text):
			return errors.New("a macro's name is 1 to 64 letters, digits and hyphens, beginning with a letter")
		}
		return nil
	}}, "macro", "registered `NAME` of the macro")
}

// choiceType is the type of a choice in the command-line library.
const choiceType = "choice"

// AddChoice adds a flag that accepts one of a few values, and its completions. The first choice is the default.
func AddChoice(cmd *cobra.Command, value *string, name, usage string, choices ...string) {
	last := len(choices) - 1
	list := strings.Join(choices[:last], ", ") + " or " + choices[last]
	*value = choices[0]
	cmd.Flags().Var(checkedFlag{value, choiceType, func(text string) error {
		if !slices.Contains(choices, text) {
			return fmt.Errorf("it must be %s", list)
		}
		return nil
	}}, name, usage+": "+list)
	CompleteFlag(cmd, name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
}

// ValidateEnvironment refuses names that no environment can have.
func ValidateEnvironment(name string) error { return ValidateName("the environment's name", name) }

// ValidateName refuses names that no environment and no project can have. Its error begins with what the name is.
func ValidateName(what, name string) error {
	switch {
	case !environment.ValidName(name):
		return fmt.Errorf("%s is %q; it must be %s", what, name, environment.NameRule)
	case name == environment.Unset:
		return fmt.Errorf("%s is %s, which means \"not set\" in templates; choose another", what, name)
	default:
		return nil
	}
}

// ValidateOptionalName is [ValidateName] for a name that can be left out.
func ValidateOptionalName(what, name string) error {
	if name == "" {
		return nil
	}
	return ValidateName(what, name)
}

// ValidateAccount refuses what is not an account's ID; empty is the caller's account.
func ValidateAccount(id string) error {
	if id != "" && !boundary.ValidAccount(id) {
		return fmt.Errorf("--account is %q; it must be 12 digits", id)
	}
	return nil
}
