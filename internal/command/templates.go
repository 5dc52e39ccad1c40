package command

import (
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
)

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
	if environment != "" {
		if err := ValidateName("--environment", environment); err != nil {
			return err
		}
	}
	return flags.Validate()
}

// Overridden returns a transform's parameters with the names that the command line gives.
func Overridden(parameters map[string]jsontext.Value, environment, project string) map[string]jsontext.Value {
	result := maps.Clone(parameters)
	if result == nil {
		result = make(map[string]jsontext.Value)
	}
	for name, value := range map[string]string{cfn.ParameterEnvironment: environment, cfn.ParameterProject: project} {
		if value != "" {
			result[name], _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(value, "\uFFFD"))
		}
	}
	return result
}
