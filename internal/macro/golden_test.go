package macro_test

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/registrytest"
	"amplify-boundary/internal/test/transformtest"
)

// The golden pairs of the transform hold for the macro too, as the fragments of requests. A fragment that is
// not JSON makes its request unreadable as a whole, so there the message is the request's.
func TestGoldenPairsAsRequests(t *testing.T) {
	source := registrytest.Values{registry.DefaultPrefix + "/dev": transformtest.ARN}
	readable, unreadable := 0, 0
	for _, pair := range transformtest.Pairs(t, filepath.Join("..", "..", "transform", "testdata"), false) {
		isJSON := jsontext.Value(pair.Input).IsValid()
		if isJSON {
			readable++
		} else {
			unreadable++
		}
		t.Run(pair.Name, func(t *testing.T) {
			settings := macro.Settings{
				ParameterPrefix: registry.DefaultPrefix,
				AllowNone:       true,
				Existing:        pair.Options.Existing,
				BoundUsers:      pair.Options.Users,
			}
			request := []byte(`{"requestId":"golden","region":"eu-west-1","accountId":"123456789012",` +
				`"transformId":"123456789012::AmplifyBoundary","params":{"Environment":"dev"},"templateParameterValues":{},"fragment":`)
			request = append(append(request, pair.Input...), '}')
			got, err := macro.NewHandler(settings, source, nil, io.Discard).Invoke(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			if !isJSON {
				checkRefused(t, got)
				return
			}
			want := []byte(`{"requestId":"golden","status":"success","fragment":` + string(bytes.TrimSpace(pair.Output)) + `}`)
			if pair.Output == nil {
				want = failureWith(t, pair.Message)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
	if readable == 0 || unreadable == 0 {
		t.Errorf("%d pairs are JSON and %d are not; each kind is to be tried", readable, unreadable)
	}
}

func failureWith(t *testing.T, message string) []byte {
	t.Helper()
	quoted, err := jsontext.AppendQuote(nil, message)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(`{"requestId":"golden","status":"failure","errorMessage":` + string(quoted) + `}`)
}

func checkRefused(t *testing.T, response []byte) {
	t.Helper()
	var got struct {
		RequestID    string         `json:"requestId"`
		Status       string         `json:"status"`
		ErrorMessage string         `json:"errorMessage"`
		Fragment     jsontext.Value `json:"fragment"`
	}
	if err := json.Unmarshal(response, &got); err != nil {
		t.Fatal(err)
	}
	if got.RequestID != "golden" || got.Status != macro.Failure || got.ErrorMessage == "" || got.Fragment != nil {
		t.Errorf("got %s, want a failure with a message and without a fragment", response)
	}
}
