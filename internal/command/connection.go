package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// access is what a command does with the registry.
type access int

const (
	Listing access = iota // it reads values as they are stored, whatever the account
	Reading               // it reads boundaries as they hold in the account
	Writing               // it writes boundaries that are to hold in the account
)

// Open opens the registry. Of AWS it asks only what the access needs, and nothing with a registry file.
func (o *Options) Open(ctx context.Context, a access) (*Session, error) {
	if o.Registry != "" {
		return &Session{o, registry.NewFile(o.Registry), noPolicies{}, o.ScopeOfFile()}, nil
	}
	if o.RegistryRole == "" && o.Getenv(guard.RegistryRole) != "" {
		o.Say("warning", "this command does not take the role of %s: it uses Parameter Store in the account of the credentials", guard.RegistryRole)
	}
	cfg, err := o.Load(ctx)
	if err != nil {
		return nil, err
	}
	accountID := ""
	switch a {
	case Reading:
		accountID, err = o.account(ctx, cfg)
	case Writing:
		accountID, err = o.OwnAccount(ctx, cfg)
	}
	if err != nil {
		return nil, err
	}
	scope := boundary.Scope{AccountID: accountID, Region: cfg.Region}
	hierarchy, err := o.Hierarchy(cfg)
	if err != nil {
		return nil, err
	}
	if o.Patient {
		hierarchy = registry.Patient(hierarchy)
	}
	return &Session{o, registry.NewOperatorStore(hierarchy), account.NewPolicies(cfg), scope}, nil
}

// Lookups is a registry opened for look-ups as the macro makes them.
type Lookups struct {
	Source registry.Source
	Where  boundary.Scope // the account and the region; each is empty where it is not known
}

// OpenLookups opens the registry for look-ups. A registry file must exist.
func (o *Options) OpenLookups(ctx context.Context) (Lookups, error) {
	if o.Registry != "" {
		return Lookups{markedSource{registry.ExistingFile(o.Registry)}, o.ScopeOfFile()}, nil
	}
	cfg, err := o.Load(ctx)
	if err != nil {
		return Lookups{}, err
	}
	accountID, err := o.account(ctx, cfg)
	if err != nil {
		return Lookups{}, err
	}
	hierarchy, err := o.Hierarchy(cfg)
	if err != nil {
		return Lookups{}, err
	}
	return Lookups{markedSource{registry.NewParameterStore(hierarchy, "")}, boundary.Scope{AccountID: accountID, Region: cfg.Region}}, nil
}

// SourceError is a failure to read the registry, which is no fault of the template that needs a boundary.
type SourceError struct{ error }

// NewSourceError marks an error as a failure to read the registry.
func NewSourceError(err error) *SourceError { return &SourceError{err} }

func (e *SourceError) Unwrap() error { return e.error }

// markedSource is a source whose failures are source errors.
type markedSource struct{ registry.Source }

func (s markedSource) Values(ctx context.Context, names []string) (map[string]string, error) {
	values, err := s.Source.Values(ctx, names)
	if err != nil {
		return nil, &SourceError{err}
	}
	return values, nil
}

// InFile says in which file a fault is, unless it is one of the registry.
func (o *Options) InFile(file string, err error) error {
	source := (*SourceError)(nil)
	malformed := (*registry.EntryError)(nil)
	if errors.As(err, &source) || errors.As(err, &malformed) {
		return o.Advise(err)
	}
	return fmt.Errorf("%s: %w", FileName(file), o.Advise(err))
}

// OpenHierarchy opens the registry whose hierarchy lies in a region; empty is the options' own. AWS is not
// asked for the account.
func (o *Options) OpenHierarchy(ctx context.Context, region string) (registry.Source, error) {
	if o.Registry != "" {
		return registry.ExistingFile(o.Registry), nil
	}
	cfg, err := o.Load(ctx)
	if err != nil {
		return nil, err
	}
	return registry.NewParameterStore(cfg, region), nil
}

// Elsewhere returns the options for another profile's or region's registry; empty is the same.
func (o *Options) Elsewhere(profile, region string) *Options {
	other := *o
	other.Profile, other.Region = cmp.Or(profile, o.Profile), cmp.Or(region, o.Region)
	return &other
}

// Hierarchy returns the configuration to read the registry with: by the role that is given for that, and then
// in the region of the setting PARAMETER_REGION. All other calls are the caller's own.
func (o *Options) Hierarchy(cfg aws.Config) (aws.Config, error) {
	if o.RegistryRole == "" {
		return cfg, nil
	}
	settings, err := macro.ReadSettings(o.Getenv)
	if err != nil {
		return aws.Config{}, err
	}
	hierarchy := assume.Role(cfg, o.RegistryRole)
	hierarchy.Region = cmp.Or(settings.ParameterRegion, cfg.Region)
	return hierarchy, nil
}

// ScopeOfFile is where the boundaries of a registry file hold; each part is empty where nobody names it.
func (o *Options) ScopeOfFile() boundary.Scope {
	return boundary.Scope{AccountID: o.AccountID, Region: cmp.Or(o.Region, o.Getenv("AWS_REGION"), o.Getenv("AWS_DEFAULT_REGION"))}
}

// account returns the account that is named, or else the caller's.
func (o *Options) account(ctx context.Context, cfg aws.Config) (string, error) {
	if o.AccountID != "" {
		return o.AccountID, nil
	}
	id, err := account.Caller(ctx, cfg)
	if err != nil {
		return "", fmt.Errorf("%w; or give it with --account", err)
	}
	return id, nil
}

// OwnAccount returns the caller's account, which must be the one that is named: what is written in an account's
// registry holds there and nowhere else. Where AWS does not say who the caller is, the one that is named counts.
func (o *Options) OwnAccount(ctx context.Context, cfg aws.Config) (string, error) {
	if o.AccountID == "" {
		return o.account(ctx, cfg)
	}
	caller, err := account.Caller(ctx, cfg)
	if err != nil {
		o.Say("warning", "it is not known whether account %s is the caller's: %v", o.AccountID, err)
		return o.AccountID, nil
	}
	if o.AccountID != caller {
		return "", fmt.Errorf("--account is %[1]s, but the credentials are of account %[2]s: what is written there would not hold in account %[1]s; "+
			"use credentials of that account (--profile), or a local file (--registry)", o.AccountID, caller)
	}
	return caller, nil
}

// Load reads the AWS configuration.
func (o *Options) Load(ctx context.Context) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(o.Region), config.WithSharedConfigProfile(o.Profile))
	if missing := (config.SharedConfigProfileNotExistError{}); errors.As(err, &missing) {
		return aws.Config{}, fmt.Errorf("there is no AWS profile %q; give another as --profile or AWS_PROFILE, or configure it", missing.Profile)
	}
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, errors.New("no AWS region is set; give --region, or set AWS_REGION or the profile's region")
	}
	return cfg, nil
}
