// Package template reads a CloudFormation template file, JSON or YAML, as CloudFormation reads it.
//
// JSON stays as it is, byte for byte. YAML becomes JSON: CloudFormation reads YAML 1.1 with short forms of its intrinsic
// functions, so unquoted yes and off are booleans, dates are strings, and !Sub is Fn::Sub.
//
// Where a name appears twice in a map, the last one counts, and [Document.Repeated] has both lines. A number keeps its
// spelling; one that JSON cannot spell (0400, 0x1F, .5, 12:30) is a string, and [Document.StringNumbers] has its line.
//
// Refused are aliases, merge keys, tags other than YAML's core types and CloudFormation's short forms, a second document,
// and text that is not UTF-8. YAML can be nested 200 levels deep, JSON 10,000. Sections, resources, and functions are not
// checked. No error repeats a value of the file, which may be a secret.
package template

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"sort"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/cfn"
)

// Document is a template file, read.
type Document struct {
	file     []byte
	json     []byte
	lines    lineTable
	sections cfn.Object // of json
	root     *yaml.Node // nil for JSON
	repeated []Repeated
	numbers  []int
}

// Repeated is a name that appears twice in one map of a template file.
type Repeated struct {
	Name    string
	Ignored int // the line of the entry that does not count
	Line    int // the line of the last entry, which counts
}

// ErrNotTemplate is the error for a file that is not a template, although it can be read: it is empty, or not a map.
var ErrNotTemplate = errors.New("not a template: it has no Resources section")

// ErrDocuments is the error for a file of several YAML documents, which is usually not a template.
var ErrDocuments = errors.New("a second YAML document begins here; a template is one document, so put the others into other files")

var byteOrderMark = []byte("\uFEFF")

// Read reads a template file. A file that begins with "{" is JSON if it is valid JSON; otherwise it is YAML.
//
// An error has the line and says what to do. Where a file that begins with "{" is neither JSON nor YAML, the error is that
// of JSON. The caller must not change the file afterwards.
func Read(file []byte) (*Document, error) {
	data := bytes.TrimPrefix(file, byteOrderMark)
	line := 0
	for text := range bytes.Lines(data) {
		if line++; !utf8.Valid(text) {
			return nil, fmt.Errorf("line %d: not valid UTF-8; save the file as UTF-8", line)
		}
	}
	start := bytes.TrimLeft(data, jsonSpace)
	if len(start) == 0 {
		return nil, ErrNotTemplate
	}
	d := &Document{file: file}
	var jsonErr error
	if start[0] == '{' {
		if jsonErr = d.readJSON(data); jsonErr == nil {
			return d, nil
		}
	}
	if err := d.readYAML(data); err != nil {
		return nil, cmp.Or(jsonErr, err)
	}
	return d, nil
}

// JSON returns the template as JSON. A JSON file stays as it is, without a byte order mark, and with white space instead of
// entries that do not count. A YAML file has the same members in the same order, indented by two spaces. The caller must
// not change it.
func (d *Document) JSON() []byte { return d.json }

// File returns what was read.
func (d *Document) File() []byte { return d.file }

// YAML returns the root of a YAML file, whose lines and columns begin after a byte order mark. It is nil for JSON.
func (d *Document) YAML() *yaml.Node { return d.root }

// IsTemplate reports whether the file has a Resources section that is a map.
func (d *Document) IsTemplate() bool {
	resources, found := d.sections.Find(cfn.SectionResources)
	return found && d.json[resources.Value.Start] == '{'
}

// Sections returns the members of the template in [Document.JSON].
func (d *Document) Sections() cfn.Object { return d.sections }

// Repeated lists the names that appear twice in one map, in the order of the entries that do not count.
func (d *Document) Repeated() []Repeated { return d.repeated }

// StringNumbers returns the lines of unquoted numbers that JSON cannot spell, so that [Document.JSON] has strings instead.
func (d *Document) StringNumbers() []int { return d.numbers }

// Line returns the line in the file, from 1, of the member at path, such as Line("Resources", "MyRole"): the line of its
// name. An element of a list has its index from 0 as its name, a short form such as !Sub its long form Fn::Sub. Without a
// path, it is the line where the template begins. It is 0 where there is no such member.
//
// Each call reads the template up to the member. For the lines of many resources, see [Document.ResourceLines].
func (d *Document) Line(path ...string) int {
	offset, found := find(d.json, path)
	if !found {
		return 0
	}
	return d.lines.at(offset)
}

// lineTable says from which line of the file each part of a JSON text came. It is sorted by offset.
type lineTable []lineStart

// lineStart says that the text from an offset on came from a line of the file.
type lineStart struct{ offset, line int }

// linesOf returns the table of a text that is the file itself.
func linesOf(data []byte) lineTable {
	table := lineTable{{0, 1}}
	for offset, b := range data {
		if b == '\n' {
			table = append(table, lineStart{offset + 1, len(table) + 1})
		}
	}
	return table
}

// at returns the line of what stands at an offset.
func (t lineTable) at(offset int) int {
	after := sort.Search(len(t), func(i int) bool { return t[i].offset > offset })
	return t[after-1].line
}
