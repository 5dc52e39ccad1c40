package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
)

// AddProjectFlag adds the flag that names the Amplify project.
func AddProjectFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "amplify-dir", "", "`DIR` of the Amplify project (default: around the working directory)")
}

// OpenProject returns the Amplify project in a directory; empty is the one around the working
// directory.
func OpenProject(dir string) (amplify.Project, error) {
	project, err := amplify.Find(".")
	if dir != "" {
		project, err = amplify.Open(dir)
	}
	if errors.Is(err, amplify.ErrNoProject) {
		err = fmt.Errorf("%w; change into one, or name it with --amplify-dir", err)
	}
	return project, err
}

// CurrentAmplifyEnvironment returns the environment that is checked out in the Amplify project around
// the working directory; empty where there is none.
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

// EnvironmentArgument returns the environment that the command line names, or else the one that is checked
// out in the Amplify project.
func EnvironmentArgument(arguments []string) (string, error) {
	name := ""
	var err error
	if len(arguments) == 1 {
		name = arguments[0]
	} else if name, err = CurrentAmplifyEnvironment(); err != nil {
		return "", err
	} else if name == "" {
		return "", errors.New("which environment? Name it, or change into an Amplify project that has one checked out")
	}
	return name, ValidateParameterName(name)
}
