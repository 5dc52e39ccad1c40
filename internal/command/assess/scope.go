// Package assess reads the roles of an account and says what a boundary would take away from them, for the commands of
// several families.
package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/awsapi/organization"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/policy"
	"amplify-boundary/internal/registry"
)

// Scope says which stacks of an account are read, and which registry has the boundaries of their environments.
type Scope struct {
	IO       command.IO
	Registry command.RegistryFlags
	Stacks   []string // empty: all
	Regions  []string // empty: the session's
	Macro    string
	accounts string // IDs separated by commas, a file, or all; empty: the caller's account
	assumed  string // the name of the role to assume in the accounts
}

// NewScope returns the scope of a command whose command line has no flags.
func NewScope(io command.IO) Scope {
	return Scope{IO: io, Registry: command.NewRegistryFlags(io), Macro: cfn.DefaultMacro}
}

// AddTo adds the flags of a command that reads an account.
func (s *Scope) AddTo(cmd *cobra.Command) {
	s.Registry.AddTo(cmd)
	s.Registry.AddRole(cmd)
	s.Registry.AddHierarchy(cmd, ", whatever the templates name")
	flags := cmd.Flags()
	flags.StringArrayVar(&s.Stacks, "stack-name", nil, "`NAME` of a stack, with those in it; can be repeated (default: all)")
	flags.StringSliceVar(&s.Regions, "regions", nil, "`REGIONS`, separated by commas, or all (default: the session's)")
	flags.StringVar(&s.Macro, "macro", s.Macro, "`NAME` of the macro")
	command.AddNonEmpty(cmd, &s.accounts, "accounts", "`IDS` of accounts separated by commas, a file with one a line, or all of the organisation")
	flags.StringVar(&s.assumed, "assume-role", policy.AuditRole, "`NAME` of the role to assume in each of the accounts but the caller's")
}

// reader reads what a scope names: what its accounts share.
type reader struct {
	scope      *Scope
	settings   macro.Settings
	connection command.Connection
	accounts   []string       // the IDs of many; none: the caller's
	where      boundary.Scope // the caller's account, and the session's region
	regions    []string
	registry   audit.Registry
	progress   func(done, all int) // of the stacks of one account; nil for many
	said       sync.Map            // the warnings that were said
}

// open connects to AWS, and finds out what the accounts share.
func (s *Scope) open(ctx context.Context) (*reader, error) {
	if err := s.Registry.Validate(); err != nil {
		return nil, err
	}
	settings, err := s.Registry.ReadSettings()
	if err != nil {
		return nil, err
	}
	accounts, err := s.readAccounts(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.Registry.ConnectAWS(ctx)
	if err != nil {
		return nil, err
	}
	r := &reader{scope: s, settings: settings, connection: c, accounts: accounts, registry: &sharedRegistry{Registry: c.Store(settings.ParameterRegion)}}
	if r.where, err = c.OwnAccount(ctx, s.IO); err != nil {
		return nil, err
	}
	if r.regions, err = s.listRegions(ctx, c.AWS); err != nil {
		return nil, err
	}
	if s.accounts == allAccounts {
		if r.accounts, err = organization.ActiveAccounts(ctx, c.AWS); err != nil {
			return nil, err
		}
	}
	if len(r.accounts) == 0 {
		r.progress = s.IO.Progress("stacks")
	}
	return r, nil
}

// Audit audits the account, or the accounts of the scope. Of the options, it sets those that the scope decides.
func (s *Scope) Audit(ctx context.Context, o audit.Options) (audit.Report, error) {
	return read(ctx, s, audit.Merge,
		func(ctx context.Context, r *reader, id string) (audit.Report, error) { return r.audit(ctx, id, o) },
		func(report *audit.Report) (account *string, errs *[]string) {
			return &report.Scope.Account, &report.Errors
		})
}

func (r *reader) audit(ctx context.Context, accountID string, o audit.Options) (audit.Report, error) {
	s := r.scope
	o.AccountID, o.Region, o.Prefix, o.Macro, o.Settings = accountID, r.where.Region, s.Registry.Prefix, s.Macro, r.settings.Environment
	o.Project, o.Stacks, o.Time, o.Progress = s.Registry.Project, s.Stacks, time.Now(), r.progress
	report, err := audit.New(r.in(accountID), r.registry, r.regions, s.isAllRegions()).Run(ctx, o)
	switch {
	case errors.Is(err, audit.ErrNoStack):
		err = fmt.Errorf("%w; name other regions with --regions", err)
	case errors.Is(err, audit.ErrNoEnvironment):
		err = fmt.Errorf("%w; list the environments with: %s", err, s.Registry.Hint("list", ""))
	}
	return report, err
}

// AllRegions is the value of --regions for every region of the account.
const AllRegions = "all"

func (s *Scope) isAllRegions() bool { return slices.Equal(s.Regions, []string{AllRegions}) }

// regionsPath is where AWS publishes the regions of CloudFormation, see
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-global-infrastructure.html.
const regionsPath = "/aws/service/global-infrastructure/services/cloudformation/regions"

// listRegions lists the regions whose stacks are read.
func (s *Scope) listRegions(ctx context.Context, cfg aws.Config) ([]string, error) {
	switch {
	case len(s.Regions) == 0:
		return []string{cfg.Region}, nil
	case s.isAllRegions():
	case slices.Contains(s.Regions, "") || slices.Contains(s.Regions, AllRegions):
		return nil, errors.New("--regions must be names of regions, separated by commas, or all")
	default:
		return slices.Compact(slices.Sorted(slices.Values(s.Regions))), nil
	}
	parameters, err := registry.NewParameterStore(cfg, "").List(ctx, regionsPath)
	if err != nil {
		return nil, fmt.Errorf("find the regions: %w; or name them with --regions", err)
	}
	var regions []string
	for _, p := range parameters {
		isRegion := p.Name == regionsPath+"/"+p.Value // not a parameter below a region, such as its endpoint
		if isRegion && boundary.PartitionOf(p.Value) == boundary.PartitionOf(cfg.Region) {
			regions = append(regions, p.Value)
		}
	}
	if len(regions) == 0 {
		return nil, errors.New("AWS lists no regions here; name them with --regions")
	}
	return regions, nil
}

// sharedRegistry is a registry that is read once for all accounts.
type sharedRegistry struct {
	audit.Registry
	results sync.Map // of calls, by what they ask for
}

func (s *sharedRegistry) List(ctx context.Context, path string) ([]registry.Parameter, error) {
	return once(&s.results, "list "+path, func() ([]registry.Parameter, error) { return s.Registry.List(ctx, path) })
}

func (s *sharedRegistry) History(ctx context.Context, name string) ([]registry.Version, error) {
	return once(&s.results, "history "+name, func() ([]registry.Version, error) { return s.Registry.History(ctx, name) })
}

// once returns the result of the first call of its kind.
func once[T any](results *sync.Map, key string, call func() (T, error)) (T, error) {
	result, _ := results.LoadOrStore(key, sync.OnceValues(call))
	return result.(func() (T, error))()
}
