package account

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/cfn"
)

// Document is the text of a policy, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type Document struct {
	text       string
	statements []statement
}

type statement struct {
	Sid    string
	Effect string

	start, end int // offsets in the text
}

var errNotPolicy = errors.New("it is not a policy document")

// ParseDocument reads a policy, whose Statement is one statement or a list of them. No error quotes it.
func ParseDocument(text string) (Document, error) {
	d := Document{text: text}
	policy, err := cfn.ReadObject([]byte(text), "")
	if err != nil {
		return Document{}, err
	}
	member, found := policy.Find("Statement")
	if !found {
		return Document{}, errNotPolicy
	}
	r := cfn.NewReader([]byte(text), "").Again(member.Value)
	read := func(int) error {
		if r.Kind() != '{' {
			return errNotPolicy
		}
		at, err := r.Value()
		s := statement{start: at.Start, end: at.End}
		if err != nil || json.Unmarshal(r.Of(at), &s) != nil {
			return errNotPolicy
		}
		d.statements = append(d.statements, s)
		return nil
	}
	if r.Kind() == '[' {
		_, err = r.Array(read)
	} else {
		err = read(0)
	}
	if err != nil {
		return Document{}, err
	}
	return d, nil
}

// Text returns the policy as it was read.
func (d Document) Text() string { return d.text }

// Allows reports whether a statement allows anything. As a boundary, a policy without one denies everything.
func (d Document) Allows() bool {
	return slices.ContainsFunc(d.statements, func(s statement) bool { return s.Effect == "Allow" })
}

// match returns the statement between two positions of IAM, if it gives them.
func (d Document) match(begin, end *types.Position) (found Match) {
	if begin == nil || end == nil {
		return Match{}
	}
	// IAM's columns are off by one or two characters, so it is the statement with the largest common part.
	first, last := d.offset(begin), d.offset(end)
	most := 0
	for i, s := range d.statements {
		if common := min(last, s.end) - max(first, s.start); common > most {
			most, found = common, Match{i + 1, s.Sid}
		}
	}
	return found
}

// offset returns the offset of a line and a column, both counted from 1.
func (d Document) offset(p *types.Position) int {
	line, column := int32(1), int32(1)
	for i, r := range d.text {
		switch {
		case line >= p.Line && (column >= p.Column || r == '\n'):
			return i
		case r == '\n':
			line, column = line+1, 1
		default:
			column++
		}
	}
	return len(d.text)
}
