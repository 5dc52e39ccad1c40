package nested

import "io"

// pieces is a text in pieces. A copy adds a line or so to its template, and shares its memory.
type pieces [][]byte

// size is the number of bytes.
func (p pieces) size() int64 {
	size := 0
	for _, piece := range p {
		size += len(piece)
	}
	return int64(size)
}

// reader reads the text from its beginning.
func (p pieces) reader() io.ReadSeeker { return io.NewSectionReader(p, 0, p.size()) }

// ReadAt implements [io.ReaderAt].
func (p pieces) ReadAt(to []byte, at int64) (n int, err error) {
	for _, piece := range p {
		if size := int64(len(piece)); at >= size {
			at -= size
			continue
		}
		n += copy(to[n:], piece[at:])
		at = 0
	}
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}
