package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/atomicfile"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/transform"
)

// treeLimit is more than the stacks that CloudFormation accepts in one operation; a tree with more contains
// itself.
const treeLimit = 2500

// tree is a template with the templates of its nested stacks that are below its directory. It becomes what
// the macro with NESTED_STACKS=bound makes of it: a template that does not declare the macro is bounded in
// the environment of the template above it.
type tree struct {
	*transformFlags
	registered command.Lookups
	dir        string // of the template at the root
	store      *nested.Directory
	outputs    map[string][]byte // what templates become, by their paths below dir
	visited    map[string]bool
	queue      []treeNode
}

// treeNode is a template of a tree.
type treeNode struct {
	path    string                    // below the tree's directory, with slashes
	values  map[string]jsontext.Value // of its parameters, as far as the template above gives them
	above   environment.Environment   // of the template above
	isChild bool
}

// runTransformTree writes what a tree becomes below the directory --to, each file under its own relative path.
func runTransformTree(ctx context.Context, o *transformFlags, file string) error {
	if err := command.ValidateTemplateFlags(o.registry, o.environment); err != nil {
		return err
	}
	registered, err := o.registry.OpenLookups(ctx)
	if err != nil {
		return err
	}
	store, err := nested.OpenDirectory(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer store.Close()
	t := tree{
		transformFlags: o, registered: registered, dir: filepath.Dir(file), store: store,
		outputs: make(map[string][]byte), visited: make(map[string]bool), queue: []treeNode{{path: filepath.Base(file)}},
	}
	for len(t.queue) > 0 {
		next := t.queue[0]
		t.queue = t.queue[1:]
		if err := t.visit(ctx, next); err != nil {
			return t.registry.InFile(t.name(next.path), err)
		}
	}
	return t.write(ctx)
}

// name returns what messages call a template of the tree.
func (t *tree) name(path string) string { return filepath.Join(t.dir, filepath.FromSlash(path)) }

// visit transforms a template, and adds the templates of its nested stacks to the queue.
func (t *tree) visit(ctx context.Context, n treeNode) error {
	key := fmt.Sprint(n.path, n.above.Name, n.above.Project, n.values) // a map is printed in the order of its keys
	if t.visited[key] {
		return nil
	}
	t.visited[key] = true
	if len(t.visited) > treeLimit {
		return fmt.Errorf("the tree has more than %d nested stacks; does it contain itself?", treeLimit)
	}
	section, err := t.read(ctx, n)
	if err != nil {
		return err
	}
	values, err := t.parameterValues(n, section)
	if err != nil {
		return err
	}
	given, err := t.given(n, section)
	if err != nil {
		return err
	}
	bounded, err := t.transform(ctx, t.registered, section.Document(), values, given)
	if err != nil {
		return err
	}
	if other, isKnown := t.outputs[n.path]; isKnown && !bytes.Equal(other, bounded.template) {
		return errors.New("it is the template of nested stacks in several environments, so it does not become one file")
	}
	t.outputs[n.path] = bounded.template
	t.report(n.path, bounded.results)
	if !bounded.declared && !n.isChild {
		t.warnUndeclared(t.name(n.path))
	}
	return t.enqueue(n, section, values, environmentOf(bounded.results))
}

// read reads a template of the tree.
func (t *tree) read(ctx context.Context, n treeNode) (*declare.Section, error) {
	if !n.isChild {
		return t.readTemplate(ctx, t.name(n.path))
	}
	text, err := t.store.Read(ctx, nested.Location{Key: n.path})
	if err != nil {
		return nil, err
	}
	return declare.Read(text)
}

// parameterValues returns the values of a template's parameters: the command line gives those of the root, and
// the template above those of the others.
func (t *tree) parameterValues(n treeNode, section *declare.Section) (map[string]jsontext.Value, error) {
	assignments := t.parameters
	if n.isChild {
		assignments = nil
	}
	values, err := section.Document().ParameterValues(assignments)
	for name := range values {
		if value, given := n.values[name]; given {
			values[name] = value
		}
	}
	return values, err
}

// given returns the environment and the project that take precedence over a template's: those of the command
// line, and for a template that does not declare the macro those of the template above.
func (t *tree) given(n treeNode, section *declare.Section) (environment.Environment, error) {
	given := environment.Environment{Name: t.environment, Project: t.registry.Project}
	if !n.isChild {
		return given, nil
	}
	switch section.State(t.macro) {
	case declare.Absent:
		return n.above, nil
	case declare.NotLast:
		return given, declare.ErrNotLast
	default:
		return given, nil
	}
}

// environmentOf returns the environment in which a template was bounded.
func environmentOf(results []macro.Result) (e environment.Environment) {
	for _, r := range results {
		if r.Environment.Name != "" {
			e = r.Environment
		}
	}
	return e
}

// report says what was done to the roles of a template. Its nested stacks follow on their own.
func (t *tree) report(path string, results []macro.Result) {
	t.io.Say("", "%s:", t.name(path))
	for _, r := range results {
		r.NestedStacks = nil
		report(t.io, r)
	}
}

// enqueue adds the templates of nested stacks to the queue.
func (t *tree) enqueue(n treeNode, section *declare.Section, values map[string]jsontext.Value, above environment.Environment) error {
	fragment, err := transform.Parse(section.Rest(), transform.Options{Macro: t.macro})
	if err != nil {
		return err
	}
	known := intrinsic.Context{ParameterValues: values, Region: t.registered.Where.Region, AccountID: t.registered.Where.AccountID}
	for _, stack := range t.store.Stacks(n.path, fragment.Stacks(), known) {
		switch {
		case errors.Is(stack.Err, nested.ErrNotLocal):
			t.io.Say("warning", "%s: the template of %s is not a local file, so it is not bounded", t.name(n.path), stack.LogicalID)
		case stack.Err != nil:
			return fmt.Errorf("the template of %s, %s: %w", stack.LogicalID, t.name(stack.Template.Key), stack.Err)
		default:
			t.queue = append(t.queue, treeNode{stack.Template.Key, stack.Values, above, true})
		}
	}
	return nil
}

// write writes the tree below the directory --to, once all of it is known.
func (t *tree) write(ctx context.Context) error {
	if err := os.MkdirAll(t.to, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(t.to) // no link leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	paths := slices.Sorted(maps.Keys(t.outputs))
	for _, path := range paths {
		if err := t.checkTarget(root, path); err != nil {
			return err
		}
	}
	var written []string
	for _, path := range paths {
		err := root.MkdirAll(filepath.Dir(filepath.FromSlash(path)), 0o755)
		if err == nil {
			err = atomicfile.Update(ctx, t.target(path), func([]byte) ([]byte, error) { return t.outputs[path], nil })
		}
		if err != nil {
			err = t.failed(path, err)
			if len(written) > 0 {
				err = errors.Join(err, fmt.Errorf("written before it: %s", strings.Join(written, ", ")))
			}
			return err
		}
		written = append(written, t.target(path))
	}
	return t.io.PrintWritten(command.TextForm, "the templates were written", nil, written...)
}

func (t *tree) target(path string) string { return filepath.Join(t.to, filepath.FromSlash(path)) }

// checkTarget makes sure that a file can be written below the directory, and that it is not a template of the
// tree itself.
func (t *tree) checkTarget(root *os.Root, path string) error {
	info, err := root.Stat(filepath.FromSlash(path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return t.failed(path, err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s exists and is not a regular file; give another directory with --to", t.target(path))
	}
	for file := range t.outputs {
		if source, err := os.Stat(t.name(file)); err == nil && os.SameFile(info, source) {
			return fmt.Errorf("%s is a template of the tree itself; give another directory with --to", t.name(file))
		}
	}
	return nil
}

// failed names a file that cannot be written.
func (t *tree) failed(path string, err error) error {
	if failure := (*fs.PathError)(nil); errors.As(err, &failure) {
		err = failure.Err // its path is relative to the directory
	}
	return fmt.Errorf("%s: %w", t.target(path), err)
}
