package registry

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/atomicfile"
	"amplify-boundary/internal/rawjson"
)

// FileStore is the [Store] in a local file, which is made when it is first written. The file is replaced
// whole or not at all; what is not changed keeps its place and its spelling.
type FileStore struct{ path string }

// NewFileStore returns the store in a file.
func NewFileStore(path string) *FileStore { return &FileStore{path} }

// contents are the text of a file, and the entries in it.
type contents struct {
	text       []byte
	object     rawjson.Object
	parameters []Parameter // one for each member of the object
}

func (s *FileStore) load() (contents, error) {
	subject := fmt.Sprintf("registry file %q", s.path)
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		text = []byte("{}\n")
	} else if err != nil {
		return contents{}, fmt.Errorf("read registry file: %w", err)
	}
	c := contents{text: text}
	if c.object, err = rawjson.ReadAll(text, subject); err != nil {
		return contents{}, err
	}
	for _, m := range c.object.Members {
		value, isText := rawjson.Text(m.Value.Of(text))
		if !isText {
			return contents{}, fmt.Errorf("%s: the value of %s is not a string", subject, m.Name)
		}
		c.parameters = append(c.parameters, Parameter{Name: m.Name, Value: value})
	}
	return c, nil
}

// save writes an edit, unless the file is no longer what was read: each entry may be another's.
func (s *FileStore) save(c contents, edit rawjson.Edit) error {
	if now, err := s.load(); err != nil || !bytes.Equal(now.text, c.text) {
		return fmt.Errorf("registry file %q: %w", s.path, cmp.Or(err, ErrChanged))
	}
	text := rawjson.Apply(c.text, []rawjson.Edit{edit})
	if err := atomicfile.Write(s.path, text); err != nil {
		return fmt.Errorf("write registry file: %w", err)
	}
	return nil
}

// find returns the index of a parameter, or -1.
func (c contents) find(name string) int {
	return slices.IndexFunc(c.parameters, func(p Parameter) bool { return p.Name == name })
}

// Values reads values; a file that does not exist has none.
func (s *FileStore) Values(_ context.Context, names []string) (map[string]string, error) {
	c, err := s.load()
	if err != nil {
		return nil, err
	}
	values := make(map[string]string)
	for _, p := range c.parameters {
		if slices.Contains(names, p.Name) {
			values[p.Name] = p.Value
		}
	}
	return values, nil
}

// Parameter reads one entry.
func (s *FileStore) Parameter(_ context.Context, name string) (Parameter, bool, error) {
	c, err := s.load()
	if err != nil {
		return Parameter{}, false, err
	}
	if i := c.find(name); i >= 0 {
		return c.parameters[i], true, nil
	}
	return Parameter{}, false, nil
}

// List reads the entries below a path.
func (s *FileStore) List(_ context.Context, path string) ([]Parameter, error) {
	c, err := s.load()
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(c.parameters, func(p Parameter) bool { return !strings.HasPrefix(p.Name, path+"/") })
	slices.SortFunc(list, func(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Add appends an entry.
func (s *FileStore) Add(_ context.Context, name, value string) error {
	c, err := s.load()
	if err != nil {
		return err
	}
	if c.find(name) >= 0 {
		return fmt.Errorf("%s in registry file %q: %w", name, s.path, ErrExists)
	}
	quoted, err := jsontext.AppendQuote(nil, value)
	if err != nil {
		return err
	}
	return s.save(c, rawjson.Append(c.text, c.object, name, quoted))
}

// Replace changes an entry. A file has no versions: the version is 0.
func (s *FileStore) Replace(_ context.Context, read Parameter, value string) (int64, error) {
	c, err := s.load()
	if err != nil {
		return 0, err
	}
	i := c.find(read.Name)
	if i < 0 || c.parameters[i] != read {
		return 0, fmt.Errorf("%s in registry file %q: %w", read.Name, s.path, ErrChanged)
	}
	quoted, err := jsontext.AppendQuote(nil, value)
	if err != nil {
		return 0, err
	}
	return 0, s.save(c, rawjson.Edit{At: c.object.Members[i].Value, Text: quoted})
}

// Remove takes an entry out.
func (s *FileStore) Remove(_ context.Context, name string) error {
	c, err := s.load()
	if err != nil {
		return err
	}
	i := c.find(name)
	if i < 0 {
		return nil
	}
	return s.save(c, rawjson.Cut(c.text, c.object.At, c.object.Members[i].At))
}

// History fails with [ErrNoHistory].
func (s *FileStore) History(context.Context, string) ([]Version, error) { return nil, ErrNoHistory }
