package bench

import (
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/test/registrytest"
	"amplify-boundary/transform"
)

// operation turns input into output.
type operation func(input []byte) (output []byte, err error)

// measure reports the time and memory of an operation, and its memory for each byte of input.
func measure(b *testing.B, do operation, input []byte) {
	b.Helper()
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := do(input); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(input)), "input-B")
}

// validate is the floor: no work on a fragment is safe without it.
func validate(fragment []byte) ([]byte, error) {
	if !jsontext.Value(fragment).IsValid() {
		return nil, errors.New("not valid JSON")
	}
	return nil, nil
}

// bound is the transform.
func bound(fragment []byte) ([]byte, error) {
	parsed, err := transform.Parse(fragment, transform.Options{})
	if err != nil {
		return nil, err
	}
	bounded, err := parsed.Bound(boundaryARN)
	if err != nil {
		return nil, err
	}
	return bounded.Fragment.Join(), nil
}

// boundMaps does the transform's work by decoding the fragment into maps. It keeps neither the order of members nor the
// spelling of numbers.
func boundMaps(fragment []byte) ([]byte, error) {
	var document map[string]any
	if err := json.Unmarshal(fragment, &document); err != nil {
		return nil, err
	}
	for _, value := range document["Resources"].(map[string]any) {
		if resource := value.(map[string]any); resource["Type"] == "AWS::IAM::Role" {
			resource["Properties"].(map[string]any)["PermissionsBoundary"] = boundaryARN
		}
	}
	return json.Marshal(document)
}

// handler is the macro's whole work on a request, without calls to AWS.
func handler(t testing.TB, values registrytest.Values, settings map[string]string) operation {
	t.Helper()
	read, err := macro.ReadSettings(func(name string) string { return settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	h := macro.NewHandler(read, values, nil, io.Discard)
	return func(request []byte) ([]byte, error) { return h.Invoke(t.Context(), request) }
}

// fragmentOf returns the fragment of a response, which must be a success.
func fragmentOf(t testing.TB, response []byte, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Status       string          `json:"status"`
		ErrorMessage string          `json:"errorMessage"`
		Fragment     json.RawMessage `json:"fragment"`
	}
	if err := json.Unmarshal(response, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Status != macro.Success {
		t.Fatalf("got %s: %s", answer.Status, answer.ErrorMessage)
	}
	return answer.Fragment
}

var registry = registrytest.Values{parameterName: boundaryARN}

// The macro beside the floor, and beside the same work with maps, by the size of the fragment. A tenth of the resources
// are roles.
func BenchmarkMacro(b *testing.B) {
	handle := handler(b, registry, nil)
	for _, size := range []struct {
		name         string
		bytes, roles int
	}{{"10kB", 10_000, 2}, {"100kB", 100_000, 16}, {"900kB", 900_000, 150}, {"5MB", 5_000_000, 825}} {
		fragment := template(b, size.bytes, size.roles)
		response, err := handle(request(fragment))
		fragmentOf(b, response, err) // a failure would be measured as if it were a success
		b.Run("floor/"+size.name, func(b *testing.B) { measure(b, validate, fragment) })
		b.Run("transform/"+size.name, func(b *testing.B) { measure(b, bound, fragment) })
		b.Run("handler/"+size.name, func(b *testing.B) { measure(b, handle, request(fragment)) })
		b.Run("maps/"+size.name, func(b *testing.B) { measure(b, boundMaps, fragment) })
	}
}

// What is compared must do the same work.
func TestOperations(t *testing.T) {
	fragment := template(t, 100_000, 16)
	response, err := handler(t, registry, nil)(request(fragment))
	handled := decoded(t, fragmentOf(t, response, err), nil)
	if cmp.Equal(handled, decoded(t, fragment, nil)) {
		t.Error("the handler changes nothing")
	}
	for name, do := range map[string]operation{"transform": bound, "maps": boundMaps} {
		output, err := do(fragment)
		if diff := cmp.Diff(handled, decoded(t, output, err)); diff != "" {
			t.Errorf("%s (-handler +%[1]s):\n%s", name, diff)
		}
	}
}

func decoded(t *testing.T, text []byte, err error) (value any) {
	t.Helper()
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		t.Fatal(err)
	}
	return value
}
