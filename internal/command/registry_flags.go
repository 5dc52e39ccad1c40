package command

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/progress"
	"amplify-boundary/internal/registry"
)

// RegistryFlags name a registry and the account for which it is read or written. A command adds the flags that it
// has; the other fields keep what environment variables say, or their defaults.
type RegistryFlags struct {
	File      string // a local file instead of Parameter Store; empty: Parameter Store
	Role      string // the ARN of a role that reads Parameter Store; empty: the caller reads it
	Region    string // empty: that of the environment variables or the profile
	Profile   string
	Prefix    string
	Project   string // empty: boundaries for all projects
	AccountID string // empty: the caller's

	createsFile bool

	getenv func(string) string
	line   *progress.Line // follows the calls to AWS; nil: nothing does
}

// The environment variables that stand for flags that are not given. An empty one is not set.
const (
	registryVariable = "AMPLIFY_BOUNDARY_REGISTRY"
	prefixVariable   = "AMPLIFY_BOUNDARY_PREFIX"
	ProjectVariable  = "AMPLIFY_BOUNDARY_PROJECT"
)

// NewRegistryFlags returns the flags of a command whose command line has none of them.
func NewRegistryFlags(io IO) RegistryFlags {
	return RegistryFlags{
		File:   io.Getenv(registryVariable),
		Prefix: cmp.Or(io.Getenv(prefixVariable), registry.DefaultPrefix),
		getenv: io.Getenv,
		line:   io.line,
	}
}

// AddTo adds the flags that every command with a registry has.
func (f *RegistryFlags) AddTo(cmd *cobra.Command) {
	AddNonEmpty(cmd, &f.File, "registry", "local JSON `FILE` instead of Parameter Store")
	AddNonEmpty(cmd, &f.Region, "region", "AWS `REGION` (default: that of the environment or the profile)")
	AddNonEmpty(cmd, &f.Profile, "profile", "AWS `PROFILE`")
}

// AddRole adds the flag of commands that can read the registry of another account.
func (f *RegistryFlags) AddRole(cmd *cobra.Command) {
	f.Role = f.getenv(guard.RegistryRole)
	AddNonEmpty(cmd, &f.Role, "registry-role", "`ARN` of a role of another account that reads Parameter Store there")
}

// AddPrefix adds the flag that names the hierarchy.
func (f *RegistryFlags) AddPrefix(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.Prefix, "prefix", f.Prefix, "`PREFIX` of the SSM parameters")
}

// AddProject adds the flag that names a project; usage ends the flag's description.
func (f *RegistryFlags) AddProject(cmd *cobra.Command, usage string) {
	cmd.Flags().StringVar(&f.Project, "project", f.getenv(ProjectVariable), "`NAME` of the project"+usage)
}

// AddHierarchy adds the flags that name a part of the registry, and the account for which it is read or written.
func (f *RegistryFlags) AddHierarchy(cmd *cobra.Command, projectUsage string) {
	f.AddPrefix(cmd)
	f.AddProject(cmd, projectUsage)
	cmd.Flags().StringVar(&f.AccountID, "account", "", "account `ID` (default: the caller's; not checked with --registry)")
}

// Validate refuses values that no registry can have.
func (f RegistryFlags) Validate() error {
	if err := cmp.Or(ValidateOptionalName(f.origin("project", f.Project, ProjectVariable), f.Project), f.ValidateRole()); err != nil {
		return err
	}
	if !registry.ValidPrefix(f.Prefix) {
		return fmt.Errorf("%s is %q; it must be %s", f.origin("prefix", f.Prefix, prefixVariable), f.Prefix, registry.PrefixRule)
	}
	return ValidateAccount(f.AccountID)
}

// ReadSettings reads the settings of the macro's function from the environment variables. PARAMETER_PREFIX names the
// hierarchy where neither --prefix nor its own variable does.
func (f *RegistryFlags) ReadSettings() (macro.Settings, error) {
	settings, err := macro.ReadSettings(f.getenv)
	if err == nil && f.Prefix == registry.DefaultPrefix {
		f.Prefix = settings.ParameterPrefix
	}
	return settings, err
}

// ValidateRole refuses what is not a role, and a role for a file.
func (f RegistryFlags) ValidateRole() error {
	origin := f.origin("registry-role", f.Role, guard.RegistryRole)
	switch {
	case f.Role != "" && !assume.ValidRole(f.Role):
		return fmt.Errorf("%s is %q; it must be %s", origin, f.Role, assume.RoleRule)
	case f.Role != "" && f.File != "" && origin != guard.RegistryRole:
		return fmt.Errorf("%s is for Parameter Store, but %s names a local file; omit one", origin, f.origin("registry", f.File, registryVariable))
	default:
		return nil
	}
}

// origin returns what set a value, as messages say it: the flag or its environment variable.
func (f RegistryFlags) origin(flag, value, variable string) string {
	if value != "" && value == f.getenv(variable) {
		return variable
	}
	return "--" + flag
}

// InProject returns an environment of the project.
func (f RegistryFlags) InProject(name string) environment.Environment {
	return environment.Environment{Name: name, Project: f.Project}
}

// ParameterName returns the SSM parameter of exactly this environment.
func (f RegistryFlags) ParameterName(name string) string {
	return registry.Name(f.Prefix, f.InProject(name))
}

// AddTemplateFlags adds the flags of a command that reads templates as the macro does.
func AddTemplateFlags(cmd *cobra.Command, flags *RegistryFlags, environment, macro *string) {
	flags.AddTo(cmd)
	flags.AddRole(cmd)
	flags.AddHierarchy(cmd, ", whatever the template names")
	cmd.Flags().StringVar(environment, "environment", "", "`NAME` of the environment, whatever the template names")
	CompleteFlag(cmd, "environment", flags.CompleteEnvironmentFlag)
	cmd.Flags().StringVar(macro, "macro", cfn.DefaultMacro, "`NAME` of the macro")
}

// ValidateTemplateFlags refuses values that [AddTemplateFlags] cannot have.
func ValidateTemplateFlags(flags RegistryFlags, environment string) error {
	return cmp.Or(ValidateOptionalName("--environment", environment), flags.Validate())
}

// OwnMacro returns the name of the macro, with its account where the command line names one: a macro of the same name in
// another account is another macro.
func (f *RegistryFlags) OwnMacro(macro string) string {
	if f.AccountID == "" || strings.Contains(macro, "::") {
		return macro
	}
	return f.AccountID + "::" + macro
}

// Overridden returns a transform's parameters with the names that the command line gives.
func Overridden(parameters map[string]jsontext.Value, environment, project string) map[string]jsontext.Value {
	result := make(map[string]jsontext.Value)
	maps.Copy(result, parameters)
	for name, value := range map[string]string{cfn.ParameterEnvironment: environment, cfn.ParameterProject: project} {
		if value != "" {
			result[name] = cfn.Quote(value)
		}
	}
	return result
}
