// Package except has the commands that manage the exceptions of the registry: roles that cannot carry a boundary.
package except

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/registry"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	cmd := &cobra.Command{
		Use:   "except",
		Short: "Manage the roles that cannot carry a boundary",
		Long: `The audit does not report a role that an exception matches, and the guard lets
it pass; the macro ignores exceptions. An exception is in the SSM parameter
PREFIX/_except/NAME. Without the policy that "policy scp" prints, anyone who can
choose the name of a role or a stack can use an exception.`,
		Example: `  export AMPLIFY_BOUNDARY_REGISTRY=events/boundaries.json
  amplify-boundary except add control-tower --preset control-tower
  amplify-boundary except list`,
	}
	cmd.AddCommand(newAdd(io), newList(io), newShow(io), newRemove(io))
	return []*cobra.Command{cmd}
}

// newFlags returns the flags that every command of the family has, and adds them.
func newFlags(io command.IO, cmd *cobra.Command) *command.ManageFlags {
	flags := command.NewManageFlags(io)
	flags.AddTo(cmd)
	flags.Registry.AddPrefix(cmd)
	return flags
}

func validateName(name string) error { return command.ValidateName("the exception's name", name) }

// entry is an exception in a result.
type entry struct {
	Name       string   `json:"name"`       // the exception's name
	Parameter  string   `json:"parameter"`  // the SSM parameter that holds it
	Roles      []string `json:"roles"`      // patterns of role names; one that begins with / is matched against path and name
	Stacks     []string `json:"stacks"`     // patterns of the names of stacks whose roles are left out
	Accounts   []string `json:"accounts"`   // account IDs; empty: every account
	Principals []string `json:"principals"` // ARN patterns of the principals that can create the roles and stacks
	Reason     string   `json:"reason"`     // why the roles are left out
	Until      string   `json:"until"`      // the last day, in UTC; empty: no end
	Ended      bool     `json:"ended"`      // whether that day has passed, so that the exception excepts nothing
	Problem    string   `json:"problem"`    // why the entry is malformed, so that it excepts nothing; empty if it is not
}

func newEntry(prefix string, e exception.Exception, now time.Time) entry {
	return entry{
		Name: e.Name, Parameter: registry.ExceptionName(prefix, e.Name), Roles: e.Roles, Stacks: e.Stacks, Accounts: e.Accounts,
		Principals: e.Principals, Reason: e.Reason, Until: e.Until, Ended: !e.Holds(now),
	}
}

func newMalformed(prefix string, m *exception.Malformed) entry {
	e := newEntry(prefix, exception.Exception{Name: m.Name}, time.Time{})
	e.Problem = m.Err.Error()
	return e
}

// lines describes the exception for people.
func (e entry) lines() []string {
	title := [2]string{"exception", fmt.Sprintf("%s (SSM parameter %s)", e.Name, e.Parameter)}
	if e.Problem != "" {
		return command.Fields(title, [2]string{"problem", e.Problem})
	}
	list := func(values []string) string { return strings.Join(values, ", ") }
	return command.Fields([][2]string{
		title, {"roles", list(e.Roles)}, {"stacks", list(e.Stacks)}, {"accounts", list(e.Accounts)}, {"principals", list(e.Principals)},
		{"reason", e.Reason}, {"until", e.end()},
	}...)
}

// end says for people when the exception ends.
func (e entry) end() string {
	if e.Ended {
		return e.Until + " (ended)"
	}
	return cmp.Or(e.Until, "no end")
}

func read(ctx context.Context, s *command.Session) (exception.Set, error) {
	prefix := s.Flags.Registry.Prefix
	parameters, err := s.Store.List(ctx, registry.ExceptionsPath(prefix))
	return registry.NewSnapshot(prefix, parameters).Exceptions(), err
}
