package registry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"amplify-boundary/internal/atomicfile"
	"amplify-boundary/internal/cfn"
)

// File is a registry in a local file: a JSON object from SSM parameter names to values. Each call reads the file, but a pipe
// only once. Writers wait for each other, in one process or in several, and a change keeps the order and the spelling of
// everything else. See [atomicfile.Update] for links and permissions.
type File struct {
	path     string
	required bool // whether it is an error that the file does not exist

	first sync.Once // reads a pipe
	text  []byte
	err   error
}

// NewFile returns the registry in a file. It is empty until the first write, which creates the file.
func NewFile(path string) *File { return &File{path: path} }

// ExistingFile returns the registry in a file that must exist. For reading, it can be a pipe.
func ExistingFile(path string) *File { return &File{path: path, required: true} }

// Values reads values.
func (f *File) Values(ctx context.Context, names []string) (map[string]string, error) {
	c, err := f.read(ctx)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string)
	for _, name := range names {
		if i, found := c.index[name]; found {
			values[name] = c.parameters[i].Value
		}
	}
	return values, nil
}

// Parameter reads one entry.
func (f *File) Parameter(ctx context.Context, name string) (p Parameter, found bool, err error) {
	c, err := f.read(ctx)
	if err != nil {
		return Parameter{}, false, err
	}
	i, found := c.index[name]
	if !found {
		return Parameter{}, false, nil
	}
	return c.parameters[i], true, nil
}

// List reads the entries below a path, sorted by name.
func (f *File) List(ctx context.Context, path string) ([]Parameter, error) {
	c, err := f.read(ctx)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(c.parameters, func(p Parameter) bool { return !strings.HasPrefix(p.Name, path+"/") })
	slices.SortFunc(list, byName)
	return list, nil
}

// History fails with [ErrNoHistory].
func (f *File) History(context.Context, string) ([]Version, error) { return nil, ErrNoHistory }

// Write appends or changes an entry. It fails with [ErrExists] or [ErrChanged]. The version is 0, because a file has none.
func (f *File) Write(ctx context.Context, w Write) (version int64, err error) {
	_, err = f.WriteAll(ctx, []Write{w}, nil)
	return 0, err
}

// WriteAll appends and changes entries, each of another name. The file then has all of them, or it is unchanged.
func (f *File) WriteAll(ctx context.Context, writes []Write, progress func(written, all int)) (written int, err error) {
	if len(writes) == 0 {
		return 0, nil
	}
	if err := f.update(ctx, func(c contents) ([]byte, error) { return f.writeAll(c, writes) }); err != nil {
		return 0, err
	}
	if progress != nil {
		progress(len(writes), len(writes))
	}
	return len(writes), nil
}

func (f *File) writeAll(c contents, writes []Write) ([]byte, error) {
	var edits []cfn.Edit
	for _, w := range writes {
		value := cfn.Quote(w.Value)
		i, exists := c.index[w.Name]
		switch {
		case w.Read == nil && exists:
			return nil, f.entryError(w.Name, ErrExists)
		case w.Read != nil && (!exists || c.parameters[i] != *w.Read):
			return nil, f.entryError(w.Name, ErrChanged)
		case w.Read != nil:
			edits = append(edits, cfn.Edit{At: c.object.Members[i].Value, Text: value})
		case len(c.object.Members) == 0:
			// The first entry replaces the empty object, and the others follow its layout.
			first, err := cfn.Apply(c.text, []cfn.Edit{cfn.Append(c.text, c.object, w.Name, value)})
			if err == nil {
				c, err = f.parse(first)
			}
			if err != nil {
				return nil, err
			}
		default:
			edits = append(edits, cfn.Append(c.text, c.object, w.Name, value))
		}
	}
	return cfn.Apply(c.text, edits)
}

// Remove deletes an entry. It fails with [ErrChanged].
func (f *File) Remove(ctx context.Context, read Parameter) error {
	return f.update(ctx, func(c contents) ([]byte, error) {
		i := slices.Index(c.parameters, read)
		if i < 0 {
			return nil, f.entryError(read.Name, ErrChanged)
		}
		return cfn.Apply(c.text, []cfn.Edit{cfn.Cut(c.text, c.object.At, c.object.Members[i].At)})
	})
}

// update changes the text of the file, while no other writer does.
func (f *File) update(ctx context.Context, change func(contents) ([]byte, error)) error {
	err := atomicfile.Update(ctx, f.path, func(old []byte) ([]byte, error) {
		if old == nil {
			old = []byte(newText)
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

// contents is the text of a file, and the entries in it.
type contents struct {
	text       []byte
	object     cfn.Object
	parameters []Parameter    // one for each member of the object
	index      map[string]int // of the parameters, by their names
}

func (f *File) read(ctx context.Context) (contents, error) {
	var text []byte
	info, err := os.Stat(f.path)
	if err != nil || info.Mode().IsRegular() {
		text, err = atomicfile.ReadFile(ctx, f.path)
	} else {
		f.first.Do(func() { f.text, f.err = atomicfile.ReadFile(ctx, f.path) })
		text, err = f.text, f.err
	}
	if errors.Is(err, fs.ErrNotExist) && !f.required {
		text, err = []byte(newText), nil
	}
	if err != nil {
		return contents{}, fmt.Errorf("read registry file: %w", err)
	}
	return f.parse(text)
}

// newText is the text of a file that does not exist yet.
const newText = "{}\n"

func (f *File) parse(text []byte) (contents, error) {
	name := fmt.Sprintf("registry file %q", f.path)
	object, err := cfn.ReadObject(text, name)
	if err != nil {
		return contents{}, err
	}
	c := contents{text: text, object: object, index: make(map[string]int, len(object.Members))}
	for i, m := range object.Members {
		value, isString := cfn.Text(m.Value.Of(text))
		if !isString {
			return contents{}, fmt.Errorf("%s: the value of %s is not a string; the file must be an object from SSM parameter names to values", name, m.Name)
		}
		c.parameters = append(c.parameters, Parameter{Name: m.Name, Value: value})
		c.index[m.Name] = i
	}
	return c, nil
}

// entryError names the entry and the file that an error is about.
func (f *File) entryError(name string, err error) error {
	return fmt.Errorf("%s in registry file %q: %w", name, f.path, err)
}
