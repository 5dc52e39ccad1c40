package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// Connection is what [RegistryFlags] lead to: the caller's AWS, and a registry there, in another account, or in a file.
type Connection struct {
	AWS   aws.Config // the caller's; without use where a registry file made it unnecessary
	flags RegistryFlags
	store aws.Config // that of the hierarchy
}

// Connect loads the AWS configuration, which a registry file makes unnecessary. It calls nobody.
func (f RegistryFlags) Connect(ctx context.Context) (Connection, error) {
	if f.File != "" {
		return Connection{flags: f}, nil
	}
	c, err := f.ConnectAWS(ctx)
	if errors.Is(err, errNoRegion) {
		err = fmt.Errorf("%w, or use a local file with --registry", err)
	}
	return c, err
}

var errNoRegion = errors.New("no AWS region is set; give --region, or set AWS_REGION or the profile's region")

// ConnectAWS loads the AWS configuration for a command that calls AWS even with a registry file.
func (f RegistryFlags) ConnectAWS(ctx context.Context) (Connection, error) {
	options := []func(*config.LoadOptions) error{config.WithRegion(f.Region), config.WithSharedConfigProfile(f.Profile), config.WithLogger(logging.Nop{})}
	if f.line != nil {
		options = append(options, config.WithAPIOptions([]func(*middleware.Stack) error{f.line.Observe}))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if missing := (config.SharedConfigProfileNotExistError{}); errors.As(err, &missing) {
		return Connection{}, fmt.Errorf("no AWS profile is named %q; name another with --profile or AWS_PROFILE, or configure it", missing.Profile)
	}
	if err != nil {
		return Connection{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return Connection{}, errNoRegion
	}
	cfg = awsapi.Limited(cfg)
	c := Connection{AWS: cfg, flags: f, store: cfg}
	if f.Role == "" || f.File != "" {
		return c, nil
	}
	settings, err := macro.ReadSettings(f.getenv)
	if err != nil {
		return Connection{}, err
	}
	c.store = assume.Role(cfg, f.Role)
	c.store.Region = cmp.Or(settings.ParameterRegion, cfg.Region)
	return c, nil
}

// Store opens the registry to manage it, and waits out throttling. The hierarchy is that of the given region, or, if
// that is empty, of the connection's own.
func (c Connection) Store(region string) Store {
	switch {
	case c.flags.createsFile && c.flags.File != "":
		return registry.NewFile(c.flags.File)
	case c.flags.File != "":
		return registry.ExistingFile(c.flags.File)
	}
	c.store.Region = cmp.Or(region, c.store.Region)
	return registry.NewOperatorStore(registry.Patient(c.store))
}

// Reader is a registry that can be read.
type Reader interface {
	registry.Source
	List(ctx context.Context, path string) ([]registry.Parameter, error)
}

// Reader opens the registry to look values up in it. A file must exist. The hierarchy is read in the given region,
// or, if that is empty, in the connection's own.
func (c Connection) Reader(region string) Reader {
	if c.flags.File != "" {
		return registry.ExistingFile(c.flags.File)
	}
	return registry.NewParameterStore(c.store, region)
}

// CallsAWS reports whether the AWS configuration was loaded.
func (c Connection) CallsAWS() bool { return c.AWS.Region != "" }

// Region returns the region in which boundaries hold; empty if a registry file is used and nothing names one.
func (c Connection) Region() string {
	return cmp.Or(c.AWS.Region, c.flags.Region, c.flags.getenv("AWS_REGION"), c.flags.getenv("AWS_DEFAULT_REGION"))
}

// Account returns where boundaries are looked up for: the region, and the account that --account names, otherwise
// the caller's. With a registry file, both can be empty.
func (c Connection) Account(ctx context.Context) (boundary.Scope, error) {
	scope := boundary.Scope{AccountID: c.flags.AccountID, Region: c.Region()}
	if scope.AccountID != "" || !c.CallsAWS() {
		return scope, nil
	}
	var err error
	if scope.AccountID, err = account.Caller(ctx, c.AWS); err != nil {
		return scope, fmt.Errorf("%w; or give it with --account", err)
	}
	return scope, nil
}

// OwnAccount returns the caller's account and region, and fails where --account names another account: values that
// are written in one account's registry do not hold in another. If AWS does not say who the caller is, --account counts.
func (c Connection) OwnAccount(ctx context.Context, io IO) (boundary.Scope, error) {
	scope, err := c.Account(ctx)
	if err != nil || c.flags.AccountID == "" || !c.CallsAWS() {
		return scope, err
	}
	caller, err := account.Caller(ctx, c.AWS)
	switch {
	case err != nil:
		io.Say("warning", "could not check that account %s is the caller's: %v", scope.AccountID, err)
	case caller != scope.AccountID:
		return scope, fmt.Errorf("--account is %[1]s, but the credentials are of account %[2]s: what is written there would not hold in account %[1]s; "+
			"use credentials of that account (--profile), or a local file (--registry)", scope.AccountID, caller)
	}
	return scope, nil
}

// Lookups is a registry opened to look boundaries up as the macro does.
type Lookups struct {
	Source registry.Source
	Where  boundary.Scope // the account and the region; each is empty if it is not known
}

// OpenLookups opens the registry for look-ups in one account.
func (f RegistryFlags) OpenLookups(ctx context.Context) (Lookups, error) {
	c, err := f.Connect(ctx)
	if err != nil {
		return Lookups{}, err
	}
	scope, err := c.Account(ctx)
	return Lookups{markedSource{c.Reader("")}, scope}, err
}

// SourceError is a failure to read the registry, which is not a fault of the template that needs a boundary.
type SourceError struct{ error }

// Unwrap returns the error that was marked.
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
