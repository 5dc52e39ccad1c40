package transform

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

type span = cfn.Span

// scanner reads JSON that begins at some offset of the source. The places it returns are places of the
// source.
type scanner struct {
	decoder *jsontext.Decoder
	source  []byte
	offset  int
}

// scan begins to read the source, in which names that appear twice are allowed or refused. jsontext reads a
// [bytes.Buffer] in place.
func scan(source []byte, twice bool) scanner {
	return scanner{jsontext.NewDecoder(bytes.NewBuffer(source), jsontext.AllowDuplicateNames(twice)), source, 0}
}

// member is the name of an object's member.
type member struct {
	name []byte
	at   int // the place of the name's opening quote
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

// skip reads the next value and forgets it.
func (s scanner) skip() error {
	_, err := s.value()
	return err
}

// object reads the object that comes next and returns its place. It calls visit with each member, whose
// value visit reads.
func (s scanner) object(visit func(m member) error) (span, error) {
	open, err := s.delimiter()
	if err != nil {
		return span{}, err
	}
	for s.peek() != '}' {
		name, err := s.value()
		if err != nil {
			return span{}, err
		}
		if err := visit(member{cfn.Unquote(name.Of(s.source)), name.Start}); err != nil {
			return span{}, err
		}
	}
	end, err := s.delimiter()
	return span{Start: open - 1, End: end}, err
}

// array reads the array that comes next. It calls visit with the index of each element, which visit reads.
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

// delimiter reads the next brace or bracket and returns the place after it.
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
	return cfn.Redact(err, fragmentName, int64(s.offset))
}
