package audit

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	account := newAccount()
	account.stack("one", "", declared, "", env("dev"))
	report, err := account.run(t, Options{Stacks: []string{"one"}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(text), `{"format":1,`, `{"format":1,"new":[1],`, 1)
	for name, text := range map[string]string{"as_written": string(text), "after_a_mark": "\uFEFF" + string(text), "newer_members": newer} {
		got, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(report, got); diff != "" {
			t.Error(name, diff)
		}
	}
}

func TestParse_error(t *testing.T) {
	const roles = `"scope": {}, "totals": {}, "roles": [`
	for name, test := range map[string]struct{ text, want string }{
		"empty":         {"", "not the result of an audit"},
		"half":          {`{"format": 1, "scope": {}, "roles": [`, "not the result of an audit"},
		"twice":         {`{"format": 1, "format": 1}`, "not the result of an audit"},
		"null":          {"null", "not the result of an audit"},
		"list":          {"[]", "not the result of an audit"},
		"of_check":      {`{"findings": [], "errors": [], "files": 1}`, "not the result of an audit"},
		"sarif":         {`{"version": "2.1.0", "runs": []}`, "not the result of an audit"},
		"no_roles":      {`{"format": 1, "scope": {}, "totals": {}}`, "not the result of an audit"},
		"null_roles":    {`{"format": 1, "scope": {}, "totals": {}, "roles": null}`, "not the result of an audit"},
		"bad_role":      {`{"format": 1, ` + roles + `{"kind": 1}]}`, "not the result of an audit"},
		"unknown_kind":  {`{"format": 1, ` + roles + `{"kind": "hunter2"}]}`, "not the result of an audit"},
		"format_a_text": {`{"format": "1", ` + roles + `]}`, "not the result of an audit"},
		"newer":         {`{"format": 2, "hunter2": 1}`, "it has format 2, and this version reads format 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
