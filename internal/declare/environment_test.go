package declare_test

import (
	"testing"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
)

func TestEnvironmentParameter(t *testing.T) {
	for name, test := range map[string]struct{ template, want string }{
		"stage_name":     {"Parameters: {StageName: {Type: String}, Other: {Type: String}}\nResources: {}\n", "StageName"},
		"any_case":       {`{"Parameters": {"ENVIRONMENT": {"Type": "String"}}, "Resources": {}}`, "ENVIRONMENT"},
		"prefix":         {"Parameters: {pEnvironmentName: {Type: String}}\nResources: {}\n", "pEnvironmentName"},
		"env":            {"Parameters: {env: {Type: String}}\nResources: {}\n", "env"},
		"env_type":       {"Parameters: {EnvType: {Type: String}}\nResources: {}\n", "EnvType"},
		"stage":          {"Parameters: {stage: {Type: String}}\nResources: {}\n", "stage"},
		"two":            {"Parameters: {Stage: {Type: String}, Env: {Type: String}}\nResources: {}\n", ""},
		"none":           {"Parameters: {MyStage: {Type: String}, Environments: {Type: String}}\nResources: {}\n", ""},
		"no_parameters":  {"Resources: {}\n", ""},
		"malformed":      {"Parameters: [Stage]\nResources: {}\n", ""},
		"not_a_resource": {"Resources: {Stage: {Type: A}}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			document, err := template.Read([]byte(test.template))
			if err != nil {
				t.Fatal(err)
			}
			if got := declare.EnvironmentParameter(document); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
