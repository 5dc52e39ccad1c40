package exchange

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
)

// AddAmplifyFlag adds the flag that names an Amplify project.
func AddAmplifyFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "amplify-dir", "", "`DIR` of the Amplify project (default: around the working directory)")
}

// OpenAmplify returns the Amplify project in a directory; empty is the one around the working directory.
func OpenAmplify(dir string) (amplify.Project, error) {
	project, err := amplify.Find(".")
	if dir != "" {
		project, err = amplify.Open(dir)
	}
	if errors.Is(err, amplify.ErrNoProject) {
		err = fmt.Errorf("%w; run this in one, or name it with --amplify-dir", err)
	}
	return project, err
}
