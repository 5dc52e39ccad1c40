// Package template reads a CloudFormation template file, JSON or YAML, as CloudFormation reads it.
//
// JSON stays byte for byte what it was. YAML becomes JSON: CloudFormation reads YAML 1.1 without aliases, merge keys and
// the tags for binary data, timestamps, sets, pairs and ordered maps, and with short forms of its intrinsic functions.
// So unquoted yes and off are booleans, dates are strings, and !Sub is Fn::Sub.
//
// What JSON cannot say as it is spelled is refused, never guessed: an octal 010, 0x1F, 1_000, 12:30, +12, .5, .inf. So is
// what some readers of YAML take for a number and others for text: 089, 1e3, 0o17. A number whose spelling is the same in
// YAML 1.1 and in JSON keeps its spelling, so no digit is lost. A key that is a number is refused, as CloudFormation does.
//
// The limits: the file is UTF-8. An anchor that no alias refers to passes, and so does the tag "!", which changes nothing.
// Of the tags of YAML itself only !!str, !!map and !!seq are read. YAML may be nested 200 levels deep, JSON 10,000. The
// template is not checked further: no section, resource or function is looked at. No error repeats a value of the file,
// which may be a secret.
package template

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Document is a template file as JSON, with the line in the file of each of its members.
type Document struct {
	json  []byte
	lines lineTable
}

var errEmpty = errors.New("the file is empty; a template needs at least the section Resources")

// Read reads a template file. A file that begins with "{" is JSON if it is valid JSON, and else YAML, as any other file.
//
// It refuses, with the line and what to do: bad UTF-8, syntax errors, an empty file, several YAML documents, a top level that
// is no mapping, a key that appears twice in one mapping, and the YAML that the package comment excludes. Where a file
// that begins with "{" is neither JSON nor YAML, the error is the one of JSON.
//
// Read keeps data: the caller must not change it afterwards.
func Read(data []byte) (*Document, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if offset := invalidUTF8(data); offset >= 0 {
		return nil, fmt.Errorf("line %d: not valid UTF-8; save the file in the encoding UTF-8", lineAt(data, offset))
	}
	text := bytes.TrimLeft(data, jsonSpace)
	if len(text) == 0 {
		return nil, errEmpty
	}
	if text[0] != '{' {
		return readYAML(data)
	}
	jsonErr := checkJSON(data)
	if jsonErr == nil {
		return &Document{data, linesOf(data)}, nil
	}
	document, err := readYAML(data)
	if err != nil {
		return nil, jsonErr
	}
	return document, nil
}

// JSON returns the template as JSON: of a JSON file the very bytes, without a byte order mark; of a YAML file the same
// members in the same order, indented by two spaces. The caller must not change it.
func (d *Document) JSON() []byte {
	return d.json
}

// Line returns the line in the file, from 1, of the member at path, such as Line("Resources", "MyRole"): the line of its key.
// An element of a list is named by its index from 0, a short form such as !Sub by its long form Fn::Sub. Without a path it is
// the line where the template begins. It returns 0 when there is no such member.
//
// Each call reads the template up to the member. For the lines of many resources there is [Document.ResourceLines].
func (d *Document) Line(path ...string) int {
	offset, found := find(d.json, path)
	if !found {
		return 0
	}
	return d.lines.at(offset)
}

func invalidUTF8(data []byte) int {
	for offset := 0; offset < len(data); {
		r, size := utf8.DecodeRune(data[offset:])
		if r == utf8.RuneError && size == 1 {
			return offset
		}
		offset += size
	}
	return -1
}

func lineAt(data []byte, offset int) int {
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}
