package template

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

const (
	jsonSpace = " \t\r\n"
	name      = "the template"
)

// readJSON reads a file in JSON, which is valid UTF-8.
func (d *Document) readJSON(data []byte) (err error) {
	d.json, d.lines = data, linesOf(data)
	if d.sections, err = cfn.ReadObject(data, name); err == nil {
		return nil
	}
	if err = d.ignoreRepeated(); err == nil {
		d.sections, err = cfn.ReadObject(d.json, name)
	}
	fault, ok := errors.AsType[*cfn.Error](err)
	if !ok {
		return err
	}
	// A file that ends too early is wrong at its last character, not on an empty line after it.
	line := d.lines.at(min(int(fault.Offset), len(bytes.TrimRight(data, jsonSpace))))
	return fmt.Errorf("line %d: not valid JSON: %s", line, fault.Reason)
}

// ignoreRepeated puts white space into the JSON where a member does not count because its name appears again. Everything else
// keeps its offset.
func (d *Document) ignoreRepeated() error {
	r := repeatReader{d, cfn.NewReader(d.json, name, jsontext.AllowDuplicateNames(true)), nil}
	if _, err := r.value(); err != nil {
		return err
	}
	slices.SortFunc(r.ignored, func(a, b cfn.Span) int { return cmp.Compare(a.Start, b.Start) })
	d.json = bytes.Clone(d.json)
	done := 0 // a member that does not count can be inside another one
	for _, at := range r.ignored {
		for i := max(done, at.Start); i < at.End; i++ {
			if d.json[i] != '\n' {
				d.json[i] = ' '
			}
		}
		done = max(done, at.End)
	}
	slices.SortStableFunc(d.repeated, func(a, b Repeated) int { return cmp.Compare(a.Ignored, b.Ignored) })
	return nil
}

// repeatReader finds the members that do not count.
type repeatReader struct {
	document *Document
	json     *cfn.Reader
	ignored  []cfn.Span // from a member's name to the comma after its value
}

func (r *repeatReader) value() (cfn.Span, error) {
	switch r.json.Kind() {
	case '[':
		return r.json.Array(func(int) error { _, err := r.value(); return err })
	case '{':
		members := make(map[string]cfn.Span)
		return r.json.Object(func(n cfn.Name) error {
			value, err := r.value()
			d, name := r.document, string(n.Name)
			if before, found := members[name]; found && err == nil {
				before.End += bytes.IndexByte(d.json[before.End:], ',') + 1
				r.ignored = append(r.ignored, before)
				d.repeated = append(d.repeated, Repeated{name, d.lines.at(before.Start), d.lines.at(n.At.Start)})
			}
			members[name] = cfn.Span{Start: n.At.Start, End: value.End}
			return err
		})
	default:
		return r.json.Value()
	}
}

// find returns where the name of the member at path begins in valid JSON, or an element of an array.
func find(data []byte, path []string) (offset int, found bool) {
	var wanted jsontext.Pointer
	for _, step := range path {
		wanted = wanted.AppendToken(step)
	}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(data))
	for {
		before := decoder.InputOffset()
		if _, err := decoder.ReadToken(); err != nil {
			return 0, false
		}
		if decoder.StackDepth() <= len(path)+1 && decoder.StackPointer() == wanted {
			return len(data) - len(bytes.TrimLeft(data[before:], jsonSpace+",:")), true
		}
	}
}
