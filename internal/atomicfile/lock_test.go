package atomicfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gofrs/flock"
)

// A holder removes its file when it releases the lock, while another writer may have opened it already.
func TestAcquire_file_removed_meanwhile(t *testing.T) {
	file := flock.New(filepath.Join(t.TempDir(), "lock"))
	if err := file.Lock(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file.Path()); err != nil {
		t.Fatal(err)
	}
	if err := acquire(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	defer file.Unlock()
	if locked, err := flock.New(file.Path()).TryLock(); err != nil || locked {
		t.Errorf("got %t, %v for another writer, want it locked out", locked, err)
	}
}
