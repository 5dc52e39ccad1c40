package nested

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/transform"
)

// Directory reads templates from the files below one directory: those of a repository, where TemplateURL is a path until
// `aws cloudformation package` uploads the file, or those of a cloud assembly that CDK made. It reads regular files only,
// and none through a link that leads out of the directory.
type Directory struct{ root *os.Root }

// OpenDirectory opens the directory at a path. The caller closes it.
func OpenDirectory(dir string) (*Directory, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() { // to open a pipe could take forever
		return nil, &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Directory{root}, nil
}

// Close closes the directory.
func (d *Directory) Close() error { return d.root.Close() }

// LocatedStack is a nested stack of a template in a [Directory].
type LocatedStack struct {
	transform.Resource
	Template Location                  // its Key is the path of the file, relative to the directory, with slashes
	Values   map[string]jsontext.Value // of the parameters that the stack is given, as far as they can be evaluated
	Err      error                     // why the template cannot be read from the directory; it does not repeat the path
}

// Why a template cannot be read from a [Directory].
var (
	ErrNotLocal   = errors.New("the template is not a file") // TemplateURL is a URL or a function, and CDK's metadata name no file
	ErrNoFile     = errors.New("the file does not exist")
	ErrAbsolute   = errors.New("the path of the file is absolute")
	ErrOutside    = errors.New("the file is outside the directory, or a link leads out of it")
	ErrNotRegular = errors.New("it is not a regular file")
)

// Stacks locates the templates of the nested stacks of a template in the directory, those in loops included, and leaves
// out those whose condition is false. The template's own path is relative to the directory. Known is what is known of
// the stack; its sections come from stacks.
func (d *Directory) Stacks(template string, stacks transform.Stacks, known intrinsic.Context) []LocatedStack {
	evaluator := newEvaluator(known, stacks)
	var located []LocatedStack
	for _, s := range stacks.List {
		if exists, err := evaluator.Condition(s.Condition); s.Condition != "" && err == nil && !exists {
			continue
		}
		l := LocatedStack{Resource: s.Resource, Values: values(evaluator, s)}
		l.Template.Key, l.Err = d.locate(template, s)
		located = append(located, l)
	}
	return located
}

// locate returns the path of a nested stack's template. With an error, it is the path that has no template, if any.
func (d *Directory) locate(template string, s transform.NestedStack) (string, error) {
	file, isText := cfn.Text(s.Value)
	file = strings.TrimPrefix(file, "file://")
	if !isText || strings.Contains(file, "://") {
		file = s.AssetPath
	}
	if file == "" {
		return "", ErrNotLocal
	}
	if filepath.IsAbs(filepath.FromSlash(file)) {
		return file, ErrAbsolute
	}
	file = path.Join(path.Dir(filepath.ToSlash(template)), filepath.ToSlash(file))
	return file, d.check(file)
}

// values evaluates the parameters that a nested stack is given.
func values(evaluator *intrinsic.Evaluator, s transform.NestedStack) map[string]jsontext.Value {
	known := make(map[string]jsontext.Value)
	parameters, _ := cfn.Members(s.Parameters, "Parameters") // a function that only CloudFormation evaluates has none
	for name, parameter := range parameters {
		v, err := evaluator.Evaluate(parameter, s.LoopVariables()...)
		text, isText := v.Text()
		list, isList := v.List()
		switch {
		case err != nil:
		case isText:
			known[name] = cfn.Quote(text)
		case isList:
			known[name], _ = json.Marshal(list) // strings of a template, which are UTF-8
		}
	}
	return known
}

// Read returns the template in a file of the directory, which has at most 1 MB. Its errors do not repeat the path.
func (d *Directory) Read(_ context.Context, file Location) ([]byte, error) {
	if err := d.check(file.Key); err != nil {
		return nil, err
	}
	opened, err := d.root.Open(file.Key)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return readAll(opened, 0)
}

// check fails unless there is a file that can be read. To open something else, such as a pipe, could take forever.
func (d *Directory) check(file string) error {
	info, err := d.root.Stat(filepath.FromSlash(file))
	var ofSystem syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrNoFile
	case err != nil && !errors.As(err, &ofSystem): // os.Root refuses by itself what leads out
		return ErrOutside
	case err != nil:
		return ofSystem
	case !info.Mode().IsRegular():
		return ErrNotRegular
	default:
		return nil
	}
}
