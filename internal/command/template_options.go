package command

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
)

// TemplateOptions are the options of the commands that read templates.
type TemplateOptions struct {
	Options
	Environment string // empty: the one that the template names
	Macro       string
}

func (o *TemplateOptions) AddFlags(cmd *cobra.Command) {
	o.AddRegistryFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	o.AddHierarchyFlags(cmd, ", whatever the template names")
	cmd.Flags().StringVar(&o.Environment, "environment", "", "`NAME` of the environment, whatever the template names")
	CompleteFlag(cmd, "environment", o.CompleteEnvironmentFlag)
	cmd.Flags().StringVar(&o.Macro, "macro", cfn.DefaultMacro, "`NAME` of the macro, where it is another")
}

// Validate refuses bad options.
func (o *TemplateOptions) Validate() error {
	if o.Environment != "" {
		if err := ValidateName("--environment", o.Environment); err != nil {
			return err
		}
	}
	return o.Options.Validate()
}
