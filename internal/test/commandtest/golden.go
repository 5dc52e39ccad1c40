package commandtest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/test/must"
	"amplify-boundary/internal/test/transformtest"
)

// GoldenPairs returns the golden pairs of the transform, for a package of commands.
func GoldenPairs(t *testing.T) []transformtest.Pair {
	t.Helper()
	return transformtest.Pairs(t, filepath.Join("..", "..", "..", "transform", "testdata"), false)
}

// GoldenRegistry writes a registry in which an environment x has the boundary of the golden pairs.
func GoldenRegistry(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "registry.json")
	must.Succeed(t, os.WriteFile(path, []byte(`{"/amplify-boundary/x": "`+transformtest.ARN+`"}`), 0o600))
	return path
}

// IsPlainTemplate reports whether a pair's input is a template that the command takes as it is.
func IsPlainTemplate(input []byte) bool {
	var template struct{ Resources, Transform jsontext.Value }
	return jsontext.Value(input).IsValid() && json.Unmarshal(input, &template) == nil && template.Resources.Kind() == '{' && template.Transform == nil && !bytes.Contains(input, []byte("Fn::Transform"))
}
