package registry_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/exception"
)

func TestSnapshot_Exceptions(t *testing.T) {
	s := snapshot(map[string]string{
		"dev":                 ofPolicy("Dev"),
		"_except/break-glass": `{"roles":["break-glass"],"reason":"r"}`,
		"_except/secret":      "hunter2",
		"_except/deep/name":   `{"roles":["deep"],"reason":"r"}`,
		"shop/_except/x":      `{"roles":["shop"],"reason":"r"}`,
		"_excepted/x":         `{"roles":["excepted"],"reason":"r"}`,
	}).Exceptions()
	for role, want := range map[string]bool{"break-glass": true, "deep": false, "shop": false, "excepted": false} {
		if _, found := s.Find(exception.Role{Name: role}, time.Now()); found != want {
			t.Errorf("%s: got %t, want %t", role, found, want)
		}
	}
	if len(s.Malformed) != 2 {
		t.Errorf("got malformed %v, want two", s.Malformed)
	}
}

func TestSnapshot_Malformed(t *testing.T) {
	var got []string
	for _, m := range snapshot(map[string]string{
		"dev":                   ofPolicy("Dev"),
		"_default":              "none",
		"shop/dev":              ofPolicy("${Project}"),
		"_account/123456789012": "dev",
		"_except/break-glass":   `{"roles":["break-glass"],"reason":"r"}`,

		"broken":                "hunter2",
		"shop/_default":         ofPolicy("${Environment}"),
		"_account/111111111111": "hunter2 hunter2",
		"_account/oops":         "dev",
		"_except/secret":        "hunter2",
		"_excepted/x":           "hunter2",
		"shop/_other":           "none",
		"too/deep/dev":          "none",
		"hunter 2":              "none",
	}).Malformed() {
		if strings.Contains(m.Err.Error(), "hunter2") {
			t.Errorf("the error repeats the value: %v", m.Err)
		}
		if !strings.Contains(m.Err.Error(), "SSM parameter "+m.Parameter) {
			t.Errorf("%s is not named: %v", m.Parameter, m.Err)
		}
		got = append(got, m.Parameter)
	}
	want := []string{
		"/ab/_account/111111111111", "/ab/_account/oops", "/ab/_except/secret", "/ab/_excepted/x", "/ab/broken", "/ab/hunter 2",
		"/ab/shop/_default", "/ab/shop/_other", "/ab/too/deep/dev",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
