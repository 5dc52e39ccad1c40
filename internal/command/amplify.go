package command

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

// CurrentAmplifyEnvironment returns the environment that is checked out in the Amplify project around the working
// directory; empty if there is none.
func CurrentAmplifyEnvironment() (string, error) {
	project, err := amplify.Find(".")
	if errors.Is(err, amplify.ErrNoProject) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return project.CurrentEnvironment()
}

// EnvironmentArgument returns the environment that the command line names, otherwise the one that is checked out in
// the Amplify project.
func EnvironmentArgument(arguments []string) (string, error) {
	name := ""
	var err error
	if len(arguments) == 1 {
		name = arguments[0]
	} else if name, err = CurrentAmplifyEnvironment(); err != nil {
		return "", err
	} else if name == "" {
		return "", errors.New("NAME is required outside an Amplify project that has an environment checked out")
	}
	return name, ValidateParameterName(name)
}
