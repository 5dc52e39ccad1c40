package cli

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

// options are the flags that commands share. A command adds those that it has.
type options struct {
	IO
	registry     string // a local file instead of Parameter Store; empty: Parameter Store
	registryRole string // the ARN of a role to read the registry by; empty: the caller itself
	region       string // empty: that of the environment variables or the profile
	profile      string
	accountID    string // empty: the caller's
	prefix       string
	project      string // empty: boundaries for all projects
	output       string
	yes          bool
	patient      bool // whether throttling is waited out, for as long as it takes
}

// The environment variables that stand for flags that are not given. An empty one is not set.
const (
	registryVariable = "AMPLIFY_BOUNDARY_REGISTRY"
	prefixVariable   = "AMPLIFY_BOUNDARY_PREFIX"
	projectVariable  = "AMPLIFY_BOUNDARY_PROJECT"
)

// addRegistryFlags adds the flags that say where the registry is.
func (o *options) addRegistryFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	o.registry = o.Getenv(registryVariable)
	flags.Var((*nonEmpty)(&o.registry), "registry", "local JSON `FILE` instead of Parameter Store")
	flags.Var((*nonEmpty)(&o.region), "region", "AWS `REGION` (default: that of the environment or the profile)")
	flags.Var((*nonEmpty)(&o.profile), "profile", "AWS `PROFILE`")
}

// addRegistryRoleFlag adds the flag of commands that may read the registry of another account.
func (o *options) addRegistryRoleFlag(cmd *cobra.Command) {
	o.registryRole = o.Getenv(guard.RegistryRole)
	cmd.Flags().Var((*nonEmpty)(&o.registryRole), "registry-role", "`ARN` of a role to read Parameter Store by, in its account")
}

// addPrefixFlag adds the flag that says where the hierarchy begins.
func (o *options) addPrefixFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.prefix, "prefix", cmp.Or(o.Getenv(prefixVariable), registry.DefaultPrefix), "`PREFIX` of the SSM parameters")
}

// addHierarchyFlags adds the flags that say which part of the registry is meant, and for which account.
func (o *options) addHierarchyFlags(cmd *cobra.Command, project string) {
	o.addPrefixFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.project, "project", o.Getenv(projectVariable), "`NAME` of the project"+project)
	flags.StringVar(&o.accountID, "account", "", "account `ID` (default: the caller's; not compared with --registry)")
}

// addOutputFlag adds the flag for the form of the result.
func (o *options) addOutputFlag(cmd *cobra.Command, forms ...string) {
	addChoice(cmd, &o.output, "output", "`FORM` of the result", forms...)
}

// addYesFlag adds the flag of a command that asks.
func (o *options) addYesFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.yes, "yes", false, "never ask")
}

// boundaryFlag is Amplify's own name for it.
const boundaryFlag = "permissions-boundary"

func addBoundaryFlag(cmd *cobra.Command, text *string) {
	cmd.Flags().StringVar(text, boundaryFlag, "", "the policy's `ARN`, with placeholders if you like, or none")
}

// addFlags adds what all commands that keep boundaries have.
func (o *options) addFlags(cmd *cobra.Command) {
	o.addRegistryFlags(cmd)
	cmd.Flags().Lookup("registry").Usage += "; created when missing"
	o.addHierarchyFlags(cmd, " (default: boundaries for all projects)")
	o.addOutputFlag(cmd, "text", "json")
}

// validate refuses bad options.
func (o *options) validate() error {
	if o.project != "" {
		if err := validateName(o.origin("project", o.project, projectVariable), o.project); err != nil {
			return err
		}
	}
	if err := o.validateRegistryRole(); err != nil {
		return err
	}
	if !registry.ValidPrefix(o.prefix) {
		return fmt.Errorf("%s is %q; it must be %s", o.origin("prefix", o.prefix, prefixVariable), o.prefix, registry.PrefixRule)
	}
	return validateAccount(o.accountID)
}

// validateRegistryRole refuses what is no role, and a role for a file.
func (o *options) validateRegistryRole() error {
	where := o.origin("registry-role", o.registryRole, guard.RegistryRole)
	switch {
	case o.registryRole != "" && !assume.ValidRole(o.registryRole):
		return fmt.Errorf("%s is %q; it must be %s", where, o.registryRole, assume.RoleRule)
	case o.registryRole != "" && o.registry != "" && where != guard.RegistryRole:
		return fmt.Errorf("%s is for Parameter Store, but %s names a local file; leave one out", where, o.origin("registry", o.registry, registryVariable))
	default:
		return nil
	}
}

// origin is what messages call where an option comes from: a flag, or the environment variable in its place.
func (o *options) origin(flag, value, variable string) string {
	if value != "" && value == o.Getenv(variable) {
		return variable
	}
	return "--" + flag
}
