package cfn

import (
	"bytes"
	"hash/maphash"
	"math/bits"

	"github.com/go-json-experiment/json/jsontext"
)

// CheckNames fails where a name appears twice in one object of a text that is valid JSON otherwise; the
// error gives the place of the first that does. It does what [jsontext.Decoder] does by default, with
// 16 bytes of memory or so for each name of the largest object in place of 80 and more, and in linear
// time whatever the names are. The text has less than 4 GB. The name is what the message calls it.
func CheckNames(text []byte, name string) error {
	c := nameChecker{text: text, seed: maphash.MakeSeed(), duplicate: -1}
	// Of a long text, a list that grew would leave more memory behind than this may take too much. Nearly all
	// names end so, and a member has five bytes or more. Of a template the list is short, and counting would
	// take longer than growing.
	const long = 2 << 20
	if len(text) > long {
		c.names = make([]memberName, 0, min(bytes.Count(text, []byte(`":`)), len(text)/5))
	}
	c.check()
	if c.duplicate < 0 {
		return nil
	}
	return Redact(jsontext.ErrDuplicateName, name, int64(c.duplicate))
}

// nameChecker reads a valid JSON text once. It keeps the names of the objects that are open.
type nameChecker struct {
	text      []byte
	seed      maphash.Seed
	names     []memberName
	table     []uint32 // of an object with many names: indexes, by hash
	duplicate int      // the place of the first, or -1
}

// memberName is a member's name: where it begins, and the hash of its text.
type memberName struct{ at, hash uint32 }

func (c *nameChecker) check() {
	var open []int // of each object that is open, the index of its first name
	for at := 0; at < len(c.text); {
		switch c.text[at] {
		case '"':
			end := stringEnd(c.text, at)
			next := skipSpace(c.text, end)
			if byteAt(c.text, next) == ':' {
				c.names = append(c.names, memberName{uint32(at), uint32(maphash.Bytes(c.seed, Unquote(c.text[at:end])))})
			}
			at = next
			continue
		case '{':
			open = append(open, len(c.names))
		case '}':
			first := open[len(open)-1]
			c.compare(c.names[first:])
			c.names, open = c.names[:first], open[:len(open)-1]
		}
		at++
	}
}

// compare notes the first name of an object that repeats one before it.
func (c *nameChecker) compare(names []memberName) {
	const few = 8
	if len(names) > few {
		c.compareMany(names)
		return
	}
	for i := range names {
		for j := range i {
			if c.equal(names[i], names[j]) {
				c.note(names[i])
				return
			}
		}
	}
}

// compareMany does it by a hash table with open addressing, at most three quarters full.
func (c *nameChecker) compareMany(names []memberName) {
	size := 1 << bits.Len(uint(len(names)*4/3))
	if len(c.table) < size {
		c.table = make([]uint32, size)
	}
	table := c.table[:size]
	clear(table)
	for i, n := range names {
		slot := int(n.hash) & (size - 1)
		for table[slot] != 0 {
			if c.equal(n, names[table[slot]-1]) {
				c.note(n)
				return
			}
			slot = (slot + 1) & (size - 1)
		}
		table[slot] = uint32(i + 1)
	}
}

func (c *nameChecker) equal(a, b memberName) bool {
	return a.hash == b.hash && bytes.Equal(TextAt(c.text, int(a.at)), TextAt(c.text, int(b.at)))
}

func (c *nameChecker) note(n memberName) {
	if c.duplicate < 0 || int(n.at) < c.duplicate {
		c.duplicate = int(n.at)
	}
}
