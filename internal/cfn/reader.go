package cfn

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Reader reads a JSON text value by value, in one pass. Instead of copies it returns positions in the text. Its errors
// are of type [*Error]; after one, the reader is of no further use.
type Reader struct {
	decoder    *jsontext.Decoder
	text       []byte
	start, end int // of the decoder's input in the text
	name       string
}

// Name is the name of an object's member that a [Reader] is about to read.
type Name struct {
	Name []byte // unescaped; it may share the memory of the text
	At   Span   // with its quotes
}

// NewReader returns a reader of a text. The name is what errors call the text. A name that appears twice in an object
// is an error, unless the options allow it.
func NewReader(text []byte, name string, options ...jsontext.Options) *Reader {
	return readerAt(text, Span{0, len(text)}, name, options...)
}

// Again returns a reader of one value that this reader has read before. It does not look for duplicate names again.
func (r *Reader) Again(at Span) *Reader {
	return readerAt(r.text, at, r.name, jsontext.AllowDuplicateNames(true))
}

// readerAt relies on jsontext to read a [bytes.Buffer] in place.
func readerAt(text []byte, at Span, name string, options ...jsontext.Options) *Reader {
	return &Reader{jsontext.NewDecoder(bytes.NewBuffer(at.Of(text)), options...), text, at.Start, at.End, name}
}

// Next returns a reader of the next value, whose positions count from where that value begins. The two readers share
// their progress: when the next value has been read, go on with this reader. The name is what errors call the value.
func (r *Reader) Next(name string) *Reader {
	between := len(r.text[r.offset():]) - len(bytes.TrimLeft(r.text[r.offset():], space+":,"))
	start := r.offset() + between
	return &Reader{r.decoder, r.text[start:], r.start - start, r.end - start, name}
}

// Of returns the bytes of a span that the reader returned.
func (r *Reader) Of(at Span) jsontext.Value { return at.Of(r.text) }

// Kind returns the kind of the next value, or the bracket that ends the object or array being read.
func (r *Reader) Kind() jsontext.Kind { return r.decoder.PeekKind() }

// Value reads the next value whole.
func (r *Reader) Value() (Span, error) {
	value, err := r.decoder.ReadValue()
	if err != nil {
		return Span{}, r.error(err)
	}
	end := r.offset()
	return Span{end - len(value), end}, nil
}

// Skip reads the next value whole.
func (r *Reader) Skip() error {
	_, err := r.Value()
	return err
}

// Object reads the next value, which must be an object. It calls visit after each name; visit reads the value.
func (r *Reader) Object(visit func(Name) error) (Span, error) {
	return r.collection('{', "an object", func() error {
		at, err := r.Value()
		if err != nil {
			return err
		}
		return visit(Name{Unquote(r.Of(at)), at})
	})
}

// Array reads the next value, which must be an array. It calls visit with the index of each element; visit reads the
// element.
func (r *Reader) Array(visit func(index int) error) (Span, error) {
	index := -1
	return r.collection('[', "an array", func() error {
		index++
		return visit(index)
	})
}

func (r *Reader) collection(kind jsontext.Kind, what string, visit func() error) (at Span, err error) {
	start := r.offset()
	token, err := r.decoder.ReadToken()
	switch {
	case err != nil:
		return Span{}, r.error(err)
	case token.Kind() != kind:
		return Span{}, &Error{Name: r.name, Want: what, Offset: int64(start)}
	}
	at.Start = r.offset() - 1
	for r.Kind() != kind+2 { // the bracket that ends it
		if err := visit(); err != nil {
			return Span{}, err
		}
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return Span{}, r.error(err)
	}
	at.End = r.offset()
	return at, nil
}

// End returns an error if anything other than white space is left.
func (r *Reader) End() error {
	rest := bytes.TrimLeft(r.text[r.offset():r.end], space)
	if len(rest) > 0 {
		return Redact(nil, r.name, int64(r.end-len(rest)))
	}
	return nil
}

func (r *Reader) offset() int { return r.start + int(r.decoder.InputOffset()) }

func (r *Reader) error(err error) error { return Redact(err, r.name, int64(r.start)) }
