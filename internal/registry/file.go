package registry

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

// File is a local file that stands for Parameter Store: a JSON object from SSM parameter names to values.
type File struct{ path string }

// NewFile returns a source that reads the file at each look-up.
func NewFile(path string) *File { return &File{path} }

// Values reads values from the file.
func (f *File) Values(_ context.Context, names []string) (map[string]string, error) {
	data, err := os.ReadFile(f.path)
	if err != nil {
		return nil, fmt.Errorf("read registry file: %w", err)
	}
	var all map[string]string
	if err := json.Unmarshal(data, &all); err != nil {
		if at := (*jsontext.SyntacticError)(nil); errors.As(err, &at) {
			return nil, rawjson.Redact(err, fmt.Sprintf("registry file %q", f.path), 0)
		}
		return nil, f.malformed()
	}
	if all == nil {
		return nil, f.malformed()
	}
	values := make(map[string]string)
	for _, name := range names {
		if value, found := all[name]; found {
			values[name] = value
		}
	}
	return values, nil
}

func (f *File) malformed() error {
	return fmt.Errorf("registry file %q is not a JSON object from SSM parameter names to values, both strings", f.path)
}
