package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/pflag"

	"amplify-boundary/internal/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

const readRegistryUsage = "read boundaries from a local JSON `FILE` instead of Parameter Store"

// connection is where a command finds the registry, and what it knows of the account. With a local
// registry file AWS is not asked at all.
type connection struct {
	file      string
	region    string
	profile   string
	accountID string

	loaded *aws.Config // nil until it is needed; with it, credentials are got once
}

func (c *connection) flags(flags *pflag.FlagSet) {
	flags.Var((*place)(&c.file), "registry", readRegistryUsage)
	flags.Var((*place)(&c.region), "region", "AWS `REGION` (default: that of the environment or the profile)")
	flags.Var((*place)(&c.profile), "profile", "AWS `PROFILE`")
}

// place is a flag that says where to read and write. An empty one, such as a shell variable that is not
// set, must not mean the usual place.
type place string

func (p *place) Set(text string) error {
	if text == "" {
		return errors.New("it is empty")
	}
	*p = place(text)
	return nil
}

func (p *place) String() string { return string(*p) }

func (p *place) Type() string { return "string" }

func (c *connection) accountFlag(flags *pflag.FlagSet) {
	flags.StringVar(&c.accountID, "account", "", "account `ID` (default: the caller's; not compared with --registry)")
}

// elsewhere returns the connection to another profile's or region's registry; empty is the same.
func (c connection) elsewhere(profile, region string) connection {
	c.profile, c.region = cmp.Or(profile, c.profile), cmp.Or(region, c.region)
	c.loaded = nil
	return c
}

// source opens the registry. The hierarchy may lie in another region than the connection's.
func (c *connection) source(ctx context.Context, hierarchyRegion string) (registry.Source, error) {
	if c.file != "" {
		return registry.ExistingFile(c.file), nil
	}
	cfg, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	return registry.NewParameterStore(cfg, hierarchyRegion), nil
}

// store opens the registry for changes.
func (c *connection) store(ctx context.Context) (registry.Store, error) {
	if c.file != "" {
		return registry.NewFile(c.file), nil
	}
	cfg, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	return registry.NewOperatorStore(cfg), nil
}

// policies returns the account's policies; nil with a local file.
func (c *connection) policies(ctx context.Context) (*account.Policies, error) {
	if c.file != "" {
		return nil, nil
	}
	cfg, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	policies := account.NewPolicies(cfg)
	return &policies, nil
}

func (c *connection) checkAccount() error {
	if c.accountID != "" && !boundary.ValidAccount(c.accountID) {
		return fmt.Errorf("--account is %q; it must be 12 digits", c.accountID)
	}
	return nil
}

// scope returns the region and the account; each may be empty with a local file only.
func (c *connection) scope(ctx context.Context, getenv func(string) string) (region, accountID string, err error) {
	if err := c.checkAccount(); err != nil {
		return "", "", err
	}
	if c.file != "" {
		return cmp.Or(c.region, getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION")), c.accountID, nil
	}
	cfg, err := c.load(ctx)
	if err != nil || c.accountID != "" {
		return cfg.Region, c.accountID, err
	}
	if accountID, err = account.Caller(ctx, cfg); err != nil {
		err = fmt.Errorf("%w; or give it with --account", err)
	}
	return cfg.Region, accountID, err
}

// load reads the AWS configuration, once.
func (c *connection) load(ctx context.Context) (aws.Config, error) {
	if c.loaded != nil {
		return *c.loaded, nil
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(c.region), config.WithSharedConfigProfile(c.profile))
	if missing := (config.SharedConfigProfileNotExistError{}); errors.As(err, &missing) {
		return aws.Config{}, fmt.Errorf("there is no AWS profile %q; give another as --profile or AWS_PROFILE, or configure it", missing.Profile)
	}
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, errors.New("no AWS region is set; give --region, or set AWS_REGION or the profile's region")
	}
	c.loaded = &cfg
	return cfg, nil
}
