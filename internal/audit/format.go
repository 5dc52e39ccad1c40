package audit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	errNotJSON  = errors.New("it is not valid JSON; write it with: amplify-boundary audit --output json")
	errNotAudit = errors.New("it is not the result of an audit; write one with: amplify-boundary audit --output json")
)

// Parse reads a report that was written as JSON. Members that it does not know are passed over; another form
// than [Format] is refused. No error repeats what was read.
func Parse(text []byte) (Report, error) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if !jsontext.Value(text).IsValid() {
		return Report{}, errNotJSON
	}
	var form struct {
		Format int            `json:"format"`
		Scope  jsontext.Value `json:"scope"`
		Roles  jsontext.Value `json:"roles"`
		Totals jsontext.Value `json:"totals"`
	}
	if err := json.Unmarshal(text, &form); err != nil || form.Format < Format {
		return Report{}, errNotAudit
	}
	if form.Format > Format {
		return Report{}, fmt.Errorf("it has format %d, and this command reads format %d; use the command that wrote it, or a newer one", form.Format, Format)
	}
	if form.Scope.Kind() != '{' || form.Roles.Kind() != '[' || form.Totals.Kind() != '{' {
		return Report{}, errNotAudit
	}
	var r Report
	if err := json.Unmarshal(text, &r); err != nil {
		return Report{}, errNotAudit
	}
	for _, role := range r.Roles {
		if role.Kind != Right && !slices.Contains(Kinds(), role.Kind) {
			return Report{}, errNotAudit
		}
	}
	return r, nil
}
