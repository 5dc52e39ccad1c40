package cli

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
	listing access = iota // it reads values as they are stored, whatever the account
	reading               // it reads boundaries as they hold in the account
	writing               // it writes boundaries that are to hold in the account
)

// open opens the registry. Of AWS it asks only what the access needs, and nothing with a registry file.
func (o *options) open(ctx context.Context, a access) (*session, error) {
	if o.registry != "" {
		return &session{o, registry.NewFile(o.registry), noPolicies{}, o.scopeOfFile()}, nil
	}
	if o.registryRole == "" && o.Getenv(guard.RegistryRole) != "" {
		o.say("warning", "this command does not take the role of %s: it uses Parameter Store in the account of the credentials", guard.RegistryRole)
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return nil, err
	}
	accountID := ""
	switch a {
	case reading:
		accountID, err = o.account(ctx, cfg)
	case writing:
		accountID, err = o.ownAccount(ctx, cfg)
	}
	if err != nil {
		return nil, err
	}
	scope := boundary.Scope{AccountID: accountID, Region: cfg.Region}
	hierarchy, err := o.hierarchy(cfg)
	if err != nil {
		return nil, err
	}
	if o.patient {
		hierarchy = registry.Patient(hierarchy)
	}
	return &session{o, registry.NewOperatorStore(hierarchy), account.NewPolicies(cfg), scope}, nil
}

// lookups is a registry opened for look-ups as the macro makes them.
type lookups struct {
	source registry.Source
	where  boundary.Scope // the account and the region; each is empty where it is not known
}

// openLookups opens the registry for look-ups. A registry file must exist.
func (o *options) openLookups(ctx context.Context) (lookups, error) {
	if o.registry != "" {
		return lookups{markedSource{registry.ExistingFile(o.registry)}, o.scopeOfFile()}, nil
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return lookups{}, err
	}
	accountID, err := o.account(ctx, cfg)
	if err != nil {
		return lookups{}, err
	}
	hierarchy, err := o.hierarchy(cfg)
	if err != nil {
		return lookups{}, err
	}
	return lookups{markedSource{registry.NewParameterStore(hierarchy, "")}, boundary.Scope{AccountID: accountID, Region: cfg.Region}}, nil
}

// sourceError is a failure to read the registry, which is no fault of the template that needs a boundary.
type sourceError struct{ error }

func (e *sourceError) Unwrap() error { return e.error }

// markedSource is a source whose failures are source errors.
type markedSource struct{ registry.Source }

func (s markedSource) Values(ctx context.Context, names []string) (map[string]string, error) {
	values, err := s.Source.Values(ctx, names)
	if err != nil {
		return nil, &sourceError{err}
	}
	return values, nil
}

// inFile says in which file a fault is, unless it is one of the registry.
func (o *options) inFile(file string, err error) error {
	source := (*sourceError)(nil)
	malformed := (*registry.EntryError)(nil)
	if errors.As(err, &source) || errors.As(err, &malformed) {
		return o.advise(err)
	}
	return fmt.Errorf("%s: %w", fileName(file), o.advise(err))
}

// openHierarchy opens the registry whose hierarchy lies in a region; empty is the options' own. AWS is not
// asked for the account.
func (o *options) openHierarchy(ctx context.Context, region string) (registry.Source, error) {
	if o.registry != "" {
		return registry.ExistingFile(o.registry), nil
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return nil, err
	}
	return registry.NewParameterStore(cfg, region), nil
}

// elsewhere returns the options for another profile's or region's registry; empty is the same.
func (o *options) elsewhere(profile, region string) *options {
	other := *o
	other.profile, other.region = cmp.Or(profile, o.profile), cmp.Or(region, o.region)
	return &other
}

// hierarchy returns the configuration to read the registry with: by the role that is given for that, and then
// in the region of the setting PARAMETER_REGION. All other calls are the caller's own.
func (o *options) hierarchy(cfg aws.Config) (aws.Config, error) {
	if o.registryRole == "" {
		return cfg, nil
	}
	settings, err := macro.ReadSettings(o.Getenv)
	if err != nil {
		return aws.Config{}, err
	}
	hierarchy := assume.Role(cfg, o.registryRole)
	hierarchy.Region = cmp.Or(settings.ParameterRegion, cfg.Region)
	return hierarchy, nil
}

// scopeOfFile is where the boundaries of a registry file hold; each part is empty where nobody names it.
func (o *options) scopeOfFile() boundary.Scope {
	return boundary.Scope{AccountID: o.accountID, Region: cmp.Or(o.region, o.Getenv("AWS_REGION"), o.Getenv("AWS_DEFAULT_REGION"))}
}

// account returns the account that is named, or else the caller's.
func (o *options) account(ctx context.Context, cfg aws.Config) (string, error) {
	if o.accountID != "" {
		return o.accountID, nil
	}
	id, err := account.Caller(ctx, cfg)
	if err != nil {
		return "", fmt.Errorf("%w; or give it with --account", err)
	}
	return id, nil
}

// ownAccount returns the caller's account, which must be the one that is named: what is written in an account's
// registry holds there and nowhere else. Where AWS does not say who the caller is, the one that is named counts.
func (o *options) ownAccount(ctx context.Context, cfg aws.Config) (string, error) {
	if o.accountID == "" {
		return o.account(ctx, cfg)
	}
	caller, err := account.Caller(ctx, cfg)
	if err != nil {
		o.say("warning", "it is not known whether account %s is the caller's: %v", o.accountID, err)
		return o.accountID, nil
	}
	if o.accountID != caller {
		return "", fmt.Errorf("--account is %[1]s, but the credentials are of account %[2]s: what is written there would not hold in account %[1]s; "+
			"use credentials of that account (--profile), or a local file (--registry)", o.accountID, caller)
	}
	return caller, nil
}

// load reads the AWS configuration.
func (o *options) load(ctx context.Context) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(o.region), config.WithSharedConfigProfile(o.profile))
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
