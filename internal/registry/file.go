package registry

import (
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
	"amplify-boundary/internal/cfn"
)

// File is the [Store] in a local file: a JSON object from SSM parameter names to values. It is read at each
// call. Writers wait for each other, in one process or in several, and what a change does not concern keeps
// its place and its spelling. See [atomicfile.Update] for what becomes of the file itself.
type File struct {
	path     string
	required bool // whether it is an error that the file does not exist
}

// NewFile returns the registry in a file, which is made when it is first written and empty until then.
func NewFile(path string) *File { return &File{path: path} }

// ExistingFile returns the registry in a file that must exist, to be read.
func ExistingFile(path string) Reader { return &File{path: path, required: true} }

// contents are the text of a file, and the entries in it.
type contents struct {
	text       []byte
	object     cfn.Object
	parameters []Parameter // one for each member of the object
}

// find returns the index of a parameter, or -1.
func (c contents) find(name string) int {
	return slices.IndexFunc(c.parameters, func(p Parameter) bool { return p.Name == name })
}

// Values reads values.
func (f *File) Values(_ context.Context, names []string) (map[string]string, error) {
	c, err := f.read()
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
func (f *File) Parameter(_ context.Context, name string) (Parameter, bool, error) {
	c, err := f.read()
	if err != nil {
		return Parameter{}, false, err
	}
	if i := c.find(name); i >= 0 {
		return c.parameters[i], true, nil
	}
	return Parameter{}, false, nil
}

// List reads the entries below a path.
func (f *File) List(_ context.Context, path string) ([]Parameter, error) {
	c, err := f.read()
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(c.parameters, func(p Parameter) bool { return !strings.HasPrefix(p.Name, path+"/") })
	slices.SortFunc(list, func(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// History fails with [ErrNoHistory].
func (f *File) History(context.Context, string) ([]Version, error) { return nil, ErrNoHistory }

// Add appends an entry.
func (f *File) Add(ctx context.Context, name, value string) error {
	return f.change(ctx, func(c contents) (cfn.Edit, error) {
		if c.find(name) >= 0 {
			return cfn.Edit{}, f.entryError(name, ErrExists)
		}
		quoted, err := jsontext.AppendQuote(nil, value)
		return cfn.Append(c.text, c.object, name, quoted), err
	})
}

// Replace changes an entry. A file has no versions: the version is 0.
func (f *File) Replace(ctx context.Context, read Parameter, value string) (int64, error) {
	return 0, f.changeEntry(ctx, read, func(c contents, entry cfn.Member) (cfn.Edit, error) {
		quoted, err := jsontext.AppendQuote(nil, value)
		return cfn.Edit{At: entry.Value, Text: quoted}, err
	})
}

// Remove takes an entry out.
func (f *File) Remove(ctx context.Context, read Parameter) error {
	return f.changeEntry(ctx, read, func(c contents, entry cfn.Member) (cfn.Edit, error) {
		return cfn.Cut(c.text, c.object.At, entry.At), nil
	})
}

// changeEntry makes an edit to an entry that is as it was read.
func (f *File) changeEntry(ctx context.Context, read Parameter, edit func(contents, cfn.Member) (cfn.Edit, error)) error {
	return f.change(ctx, func(c contents) (cfn.Edit, error) {
		i := c.find(read.Name)
		if i < 0 || c.parameters[i] != read {
			return cfn.Edit{}, f.entryError(read.Name, ErrChanged)
		}
		return edit(c, c.object.Members[i])
	})
}

// change makes an edit to the file, which nobody else writes meanwhile.
func (f *File) change(ctx context.Context, edit func(contents) (cfn.Edit, error)) error {
	return f.rewrite(ctx, func(c contents) ([]byte, error) {
		e, err := edit(c)
		if err != nil {
			return nil, err
		}
		return cfn.Apply(c.text, []cfn.Edit{e})
	})
}

// rewrite gives the file another text, while nobody else writes it.
func (f *File) rewrite(ctx context.Context, change func(contents) ([]byte, error)) error {
	err := atomicfile.Update(ctx, f.path, func(old []byte) ([]byte, error) {
		if old == nil {
			old = newText()
		}
		c, err := f.parse(old)
		if err != nil {
			return nil, err
		}
		return change(c)
	})
	if unwritten := (*fs.PathError)(nil); errors.As(err, &unwritten) {
		return fmt.Errorf("write registry file: %w", err)
	}
	return err
}

func (f *File) read() (contents, error) {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) && !f.required {
		text, err = newText(), nil
	}
	if err != nil {
		return contents{}, fmt.Errorf("read registry file: %w", err)
	}
	return f.parse(text)
}

// newText is the text of a file that does not exist yet.
func newText() []byte { return []byte("{}\n") }

func (f *File) parse(text []byte) (contents, error) {
	name := fmt.Sprintf("registry file %q", f.path)
	object, err := cfn.ReadObject(text, name)
	if err != nil {
		return contents{}, err
	}
	c := contents{text: text, object: object}
	for _, m := range object.Members {
		value, isText := cfn.Text(m.Value.Of(text))
		if !isText {
			return contents{}, fmt.Errorf("%s: the value of %s is not a string; the file must be an object from SSM parameter names to values", name, m.Name)
		}
		c.parameters = append(c.parameters, Parameter{Name: m.Name, Value: value})
	}
	return c, nil
}

// entryError says to which entry of which file an error belongs.
func (f *File) entryError(name string, err error) error {
	return fmt.Errorf("%s in registry file %q: %w", name, f.path, err)
}
