package atomicfile_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/atomicfile"
)

func TestUpdate_new_file(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.json")
	err := atomicfile.Update(t.Context(), path, func(old []byte) ([]byte, error) {
		if old != nil {
			t.Errorf("got %q of a file that does not exist", old)
		}
		return []byte("new"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, "new")
	wantFiles(t, filepath.Dir(path), "new.json")
}

func TestUpdate_existing_file(t *testing.T) {
	path := existing(t, "old and long", 0o640)
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	err = atomicfile.Update(t.Context(), path, func(old []byte) ([]byte, error) {
		if got, want := string(old), "old and long"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		return []byte("new"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, "new")
	if old, err := io.ReadAll(reader); err != nil || string(old) != "old and long" {
		t.Errorf("a reader that has the old file open reads %q, %v", old, err)
	}
	wantFiles(t, filepath.Dir(path), "file.json")
}

func TestUpdate_empty_file(t *testing.T) {
	path := existing(t, "", 0o600)
	err := atomicfile.Update(t.Context(), path, func(old []byte) ([]byte, error) {
		if old == nil {
			t.Error("got nothing, want an empty file")
		}
		return []byte("new"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, "new")
}

func TestUpdate_permissions(t *testing.T) {
	for _, want := range []os.FileMode{0o600, 0o444, 0o644, 0o666, 0o755} {
		path := existing(t, "old", want)
		replace(t, path, "old", "new")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("got permissions %o, want %o", got, want)
		}
	}
}

// An unchanged file is not written, because its time stamp may mean something to a build.
func TestUpdate_without_change(t *testing.T) {
	refusal := errors.New("refused")
	for name, result := range map[string]error{"the_same_content": nil, "an_error": refusal} {
		t.Run(name, func(t *testing.T) {
			path := existing(t, "old", 0o600)
			before, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			err = atomicfile.Update(t.Context(), path, func(old []byte) ([]byte, error) { return old, result })
			if err != result {
				t.Errorf("got %v, want %v", err, result)
			}
			after, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if !os.SameFile(before, after) {
				t.Error("the file was replaced")
			}
			wantFiles(t, filepath.Dir(path), "file.json")
		})
	}
}

// An editor does not wait for the lock.
func TestUpdate_changed_by_an_editor(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"written": func(path string) error { return os.WriteFile(path, []byte("theirs"), 0o600) },
		"removed": os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			path := existing(t, "old", 0o600)
			err := atomicfile.Update(t.Context(), path, func([]byte) ([]byte, error) { return []byte("ours"), change(path) })
			if !errors.Is(err, atomicfile.ErrChanged) {
				t.Fatalf("got %v, want %v", err, atomicfile.ErrChanged)
			}
			if got, want := err.Error(), "replace "+path+": it was changed meanwhile; look at it and try again"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if content, err := os.ReadFile(path); err == nil {
				if got, want := string(content), "theirs"; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				wantFiles(t, filepath.Dir(path), "file.json")
			} else {
				wantFiles(t, filepath.Dir(path))
			}
		})
	}
}

func TestUpdate_made_empty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty")
	if err := atomicfile.Update(t.Context(), path, func([]byte) ([]byte, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, "")
}

func TestReplace_changed(t *testing.T) {
	for name, test := range map[string]struct {
		content string
		old     []byte
	}{
		"another_content":           {"theirs", []byte("old")},
		"a_file_that_was_not_there": {"theirs", nil},
		"an_empty_file":             {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := existing(t, test.content, 0o600)
			if err := atomicfile.Replace(t.Context(), path, test.old, []byte("ours")); !errors.Is(err, atomicfile.ErrChanged) {
				t.Errorf("got %v, want %v", err, atomicfile.ErrChanged)
			}
			wantContent(t, path, test.content)
		})
	}
	t.Run("removed", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "gone.json")
		if err := atomicfile.Replace(t.Context(), path, []byte{}, []byte("ours")); !errors.Is(err, atomicfile.ErrChanged) {
			t.Errorf("got %v, want %v", err, atomicfile.ErrChanged)
		}
		wantFiles(t, filepath.Dir(path))
	})
}

func TestUpdate_symbolic_links(t *testing.T) {
	for name, test := range map[string]struct {
		links  map[string]string // by name, in the order of their names
		target string
	}{
		"to_a_file_beside":           {map[string]string{"link": "target"}, "target"},
		"to_a_file_elsewhere":        {map[string]string{"link": "elsewhere/target"}, "elsewhere/target"},
		"one_after_another":          {map[string]string{"link": "elsewhere/second", "elsewhere/second": "../third", "third": "target"}, "target"},
		"out_of_a_linked_directory":  {map[string]string{"dir": "elsewhere/deep", "link": "dir/../target"}, "elsewhere/target"},
		"from_in_a_linked_directory": {map[string]string{"elsewhere/deep/second": "../target", "dir": "elsewhere/deep", "link": "dir/second"}, "elsewhere/target"},
	} {
		for _, exists := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/exists_%t", name, exists), func(t *testing.T) {
				root := t.TempDir()
				if err := os.MkdirAll(filepath.Join(root, "elsewhere", "deep"), 0o700); err != nil {
					t.Fatal(err)
				}
				for link, target := range test.links {
					if err := os.Symlink(filepath.FromSlash(target), filepath.Join(root, link)); err != nil {
						t.Fatal(err)
					}
				}
				target, old := filepath.Join(root, test.target), []byte(nil)
				if exists {
					old = []byte("old")
					if err := os.WriteFile(target, old, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				err := atomicfile.Replace(t.Context(), filepath.Join(root, "link"), old, []byte("new"))
				if !exists {
					if !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("got %v, want %v", err, fs.ErrNotExist)
					}
					if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("a file was written through a link to nothing: %v", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				wantContent(t, target, "new")
				for link, want := range test.links {
					if got, err := os.Readlink(filepath.Join(root, link)); err != nil || got != filepath.FromSlash(want) {
						t.Errorf("got a link to %s, %v, want %s", got, err, want)
					}
				}
			})
		}
	}
}

func TestUpdate_absolute_link(t *testing.T) {
	target, link := existing(t, "old", 0o600), filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	replace(t, link, "old", "new")
	wantContent(t, target, "new")
}

func TestUpdate_relative_path(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := atomicfile.Replace(t.Context(), "file", nil, []byte("new")); err != nil {
		t.Fatal(err)
	}
	wantContent(t, "file", "new")
	wantFiles(t, ".", "file")
}

// The message names the file as the user knows it, and no other file remains.
func TestUpdate_impossible(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"round": "round", "nowhere": filepath.Join("missing", "new.json")} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"missing/new.json": "no such file or directory",
		"taken":            "it is not a regular file",
		"round":            "too many links",
		"nowhere":          "no such file or directory",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		err := atomicfile.Update(t.Context(), path, func([]byte) ([]byte, error) { return []byte("new"), nil })
		if err == nil {
			t.Errorf("%s: got no error", name)
		} else if got := err.Error(); !strings.HasPrefix(got, "replace "+path+": ") || !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	wantFiles(t, dir, "nowhere", "round", "taken")
}

// Each writer reads what the one before it wrote.
func TestUpdate_many_writers(t *testing.T) {
	const writers = 40
	path := filepath.Join(t.TempDir(), "list")
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			err := atomicfile.Update(t.Context(), path, func(old []byte) ([]byte, error) { return fmt.Appendf(old, "%d\n", i), nil })
			if err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	group.Wait()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(content))
	var want []string
	for i := range writers {
		want = append(want, fmt.Sprint(i))
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("writers (-want +got):\n%s", diff)
	}
	wantFiles(t, filepath.Dir(path), "list")
}

// Files left by a crash block no writer.
func TestUpdate_after_a_crash(t *testing.T) {
	path := existing(t, "old", 0o600)
	for _, name := range []string{".file.json.lock", ".file.json.tmp"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	replace(t, path, "old", "new")
	wantContent(t, path, "new")
	wantFiles(t, filepath.Dir(path), "file.json")
}

// Links to one file share its lock.
func TestUpdate_waits_for_the_lock_of_the_target(t *testing.T) {
	path := existing(t, "old", 0o600)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	other := flock.New(filepath.Join(filepath.Dir(path), ".file.json.lock"))
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := atomicfile.Replace(ctx, link, []byte("old"), []byte("new"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
	if of := (*fs.PathError)(nil); !errors.As(err, &of) || of.Path != link {
		t.Errorf("got %v, want the link named", err)
	}
	wantContent(t, path, "old")
	if err := other.Unlock(); err != nil {
		t.Fatal(err)
	}
	replace(t, link, "old", "new")
}

func existing(t *testing.T, content string, permissions os.FileMode) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, permissions); err != nil {
		t.Fatal(err)
	}
	return path
}

func replace(t *testing.T, path, old, content string) {
	t.Helper()
	if err := atomicfile.Replace(t.Context(), path, []byte(old), []byte(content)); err != nil {
		t.Fatal(err)
	}
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(content); got != want {
		t.Errorf("%s: got %q, want %q", path, got, want)
	}
}

func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
