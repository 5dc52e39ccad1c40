package account

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Document is the text of a policy, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type Document struct {
	text       string
	statements []statement
}

// statement is one of a policy's statements, with its place in the text.
type statement struct {
	Sid    string
	Effect string

	begin, end int // offsets into the text
}

// parseDocument reads a policy, whose Statement is one statement or a list.
func parseDocument(text string) (Document, error) {
	d := Document{text: text}
	decoder := jsontext.NewDecoder(strings.NewReader(text))
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '{' {
		return Document{}, errors.Join(errNoPolicyDocument, err)
	}
	found := false
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return Document{}, err
		}
		if name.String() != "Statement" {
			err = decoder.SkipValue()
		} else {
			found = true
			err = d.readStatements(decoder)
		}
		if err != nil {
			return Document{}, err
		}
	}
	if !found {
		return Document{}, errNoPolicyDocument
	}
	return d, nil
}

var errNoPolicyDocument = errors.New("it is not a policy document")

func (d *Document) readStatements(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '[' {
		return d.readStatement(decoder)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != ']' {
		if err := d.readStatement(decoder); err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err
}

func (d *Document) readStatement(decoder *jsontext.Decoder) error {
	value, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	var s statement
	if err := json.Unmarshal(value, &s); err != nil {
		return err
	}
	s.end = int(decoder.InputOffset())
	s.begin = s.end - len(value)
	d.statements = append(d.statements, s)
	return nil
}

// Allows reports whether a statement allows something. As a boundary, a policy without one denies everything.
func (d Document) Allows() bool {
	for _, s := range d.statements {
		if s.Effect == "Allow" {
			return true
		}
	}
	return false
}

// statementAt returns the index of the statement that IAM means by two positions, or -1.
func (d Document) statementAt(begin, end *types.Position) int {
	if begin == nil || end == nil {
		return -1
	}
	// IAM's columns are off by one or two characters, so it is the statement that has most of what lies between.
	first, last := d.offset(begin), d.offset(end)
	most, found := 0, -1
	for i, s := range d.statements {
		if common := min(last, s.end) - max(first, s.begin); common > most {
			most, found = common, i
		}
	}
	return found
}

// offset returns where a line and a column, both counted from 1, are in the text.
func (d Document) offset(p *types.Position) int {
	rest, offset := d.text, 0
	for range p.Line - 1 {
		line, after, more := strings.Cut(rest, "\n")
		if !more {
			return len(d.text)
		}
		offset += len(line) + 1
		rest = after
	}
	line, _, _ := strings.Cut(rest, "\n")
	column := int32(1)
	for i := range line {
		if column >= p.Column {
			return offset + i
		}
		column++
	}
	return offset + len(line)
}
