package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"amplify-boundary/internal/macro"
)

// agree fails unless two fragments are the same, but for the order of members and the spelling: only
// those who do the same work can be compared.
func agree(who string, got, want []byte) error {
	var gotValue, wantValue any
	if err := json.Unmarshal(got, &gotValue); err != nil {
		return fmt.Errorf("%s gives no JSON: %w", who, err)
	}
	if err := json.Unmarshal(want, &wantValue); err != nil {
		return fmt.Errorf("the transform gives no JSON: %w", err)
	}
	if !reflect.DeepEqual(gotValue, wantValue) {
		return fmt.Errorf("%s and the transform give different fragments", who)
	}
	return nil
}

// succeeded returns the fragment in a macro's response.
func succeeded(response []byte) (fragment []byte, err error) {
	var r struct {
		Status       string          `json:"status"`
		ErrorMessage string          `json:"errorMessage"`
		Fragment     json.RawMessage `json:"fragment"`
	}
	if err := json.Unmarshal(response, &r); err != nil {
		return nil, fmt.Errorf("the macro's response: %w", err)
	}
	if r.Status != macro.Success {
		return nil, fmt.Errorf("the macro answers %s: %s", r.Status, r.ErrorMessage)
	}
	return r.Fragment, nil
}
