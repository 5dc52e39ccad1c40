package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
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
	"amplify-boundary/internal/macro"
)

// maxTreeVisits is how many stacks CloudFormation takes in one operation, by far; a tree with more contains itself.
const maxTreeVisits = 2500

// tree is a template with those of its nested stacks, as far as they lie on this disk. It becomes what the macro
// with NESTED_STACKS=bound makes of it: a template that does not declare the macro is bounded in the environment of
// the one above it.
type tree struct {
	*transformOptions
	registered command.Lookups
	outputs    map[string][]byte // what templates become, by their files
	visited    map[string]bool
	queue      []treeNode
}

// treeNode is a template of a tree.
type treeNode struct {
	file    string
	values  map[string]jsontext.Value // of its parameters, as far as the template above gives them
	above   environment.Environment   // of the template above
	isChild bool
}

// runTransformTree writes what a tree becomes below the directory --to, each file under its own relative path.
func runTransformTree(ctx context.Context, o *transformOptions, file string) error {
	if err := o.Validate(); err != nil {
		return err
	}
	registered, err := o.OpenLookups(ctx)
	if err != nil {
		return err
	}
	root, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	t := tree{o, registered, make(map[string][]byte), make(map[string]bool), []treeNode{{file: root}}}
	for len(t.queue) > 0 {
		next := t.queue[0]
		t.queue = t.queue[1:]
		if err := t.visit(ctx, next); err != nil {
			return err
		}
	}
	return t.write(ctx)
}

// visit transforms a template, and puts the templates of its nested stacks into the queue.
func (t *tree) visit(ctx context.Context, n treeNode) error {
	key := fmt.Sprint(n.file, n.above.Name, n.above.Project, n.values) // a map is printed in the order of its keys
	if t.visited[key] {
		return nil
	}
	t.visited[key] = true
	if len(t.visited) > maxTreeVisits {
		return t.InFile(relative(n.file), fmt.Errorf("the tree has more than %d nested stacks; does it contain itself?", maxTreeVisits))
	}
	document, err := t.readTemplate(ctx, relative(n.file))
	if err != nil {
		return err
	}
	values, err := document.ParameterValues(t.assignments(n))
	if err != nil {
		return t.InFile(relative(n.file), err)
	}
	for name := range values {
		if value, given := n.values[name]; given {
			values[name] = value
		}
	}
	given, err := t.given(n, document.JSON())
	if err != nil {
		return t.InFile(relative(n.file), err)
	}
	bounded, err := t.transform(ctx, t.registered, document, values, given)
	if err != nil {
		return t.InFile(relative(n.file), err)
	}
	if other, seen := t.outputs[n.file]; seen && !bytes.Equal(other, bounded.template) {
		return t.InFile(relative(n.file), errors.New("it is the template of nested stacks in several environments; what it becomes is not one file"))
	}
	t.outputs[n.file] = bounded.template
	t.report(n.file, bounded.results)
	if !bounded.declared && !n.isChild {
		t.warnUndeclared(relative(n.file))
	}
	return t.enqueue(n, document.JSON(), values, environmentOf(bounded.results))
}

// assignments are the template parameters that the command line gives, which are the root's.
func (t *tree) assignments(n treeNode) []string {
	if n.isChild {
		return nil
	}
	return t.parameters
}

// given returns the environment and the project that hold whatever a template names: those of the command line, and
// for a template that does not declare the macro those of the template above.
func (t *tree) given(n treeNode, text []byte) (environment.Environment, error) {
	given := environment.Environment{Name: t.Environment, Project: t.Project}
	if !n.isChild {
		return given, nil
	}
	read, err := declare.Read(text)
	if err != nil {
		return given, err
	}
	switch read.State(t.Macro) {
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

// report says what became of the roles of a template. Its nested stacks are seen to.
func (t *tree) report(file string, results []macro.Result) {
	t.Say("", "%s:", relative(file))
	for _, r := range results {
		r.NestedStacks = nil
		report(t.IO, r)
	}
}

// enqueue puts the templates of nested stacks into the queue.
func (t *tree) enqueue(n treeNode, template []byte, values map[string]jsontext.Value, above environment.Environment) error {
	stacks, err := t.nestedStacks(n, template, values)
	if err != nil {
		return t.InFile(relative(n.file), err)
	}
	for _, stack := range stacks {
		if stack.file == "" {
			t.Say("warning", "%s: the template of %s is not on this disk; it is not bounded", relative(n.file), stack.logicalID)
			continue
		}
		t.queue = append(t.queue, treeNode{stack.file, stack.values, above, true})
	}
	return nil
}

// relative returns a file's path for messages.
func relative(file string) string {
	working, err := os.Getwd()
	if err != nil {
		return file
	}
	if path, err := filepath.Rel(working, file); err == nil && filepath.IsLocal(path) {
		return path
	}
	return file
}

// write writes the tree below the directory, once it is known that it can be transformed whole.
func (t *tree) write(ctx context.Context) error {
	base := commonDir(maps.Keys(t.outputs))
	if err := os.MkdirAll(t.to, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(t.to) // no link leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	files := slices.Sorted(maps.Keys(t.outputs))
	var paths []string // of the files below the directory
	for _, file := range files {
		path, err := filepath.Rel(base, file)
		if err != nil {
			return err
		}
		if err := t.checkPlace(root, path); err != nil {
			return err
		}
		paths = append(paths, path)
	}
	var written []string
	for i, path := range paths {
		if err := t.writeOne(ctx, root, path, t.outputs[files[i]]); err != nil {
			err = t.failed(path, err)
			if len(written) > 0 {
				err = errors.Join(err, fmt.Errorf("written before it: %s", strings.Join(written, ", ")))
			}
			return err
		}
		written = append(written, filepath.Join(t.to, path))
	}
	return t.PrintWritten("the templates were written", nil, written...)
}

// checkPlace makes sure that a file can be written below the directory, and that it is none of the templates that were
// read.
func (t *tree) checkPlace(root *os.Root, path string) error {
	info, err := root.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return t.failed(path, err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is in the way: it is not a regular file; give another directory with --to", filepath.Join(t.to, path))
	}
	for file := range t.outputs {
		if source, err := os.Stat(file); err == nil && os.SameFile(info, source) {
			return fmt.Errorf("%s is a template of the tree itself; give another directory with --to", relative(file))
		}
	}
	return nil
}

// failed names a file that cannot be written below the directory.
func (t *tree) failed(path string, err error) error {
	if failure := (*fs.PathError)(nil); errors.As(err, &failure) {
		err = failure.Err // its path leaves the directory out
	}
	return fmt.Errorf("%s: %w", filepath.Join(t.to, path), err)
}

// writeOne writes a file below the directory, whole or not at all. Its place has been checked.
func (t *tree) writeOne(ctx context.Context, root *os.Root, path string, text []byte) error {
	if err := root.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return atomicfile.Update(ctx, filepath.Join(t.to, path), func([]byte) ([]byte, error) { return text, nil })
}

// commonDir returns the directory below which all files lie.
func commonDir(files iter.Seq[string]) string {
	common := ""
	for file := range files {
		dir := filepath.Dir(file)
		for common != "" && dir != common && !strings.HasPrefix(dir, strings.TrimSuffix(common, string(filepath.Separator))+string(filepath.Separator)) {
			common = filepath.Dir(common)
		}
		if common == "" {
			common = dir
		}
	}
	return common
}
