package doctor_test

import (
	"encoding/json"
	"slices"
	"testing"

	"amplify-boundary/internal/doctor"
	"amplify-boundary/internal/policy"
	"amplify-boundary/internal/test/doctortest"
)

// The policy for the doctor allows what it calls, and nothing else.
func TestPolicy(t *testing.T) {
	c := doctortest.Start(t)
	c.Put(t, "/amplify-boundary/dev", "arn:aws:iam::123456789012:policy/bookshop-dev")
	c.Early = 1 // for DescribeEvents
	examine(t, c, doctor.Options{NestedBucket: "templates-of-apps"})
	document, err := policy.Doctor("/amplify-boundary")
	if err != nil {
		t.Fatal(err)
	}
	var d policy.Document
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for _, s := range d.Statement {
		allowed = append(allowed, s.Action...)
	}
	for call := range c.Calls {
		if !slices.Contains(allowed, call) {
			t.Errorf("the doctor calls %s, which the policy does not allow", call)
		}
	}
	elsewhere := []string{ // other tests call these
		"cloudformation:DescribeStackResources", // of a macro whose stack has another name
		"config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus",
	}
	for _, action := range allowed {
		if !c.Calls[action] && !slices.Contains(elsewhere, action) {
			t.Errorf("the policy allows %s, which the doctor does not call", action)
		}
	}
}
