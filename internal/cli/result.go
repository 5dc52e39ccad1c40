package cli

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
)

// entry is an environment's boundary in a result.
type entry struct {
	Environment string `json:"environment"` // the environment's name
	Project     string `json:"project"`     // the project's name; empty: of all projects
	Parameter   string `json:"parameter"`   // the SSM parameter that holds the boundary
	Boundary    string `json:"boundary"`    // an ARN, maybe with placeholders, or none; empty where the parameter holds neither
}

func (k *keeper) entry(name string, value boundary.Value) entry {
	return entry{Environment: name, Project: k.project, Parameter: k.parameterName(name), Boundary: value.String()}
}

func (e entry) String() string {
	return fmt.Sprintf("environment %s: %s (SSM parameter %s)", e.Environment, shown(e.Boundary), e.Parameter)
}

// shown is a boundary for people. A value that is none may be a secret.
func shown(boundary string) string {
	if boundary == "" {
		return "not a boundary"
	}
	return boundary
}

// known returns a parameter's value if it is a boundary, and else nothing, since it may be a secret.
func known(text string) string {
	value, err := boundary.Parse(text)
	if err != nil {
		return ""
	}
	return value.String()
}

// print writes a command's result: as JSON, or as lines for people.
func (k *keeper) print(result any, lines ...string) error {
	if k.output == "json" {
		if err := json.MarshalWrite(k.Out, result, jsontext.WithIndent("  ")); err != nil {
			return err
		}
		_, err := fmt.Fprintln(k.Out)
		return err
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(k.Out, line); err != nil {
			return err
		}
	}
	return nil
}
