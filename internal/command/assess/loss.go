package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/impact"
	"amplify-boundary/internal/registry"
)

// LossFlags are the flags of a command that can ask what a boundary takes away before it writes it.
type LossFlags struct {
	impact, accept bool
}

// AddTo adds the flags.
func (l *LossFlags) AddTo(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&l.impact, "impact", false, "first show what the boundary would take away from roles")
	cmd.Flags().BoolVar(&l.accept, "accept-loss", false, "with --impact: write it even if roles lose what they use")
}

// Check asks what a boundary would take away from the roles of an environment, if the flags say so. It fails if
// something would be lost, or is not known, and nobody accepts that.
func (l LossFlags) Check(ctx context.Context, s *command.Session, name string, value boundary.Value) error {
	switch {
	case l.accept && !l.impact:
		return errors.New("--accept-loss can only be used with --impact")
	case !l.impact || value.IsNone():
		return nil
	case name == registry.DefaultName:
		return fmt.Errorf("--impact needs an environment, and %s is for all that have no entry; ask for each with: %s impact", name, command.Program)
	}
	scope := NewScope(s.IO)
	scope.Registry = s.Flags.Registry
	scope.Registry.Project = ""
	report, err := scope.Impact(ctx, Question{Environments: []string{name}, Boundary: &value, Days: DefaultDays, IsAffected: affects(ctx, s, name)})
	if err != nil {
		return err
	}
	validate(ctx, &scope, s, name, value)
	report.Uses = slices.DeleteFunc(report.Uses, func(u impact.Use) bool { return u.Result != impact.Lost && u.Result != impact.Unknown })
	const width = 80 // of standard error
	for _, line := range Lines(report, width) {
		s.Say("", "%s", line)
	}
	scope.Explain(report)
	err = Result(report)
	switch {
	case err == nil || l.accept:
		s.Say("", "%s", Summary(report))
		return nil
	case s.IO.Terminal && !s.Flags.Yes:
		return s.Confirm(ctx, command.Confirmation{
			Consequence: Summary(report), Question: "Write the boundary?", Refusal: "the loss is not accepted; nothing was written",
		})
	default:
		s.Say("error", "%s; nothing was written; accept it with --accept-loss", Summary(report))
		return err
	}
}

// affects returns a function that reports whether the entry of the session's project, or of all projects, decides about
// an environment. An entry that is more specific takes precedence over it.
func affects(ctx context.Context, s *command.Session, name string) func(environment.Environment) (bool, error) {
	flags, known := s.Flags.Registry, make(map[environment.Environment]bool)
	return func(e environment.Environment) (bool, error) {
		if isAffected, found := known[e]; found {
			return isAffected, nil
		}
		names := registry.Names(flags.Prefix, e)
		position := slices.Index(names, flags.ParameterName(name))
		entry, err := registry.Lookup(ctx, s.Store, flags.Prefix, e)
		missing, malformed := (*registry.NotFoundError)(nil), (*registry.EntryError)(nil)
		if err != nil && !errors.As(err, &missing) && !errors.As(err, &malformed) {
			return false, err
		}
		known[e] = position >= 0 && (err != nil || position <= slices.Index(names, entry.Name))
		return known[e], nil
	}
}

// validate shows what IAM Access Analyzer has against the policy.
func validate(ctx context.Context, scope *Scope, s *command.Session, name string, value boundary.Value) {
	c, _ := scope.Registry.ConnectAWS(ctx) // as for the impact
	arn, err := value.Resolve(s.Flags.Registry.InProject(name).Scope(s.Where.AccountID, s.Where.Region))
	if err != nil {
		return // it has placeholders that only templates resolve
	}
	document, err := account.NewPolicies(c.AWS).Document(ctx, arn)
	if err != nil {
		return // command env says so
	}
	list, err := account.Validate(ctx, c.AWS, document)
	if err != nil {
		s.Say("hint", "IAM Access Analyzer was not asked about the policy: %v", err)
	}
	for _, finding := range list {
		s.Say("warning", "policy %s: %s", arn, finding)
	}
}
