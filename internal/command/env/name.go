package env

import (
	"errors"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// nameArgument returns the environment that the command line names, otherwise the one that is checked out in the Amplify
// project. It accepts _default, the name of the SSM parameter for environments that have none of their own.
func nameArgument(arguments []string) (string, error) {
	name := ""
	var err error
	if len(arguments) == 1 {
		name = arguments[0]
	} else if name, err = currentEnvironment(); err != nil {
		return "", err
	} else if name == "" {
		return "", errors.New("NAME is required outside an Amplify project that has an environment checked out")
	}
	if name == registry.DefaultName {
		return name, nil
	}
	return name, command.ValidateEnvironment(name)
}

// currentEnvironment returns the environment that is checked out in the Amplify project around the working directory;
// empty if there is none.
func currentEnvironment() (string, error) {
	project, err := amplify.Find(".")
	if errors.Is(err, amplify.ErrNoProject) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return project.CurrentEnvironment()
}
