package transform

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

type span = rawjson.Span

// scanner reads JSON that lies at some offset of the source, and tells places in the source.
type scanner struct {
	decoder *jsontext.Decoder
	source  []byte
	offset  int
}

// scan begins to read the source. jsontext reads a [bytes.Buffer] in place.
func scan(source []byte) scanner {
	return scanner{jsontext.NewDecoder(bytes.NewBuffer(source)), source, 0}
}

func (s scanner) peek() jsontext.Kind { return s.decoder.PeekKind() }

// value reads the next value whole.
func (s scanner) value() (span, error) {
	value, err := s.decoder.ReadValue()
	if err != nil {
		return span{}, s.failure(err)
	}
	end := s.offset + int(s.decoder.InputOffset())
	return span{Start: end - len(value), End: end}, nil
}

// object reads the object that comes next and returns its place. It calls visit with the name of each
// member; visit reads the member's value.
func (s scanner) object(visit func(name []byte) error) (span, error) {
	open, err := s.delimiter()
	if err != nil {
		return span{}, err
	}
	for s.peek() != '}' {
		name, err := s.value()
		if err != nil {
			return span{}, err
		}
		if err := visit(unquoted(s.source[name.Start:name.End])); err != nil {
			return span{}, err
		}
	}
	end, err := s.delimiter()
	return span{Start: open - 1, End: end}, err
}

// array reads the array that comes next. It calls visit with the index of each element; visit reads
// the element.
func (s scanner) array(visit func(index int) error) error {
	if _, err := s.delimiter(); err != nil {
		return err
	}
	for i := 0; s.peek() != ']'; i++ {
		if err := visit(i); err != nil {
			return err
		}
	}
	_, err := s.delimiter()
	return err
}

// delimiter reads the next brace or bracket and returns the place behind it.
func (s scanner) delimiter() (int, error) {
	if _, err := s.decoder.ReadToken(); err != nil {
		return 0, s.failure(err)
	}
	return s.offset + int(s.decoder.InputOffset()), nil
}

// end fails unless nothing but white space is left.
func (s scanner) end() error {
	if _, err := s.decoder.ReadToken(); err != io.EOF {
		return s.failure(err)
	}
	return nil
}

func (s scanner) failure(err error) error {
	return rawjson.Redact(err, "the fragment", int64(s.offset))
}

// unquoted returns the text of a valid JSON string.
func unquoted(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	text, _ := jsontext.AppendUnquote(nil, quoted)
	return text
}
