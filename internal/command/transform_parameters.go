package command

import (
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

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
