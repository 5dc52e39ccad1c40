package command

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

// ManageFlags are the flags of the commands that manage the registry.
type ManageFlags struct {
	Registry RegistryFlags
	Output   string // the form of the result
	Yes      bool   // never ask

	Current func() (string, error) // what the command is about without an argument; nil: nothing

	io IO
}

// NewManageFlags returns the flags of a command whose command line has none of them.
func NewManageFlags(io IO) *ManageFlags {
	return &ManageFlags{Registry: NewRegistryFlags(io), Output: TextForm, io: io}
}

// AddTo adds the flags that name the registry and the form of the result.
func (f *ManageFlags) AddTo(cmd *cobra.Command) {
	f.Registry.AddTo(cmd)
	AddOutputFlag(cmd, &f.Output, TextForm, JSONForm)
}

// Creates marks a command that creates the registry file if it is missing. For any other command, it must exist.
func (f *ManageFlags) Creates(cmd *cobra.Command) {
	f.Registry.createsFile = true
	cmd.Flags().Lookup("registry").Usage += "; created if missing"
}

// AddYes adds the flag of a command that asks before it writes.
func (f *ManageFlags) AddYes(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.Yes, "yes", false, "never ask")
	Writes(cmd)
}

// Run returns the run of a command: it opens the registry, and does the work there.
func (f *ManageFlags) Run(access Access, work func(context.Context, *Session) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		s, err := f.Open(cmd.Context(), access)
		if err != nil {
			return err
		}
		return work(cmd.Context(), s)
	}
}

// RunFor is [ManageFlags.Run] for a command about one thing in the registry, such as an environment. The command's argument
// names it, otherwise Current does. If neither gives a valid name, the user can choose one.
func (f *ManageFlags) RunFor(access Access, validate func(name string) error, work func(context.Context, *Session, string) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, arguments []string) error {
		var name string
		var err error
		if len(arguments) > 0 {
			name = arguments[0]
		} else if f.Current != nil {
			name, err = f.Current()
		}
		if err == nil {
			err = validate(name)
		}
		if err != nil && len(arguments) == 0 && f.asks() {
			if name, err = f.choose(cmd); err == nil {
				err = validate(name)
			}
		}
		if err != nil {
			return err
		}
		return f.Run(access, func(ctx context.Context, s *Session) error { return work(ctx, s, name) })(cmd, nil)
	}
}

// Session is a command at work on an open registry.
type Session struct {
	IO
	Flags ManageFlags
	Store Store
	Where boundary.Scope // the account and the region; each is empty if it is not known

	aws aws.Config
}

// Store is a registry that an operator can change: a [registry.OperatorStore] or a [registry.File].
type Store interface {
	Reader
	Parameter(ctx context.Context, name string) (p registry.Parameter, found bool, err error)
	History(ctx context.Context, name string) ([]registry.Version, error)
	Write(ctx context.Context, w registry.Write) (version int64, err error)
	WriteAll(ctx context.Context, writes []registry.Write, progress func(written, all int)) (written int, err error)
	Remove(ctx context.Context, read registry.Parameter) error
}

// ErrNotAsked says that IAM was not asked about a policy, because a registry file is used.
var ErrNotAsked = errors.New("IAM was not asked")

// FindPolicy finds a policy in IAM. It fails with [ErrNotAsked] or as [account.Policies.Find] does.
func (s *Session) FindPolicy(ctx context.Context, arn string) (account.Policy, error) {
	if s.Flags.Registry.File != "" {
		return account.Policy{}, ErrNotAsked
	}
	return account.NewPolicies(s.aws).Find(ctx, arn)
}

// Access is what a command does with the registry.
type Access int

// A command lists values as they are stored, whatever the account, reads boundaries as they hold in an account, or
// writes boundaries that are to hold in the caller's account.
const (
	Listing Access = iota
	Reading
	Writing
)

// Open validates the flags and opens the registry. It asks AWS only for what the access needs.
func (f ManageFlags) Open(ctx context.Context, access Access) (*Session, error) {
	io := f.io
	if err := f.Registry.Validate(); err != nil {
		return nil, err
	}
	if f.Registry.File == "" && f.Registry.Role == "" && io.Getenv(guard.RegistryRole) != "" {
		io.Say("warning", "this command ignores %s: it uses Parameter Store in the account of the credentials", guard.RegistryRole)
	}
	c, err := f.Registry.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &Session{IO: io, Flags: f, Store: c.Store(""), Where: boundary.Scope{Region: c.Region()}, aws: c.AWS}
	switch access {
	case Reading:
		s.Where, err = c.Account(ctx)
	case Writing:
		s.Where, err = c.OwnAccount(ctx, io)
	}
	return s, err
}

// Print writes the command's result: as JSON, or as lines for people.
func (s *Session) Print(result any, lines ...string) error {
	return s.IO.Print(s.Flags.Output, result, lines...)
}

// PrintChecked prints a result that says itself what is wrong; then it fails with [ErrFailed].
func (s *Session) PrintChecked(isWrong bool, result any, lines ...string) error {
	if err := s.Print(result, lines...); err != nil || !isWrong {
		return err
	}
	return ErrFailed
}

// PrintWritten prints the result of a command that has written; done says what, in case it cannot be printed.
func (s *Session) PrintWritten(done string, result any, lines ...string) error {
	return s.IO.PrintWritten(s.Flags.Output, done, result, lines...)
}

// Confirm asks whether a consequence is wanted, unless --yes says so.
func (s *Session) Confirm(ctx context.Context, c Confirmation) error {
	return s.IO.Confirm(ctx, s.Flags.Yes, c)
}
