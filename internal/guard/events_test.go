package guard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/registry"
)

// The sample events are answered as their names say, with the sample boundaries.
func TestSampleEvents(t *testing.T) {
	dir := filepath.Join("..", "..", "events")
	hierarchy := registry.ExistingFile(filepath.Join(dir, "boundaries.json"))
	files, err := filepath.Glob(filepath.Join(dir, "guard", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample events (%v)", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			payload, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			// The library refuses names that appear twice.
			var any map[string]any
			if err := json.Unmarshal(payload, &any); err != nil {
				t.Fatal(err)
			}
			got := ask(t, settings(t, nil), hierarchy, string(payload))
			want := ""
			if strings.HasPrefix(name, "fail-") {
				want = NonCompliant
			}
			if got.ErrorCode != want || got.Message == "" {
				t.Errorf("got %+v, want error code %q", got, want)
			}
		})
	}
}
