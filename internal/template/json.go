package template

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

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
	line := lineAt(data, min(int(fault.Offset), len(bytes.TrimRight(data, jsonSpace))))
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
		return r.object()
	default:
		return r.json.Value()
	}
}

func (r *repeatReader) object() (cfn.Span, error) {
	members := make(map[string]cfn.Span)
	return r.json.Object(func(n cfn.Name) error {
		value, err := r.value()
		if err != nil {
			return err
		}
		data, lines := r.document.json, r.document.lines
		if before, found := members[string(n.Name)]; found {
			before.End += bytes.IndexByte(data[before.End:], ',') + 1
			r.ignored = append(r.ignored, before)
			r.document.repeated = append(r.document.repeated, Repeated{string(n.Name), lines.at(before.Start), lines.at(n.At.Start)})
		}
		members[string(n.Name)] = cfn.Span{Start: n.At.Start, End: value.End}
		return nil
	})
}

// find returns where the name of the member at path begins in valid JSON, or an element of an array.
func find(data []byte, path []string) (offset int, found bool) {
	start, at := len(data)-len(bytes.TrimLeft(data, jsonSpace)), cfn.Span{Start: 0, End: len(data)}
	for _, step := range path {
		var child cfn.Span
		outer, r := at.Start, cfn.NewReader(at.Of(data), name, jsontext.AllowDuplicateNames(true))
		switch r.Kind() {
		case '{':
			_, _ = r.Object(func(n cfn.Name) error {
				value, err := r.Value()
				if string(n.Name) == step {
					start, child = n.At.Start, value
				}
				return err
			})
		case '[':
			_, _ = r.Array(func(i int) error {
				value, err := r.Value()
				if strconv.Itoa(i) == step {
					start, child = value.Start, value
				}
				return err
			})
		}
		if !child.Found() {
			return 0, false
		}
		start, at = start+outer, cfn.Span{Start: child.Start + outer, End: child.End + outer}
	}
	return start, true
}
