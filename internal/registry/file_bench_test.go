package registry

import (
	"fmt"
	"path/filepath"
	"testing"
)

// A large file costs as much for each entry as a small one, whether its entries are read, added, or changed.
func BenchmarkFile(b *testing.B) {
	for _, size := range []int{50, 500, 5000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for b.Loop() {
				f := NewFile(filepath.Join(b.TempDir(), "boundaries.json"))
				var writes []Write
				for i := range size {
					writes = append(writes, Write{Name: fmt.Sprintf("/p/e%d", i), Value: arnOne})
				}
				if _, err := f.WriteAll(b.Context(), writes, nil); err != nil {
					b.Fatal(err)
				}
				list, err := f.List(b.Context(), "/p")
				if err != nil || len(list) != size {
					b.Fatalf("got %d entries, %v", len(list), err)
				}
				for i := range list {
					writes[i] = Write{list[i].Name, arnTwo, &list[i]}
				}
				if _, err := f.WriteAll(b.Context(), writes, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*size), "µs/entry")
		})
	}
}
