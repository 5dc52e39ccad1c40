package command

import (
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
