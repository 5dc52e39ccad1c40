package command

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

// Options are the flags that commands share. A command adds those that it has.
type Options struct {
	IO
	Registry     string // a local file instead of Parameter Store; empty: Parameter Store
	RegistryRole string // the ARN of a role to read the registry by; empty: the caller itself
	Region       string // empty: that of the environment variables or the profile
	Profile      string
	AccountID    string // empty: the caller's
	Prefix       string
	Project      string // empty: boundaries for all projects
	Output       string
	Yes          bool
	Patient      bool // whether throttling is waited out, for as long as it takes
}

// The environment variables that stand for flags that are not given. An empty one is not set.
const (
	registryVariable = "AMPLIFY_BOUNDARY_REGISTRY"
	prefixVariable   = "AMPLIFY_BOUNDARY_PREFIX"
	ProjectVariable  = "AMPLIFY_BOUNDARY_PROJECT"
)

// AddRegistryFlags adds the flags that say where the registry is.
func (o *Options) AddRegistryFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	o.Registry = o.Getenv(registryVariable)
	flags.Var((*NonEmpty)(&o.Registry), "registry", "local JSON `FILE` instead of Parameter Store")
	flags.Var((*NonEmpty)(&o.Region), "region", "AWS `REGION` (default: that of the environment or the profile)")
	flags.Var((*NonEmpty)(&o.Profile), "profile", "AWS `PROFILE`")
}

// AddRegistryRoleFlag adds the flag of commands that may read the registry of another account.
func (o *Options) AddRegistryRoleFlag(cmd *cobra.Command) {
	o.RegistryRole = o.Getenv(guard.RegistryRole)
	cmd.Flags().Var((*NonEmpty)(&o.RegistryRole), "registry-role", "`ARN` of a role to read Parameter Store by, in its account")
}

// AddPrefixFlag adds the flag that says where the hierarchy begins.
func (o *Options) AddPrefixFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.Prefix, "prefix", cmp.Or(o.Getenv(prefixVariable), registry.DefaultPrefix), "`PREFIX` of the SSM parameters")
}

// AddHierarchyFlags adds the flags that say which part of the registry is meant, and for which account.
func (o *Options) AddHierarchyFlags(cmd *cobra.Command, project string) {
	o.AddPrefixFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.Project, "project", o.Getenv(ProjectVariable), "`NAME` of the project"+project)
	flags.StringVar(&o.AccountID, "account", "", "account `ID` (default: the caller's; not compared with --registry)")
}

// AddOutputFlag adds the flag for the form of the result.
func (o *Options) AddOutputFlag(cmd *cobra.Command, forms ...string) {
	AddChoice(cmd, &o.Output, "output", "`FORM` of the result", forms...)
}

// AddYesFlag adds the flag of a command that asks.
func (o *Options) AddYesFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.Yes, "yes", false, "never ask")
}

// BoundaryFlag is Amplify's own name for it.
const BoundaryFlag = "permissions-boundary"

func AddBoundaryFlag(cmd *cobra.Command, text *string) {
	cmd.Flags().StringVar(text, BoundaryFlag, "", "the policy's `ARN`, with placeholders if you like, or none")
}

// AddFlags adds what all commands that keep boundaries have.
func (o *Options) AddFlags(cmd *cobra.Command) {
	o.AddRegistryFlags(cmd)
	cmd.Flags().Lookup("registry").Usage += "; created when missing"
	o.AddHierarchyFlags(cmd, " (default: boundaries for all projects)")
	o.AddOutputFlag(cmd, "text", "json")
}

// Validate refuses bad options.
func (o *Options) Validate() error {
	if o.Project != "" {
		if err := ValidateName(o.origin("project", o.Project, ProjectVariable), o.Project); err != nil {
			return err
		}
	}
	if err := o.ValidateRegistryRole(); err != nil {
		return err
	}
	if !registry.ValidPrefix(o.Prefix) {
		return fmt.Errorf("%s is %q; it must be %s", o.origin("prefix", o.Prefix, prefixVariable), o.Prefix, registry.PrefixRule)
	}
	return ValidateAccount(o.AccountID)
}

// ValidateRegistryRole refuses what is no role, and a role for a file.
func (o *Options) ValidateRegistryRole() error {
	where := o.origin("registry-role", o.RegistryRole, guard.RegistryRole)
	switch {
	case o.RegistryRole != "" && !assume.ValidRole(o.RegistryRole):
		return fmt.Errorf("%s is %q; it must be %s", where, o.RegistryRole, assume.RoleRule)
	case o.RegistryRole != "" && o.Registry != "" && where != guard.RegistryRole:
		return fmt.Errorf("%s is for Parameter Store, but %s names a local file; leave one out", where, o.origin("registry", o.Registry, registryVariable))
	default:
		return nil
	}
}

// origin is what messages call where an option comes from: a flag, or the environment variable in its place.
func (o *Options) origin(flag, value, variable string) string {
	if value != "" && value == o.Getenv(variable) {
		return variable
	}
	return "--" + flag
}
