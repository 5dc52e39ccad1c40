package cli

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
)

// templateOptions are the options of the commands that read templates.
type templateOptions struct {
	options
	environment string // empty: the one that the template names
	macro       string
}

func (o *templateOptions) addFlags(cmd *cobra.Command) {
	o.addRegistryFlags(cmd)
	o.addRegistryRoleFlag(cmd)
	o.addHierarchyFlags(cmd, ", whatever the template names")
	cmd.Flags().StringVar(&o.environment, "environment", "", "`NAME` of the environment, whatever the template names")
	completeFlag(cmd, "environment", o.completeEnvironmentFlag)
	cmd.Flags().StringVar(&o.macro, "macro", cfn.DefaultMacro, "`NAME` of the macro, where it is another")
}

// validate refuses bad options.
func (o *templateOptions) validate() error {
	if o.environment != "" {
		if err := validateName("--environment", o.environment); err != nil {
			return err
		}
	}
	return o.options.validate()
}
