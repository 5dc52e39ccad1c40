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

type treeNode struct {
	path    string                    // below the tree's directory, with slashes
	values  map[string]jsontext.Value // of its parameters, as far as the template above gives them
	above   environment.Environment   // of the template above
	isChild bool
}

// runTransformTree writes what a tree becomes below the directory --to, each file under its own relative path.
func runTransformTree(ctx context.Context, o *transformFlags, file string) error {
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
	section, values, given, err := t.read(ctx, n)
	if err != nil {
		return err
	}
	name := t.name(n.path)
	t.warnNumbers(name, section.Document())
	bounded, err := t.transform(ctx, t.registered, section.Document(), values, given)
	if err != nil {
		return err
	}
	if other, isKnown := t.outputs[n.path]; isKnown && !bytes.Equal(other, bounded.template) {
		return errors.New("it is the template of nested stacks in several environments, so it does not become one file")
	}
	t.outputs[n.path] = bounded.template
	t.io.Say("", "%s:", name)
	var above environment.Environment
	for _, r := range bounded.results {
		r.NestedStacks = nil // they follow on their own
		report(t.io, r)
		if r.Environment.Name != "" {
			above = r.Environment
		}
	}
	if !bounded.declared && !n.isChild && !t.portable {
		t.warnUndeclared(name)
	}
	fragment, err := transform.Parse(section.Rest(), transform.Options{Macro: t.macro})
	if err != nil {
		return err
	}
	known := intrinsic.Context{ParameterValues: values, Region: t.registered.Where.Region, AccountID: t.registered.Where.AccountID}
	for _, stack := range t.store.Stacks(n.path, fragment.Stacks(), known) {
		switch {
		case errors.Is(stack.Err, nested.ErrNotLocal):
			t.io.Say("warning", "%s: the template of %s is not a local file, so it is not bounded", name, stack.LogicalID)
		case stack.Err != nil:
			return fmt.Errorf("the template of %s, %s: %w", stack.LogicalID, t.name(stack.Template.Key), stack.Err)
		default:
			t.queue = append(t.queue, treeNode{stack.Template.Key, stack.Values, above, true})
		}
	}
	return nil
}

// read reads a template of the tree. It returns the values of the template's parameters, and the environment that takes
// precedence over its own: the command line gives those of the root, the template above those of the others. A nested
// template that declares the macro names its own environment.
func (t *tree) read(ctx context.Context, n treeNode) (section *declare.Section, values map[string]jsontext.Value, given environment.Environment, err error) {
	given = environment.Environment{Name: t.environment, Project: t.registry.Project}
	if !n.isChild {
		if section, err = t.readTemplate(ctx, t.name(n.path)); err == nil {
			values, err = section.Document().ParameterValues(t.parameters)
		}
		return section, values, given, err
	}
	text, err := t.store.Read(ctx, nested.Location{Key: n.path})
	if err != nil {
		return nil, nil, given, err
	}
	if section, err = declare.Read(text); err != nil {
		return nil, nil, given, err
	}
	switch section.State(t.registry.OwnMacro(t.macro)) {
	case declare.Absent:
		given = n.above
	case declare.NotLast:
		return nil, nil, given, declare.ErrNotLast
	}
	values, err = section.Document().ParameterValues(nil)
	for name := range values {
		if value, isGiven := n.values[name]; isGiven {
			values[name] = value
		}
	}
	return section, values, given, err
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
		target := t.target(path)
		err := root.MkdirAll(filepath.Dir(filepath.FromSlash(path)), 0o755)
		if err == nil {
			err = atomicfile.Update(ctx, target, func([]byte) ([]byte, error) { return t.outputs[path], nil })
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", target, err)
			if len(written) > 0 {
				err = errors.Join(err, fmt.Errorf("written before it: %s", strings.Join(written, ", ")))
			}
			return err
		}
		written = append(written, target)
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
	case err == nil && !info.Mode().IsRegular():
		err = errors.New("it exists and is not a regular file; give another directory with --to")
	}
	for file := range t.outputs {
		if source, statErr := os.Stat(t.name(file)); err == nil && statErr == nil && os.SameFile(info, source) {
			err = errors.New("it is a template of the tree itself; give another directory with --to")
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.target(path), err)
	}
	return nil
}
