package nested

import (
	"strings"
	"testing"
	"testing/iotest"
)

func TestPieces(t *testing.T) {
	for name, test := range map[string]struct {
		pieces pieces
		want   string
	}{
		"none":         {nil, ""},
		"one":          {pieces{[]byte("abc")}, "abc"},
		"several":      {pieces{[]byte("ab"), []byte("cde"), []byte(strings.Repeat("x", 5000))}, "abcde" + strings.Repeat("x", 5000)},
		"empty_pieces": {pieces{nil, []byte("ab"), {}, []byte("c"), nil}, "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.pieces.size(); got != int64(len(test.want)) {
				t.Errorf("got size %d, want %d", got, len(test.want))
			}
			if err := iotest.TestReader(test.pieces.reader(), []byte(test.want)); err != nil {
				t.Error(err)
			}
		})
	}
}
