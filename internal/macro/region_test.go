package macro

import (
	"testing"

	"amplify-boundary/internal/test/registrytest"
)

// A command that a message proposes leads to the region that keeps the hierarchy.
func TestHandler_command_in_region(t *testing.T) {
	settings := defaults()
	settings.ParameterRegion = "us-east-1"
	settings.AllowNone = false
	payload := ofDev(`{"Resources": {"Reader": {"Type": "AWS::IAM::Role"}}}`)
	for name, test := range map[string]struct {
		source registrytest.Values
		want   string
	}{
		"not_found": {registrytest.Values{}, "environment dev has no boundary: no SSM parameter found (looked up /p/dev, /p/_default); " +
			"add one with: amplify-boundary env add dev --prefix /p --region us-east-1"},
		"none_refused": {registrytest.Values{"/p/dev": "none"}, "SSM parameter /p/dev says none, but every environment must have a boundary here (setting ALLOW_NONE); " +
			"correct it with: amplify-boundary env update dev --prefix /p --region us-east-1"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := invoke(t, settings, test.source, payload)
			if got.ErrorMessage != test.want {
				t.Errorf("got  %s\nwant %s", got.ErrorMessage, test.want)
			}
		})
	}
}
