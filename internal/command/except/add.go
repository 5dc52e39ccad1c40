package except

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/registry"
)

func newAdd(io command.IO) *cobra.Command {
	var presets []string
	for _, e := range exception.Presets() {
		presets = append(presets, e.Name)
	}
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an exception for roles, or for the roles of stacks",
		Long: `A preset fills in the roles that AWS itself creates, their principals, and a
reason; other flags add to it, and --reason replaces its reason. Patterns can
have the wildcards * and ?. --principal names who can change these roles and
stacks under the policy that "policy scp" prints; without it, only the
principals of that command's --except can.`,
		Example: `  amplify-boundary except add control-tower --preset control-tower \
    --registry events/boundaries.json`,
		Args: command.OneArgument("NAME"),
	}
	var preset string
	var given exception.Exception
	manage := newFlags(io, cmd)
	command.Writes(cmd)
	manage.Creates(cmd)
	flags := cmd.Flags()
	flags.StringVar(&preset, "preset", "", "begin with the `PRESET` "+strings.Join(presets, " or "))
	command.CompleteFlag(cmd, "preset", cobra.FixedCompletions(presets, cobra.ShellCompDirectiveNoFileComp))
	flags.StringArrayVar(&given.Roles, "role", nil, "`PATTERN` of role names, or of /path/name; can be repeated")
	flags.StringArrayVar(&given.Stacks, "stack", nil, "`PATTERN` of the names of stacks; can be repeated")
	flags.StringArrayVar(&given.Accounts, "account", nil, "`ID` of an account; can be repeated (default: every account)")
	flags.StringArrayVar(&given.Principals, "principal", nil, "`ARN` pattern of a principal; can be repeated")
	flags.StringVar(&given.Reason, "reason", "", "`TEXT` that says why, at most 200 characters")
	flags.StringVar(&given.Until, "until", "", "last `DATE`, in UTC, such as 2027-03-31 (default: no end)")
	cmd.MarkFlagsOneRequired("preset", "role", "stack")
	cmd.MarkFlagsOneRequired("preset", "reason")
	cmd.RunE = manage.RunFor(command.Listing, validateName, func(ctx context.Context, s *command.Session, name string) error {
		return runAdd(ctx, s, name, preset, given)
	})
	return cmd
}

// runAdd adds an exception: a preset, unless that is empty, with what is given.
func runAdd(ctx context.Context, s *command.Session, name, preset string, given exception.Exception) error {
	e, found := exception.Preset(preset)
	if !found && preset != "" {
		return fmt.Errorf("no preset is named %q; name one that --help lists", preset)
	}
	e.Name, e.Until = name, given.Until
	e.Roles = append(e.Roles, given.Roles...)
	e.Stacks = append(e.Stacks, given.Stacks...)
	e.Accounts = append(e.Accounts, given.Accounts...)
	e.Principals = append(e.Principals, given.Principals...)
	e.Reason = cmp.Or(given.Reason, e.Reason)
	text, err := e.Encode()
	if err != nil {
		return fmt.Errorf("exception %s: %w", name, err)
	}
	set, err := read(ctx, s)
	if err != nil {
		return err
	}
	added := newEntry(s.Flags.Registry.Prefix, e, time.Now())
	if n := len(set.Exceptions) + len(set.Malformed); n >= exception.Limit {
		return fmt.Errorf("the registry has %d exceptions, and at most %d are allowed; remove one first", n, exception.Limit)
	}
	_, err = s.Store.Write(ctx, registry.Write{Name: added.Parameter, Value: text})
	if errors.Is(err, registry.ErrExists) {
		return fmt.Errorf("exception %s exists already (SSM parameter %s); to change it, remove it first with: %s except remove %[1]s", name, added.Parameter, command.Program)
	}
	if err != nil {
		return err
	}
	if err := s.PrintStored(added.Parameter, added, added.lines()...); err != nil {
		return err
	}
	if added.Ended {
		s.Say("warning", "the exception ended on %s, so it excepts nothing", added.Until)
	}
	s.HintEvaluation()
	s.Say("hint", "without the policy of \"policy scp\", anyone who can choose these names can use the exception: print it again with: %s policy scp", command.Program)
	return nil
}
