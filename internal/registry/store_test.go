package registry

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/test/mototest"
)

// Store is a registry that can be written.
type Store interface {
	Source
	List(ctx context.Context, path string) ([]Parameter, error)
	Parameter(ctx context.Context, name string) (p Parameter, found bool, err error)
	History(ctx context.Context, name string) ([]Version, error)
	Write(ctx context.Context, w Write) (version int64, err error)
	WriteAll(ctx context.Context, writes []Write, progress func(written, all int)) (written int, err error)
	Remove(ctx context.Context, read Parameter) error
}

// What holds for each store, whatever keeps the values. Each behaviour has a path of its own.
var storeBehaviours = []struct {
	name  string
	check func(t *testing.T, store Store, path string)
}{
	{"empty", func(t *testing.T, store Store, path string) {
		wantList(t, store, path)
		wantMissing(t, store, path+"/dev")
		wantValues(t, store, []string{path + "/dev"}, map[string]string{})
	}},
	{"add", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		add(t, store, path+"/prod", "none")
		if got, want := parameterOf(t, store, path+"/dev").Value, arnOne; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		wantValues(t, store, []string{path + "/prod", path + "/test", path + "/dev"},
			map[string]string{path + "/dev": arnOne, path + "/prod": "none"})
		wantMissing(t, store, path+"/test")
	}},
	{"add/every_character", func(t *testing.T, store Store, path string) {
		const value = " arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Environment}\t\"\\<é&>\n"
		add(t, store, path+"/dev", value)
		if got := parameterOf(t, store, path+"/dev").Value; got != value {
			t.Errorf("got %q, want %q", got, value)
		}
	}},
	{"add/exists", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		_, err := store.Write(t.Context(), Write{Name: path + "/dev", Value: arnTwo})
		if !errors.Is(err, ErrExists) {
			t.Errorf("got %v, want %v", err, ErrExists)
		}
		wantList(t, store, path, Parameter{Name: path + "/dev", Value: arnOne})
	}},
	{"names_that_differ_by_case", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		add(t, store, path+"/Dev", arnTwo)
		wantValues(t, store, []string{path + "/dev", path + "/Dev", path + "/DEV"},
			map[string]string{path + "/dev": arnOne, path + "/Dev": arnTwo})
	}},
	{"list", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/shop/dev", arnTwo)
		add(t, store, path+"/dev", arnOne)
		add(t, store, path+"/_default", "none")
		wantList(t, store, path,
			Parameter{Name: path + "/_default", Value: "none"},
			Parameter{Name: path + "/dev", Value: arnOne},
			Parameter{Name: path + "/shop/dev", Value: arnTwo})
		wantList(t, store, path+"/shop", Parameter{Name: path + "/shop/dev", Value: arnTwo})
	}},
	{"list/path", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/p/dev", arnOne)
		add(t, store, path+"/pq/dev", arnTwo)
		add(t, store, path+"/p", "none")
		wantList(t, store, path+"/p", Parameter{Name: path + "/p/dev", Value: arnOne})
	}},
	{"list/long", func(t *testing.T, store Store, path string) {
		var want []Parameter
		for i := range 23 {
			want = append(want, Parameter{Name: fmt.Sprintf("%s/env%02d", path, i), Value: arnOne})
		}
		for _, p := range want {
			add(t, store, p.Name, p.Value)
		}
		wantList(t, store, path, want...)
	}},
	{"replace", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		add(t, store, path+"/prod", arnOne)
		read := parameterOf(t, store, path+"/dev")
		version, err := store.Write(t.Context(), Write{read.Name, arnTwo, &read})
		if err != nil {
			t.Fatal(err)
		}
		if want := read.NextVersion(); version != want {
			t.Errorf("got version %d, want %d", version, want)
		}
		got := parameterOf(t, store, path+"/dev")
		if want := (Parameter{Name: path + "/dev", Value: arnTwo, Version: version}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		wantList(t, store, path, Parameter{Name: path + "/dev", Value: arnTwo}, Parameter{Name: path + "/prod", Value: arnOne})
	}},
	{"replace/changed", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		read := parameterOf(t, store, path+"/dev")
		if _, err := store.Write(t.Context(), Write{read.Name, arnTwo, &read}); err != nil {
			t.Fatal(err)
		}
		if version, err := store.Write(t.Context(), Write{read.Name, "none", &read}); !errors.Is(err, ErrChanged) || version != 0 {
			t.Errorf("got version %d, %v, want %v", version, err, ErrChanged)
		}
		wantList(t, store, path, Parameter{Name: path + "/dev", Value: arnTwo})
	}},
	{"replace/removed", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		read := parameterOf(t, store, path+"/dev")
		if err := store.Remove(t.Context(), parameterOf(t, store, path+"/dev")); err != nil {
			t.Fatal(err)
		}
		if version, err := store.Write(t.Context(), Write{read.Name, "none", &read}); !errors.Is(err, ErrChanged) || version != 0 {
			t.Errorf("got version %d, %v, want %v", version, err, ErrChanged)
		}
		wantList(t, store, path)
	}},
	{"write_all", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		add(t, store, path+"/prod", arnOne)
		dev, prod := parameterOf(t, store, path+"/dev"), parameterOf(t, store, path+"/prod")
		want := []Parameter{{Name: path + "/dev", Value: "none"}, {Name: path + "/prod", Value: arnTwo}}
		writes := []Write{{path + "/prod", arnTwo, &prod}, {path + "/dev", "none", &dev}}
		for i := range 23 {
			name := fmt.Sprintf("%s/x%02d", path, i)
			want = append(want, Parameter{Name: name, Value: arnTwo})
			writes = append(writes, Write{name, arnTwo, nil})
		}
		last := 0
		written, err := store.WriteAll(t.Context(), writes, func(done, all int) { last = max(last, done) })
		if err != nil || written != len(writes) || last != written {
			t.Errorf("got %d written, %d heard of, %v, want %d", written, last, err, len(writes))
		}
		wantList(t, store, path, want...)
	}},
	{"write_all/into_nothing", func(t *testing.T, store Store, path string) {
		written, err := store.WriteAll(t.Context(), []Write{{path + "/a", arnOne, nil}, {path + "/b", arnTwo, nil}}, nil)
		if err != nil || written != 2 {
			t.Errorf("got %d, %v", written, err)
		}
		wantList(t, store, path, Parameter{Name: path + "/a", Value: arnOne}, Parameter{Name: path + "/b", Value: arnTwo})
		if written, err := store.WriteAll(t.Context(), nil, nil); err != nil || written != 0 {
			t.Errorf("nothing to write: got %d, %v", written, err)
		}
	}},
	{"write_all/exists", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		written, err := store.WriteAll(t.Context(), []Write{{path + "/dev", arnTwo, nil}}, nil)
		if !errors.Is(err, ErrExists) || written != 0 {
			t.Errorf("got %d, %v, want %v", written, err, ErrExists)
		}
		wantList(t, store, path, Parameter{Name: path + "/dev", Value: arnOne})
	}},
	{"write_all/changed", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		read := parameterOf(t, store, path+"/dev")
		if _, err := store.Write(t.Context(), Write{read.Name, arnTwo, &read}); err != nil {
			t.Fatal(err)
		}
		written, err := store.WriteAll(t.Context(), []Write{{path + "/dev", "none", &read}}, nil)
		if !errors.Is(err, ErrChanged) || written != 0 {
			t.Errorf("got %d, %v, want %v", written, err, ErrChanged)
		}
		wantList(t, store, path, Parameter{Name: path + "/dev", Value: arnTwo})
	}},
	{"remove", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		add(t, store, path+"/prod", arnTwo)
		if err := store.Remove(t.Context(), parameterOf(t, store, path+"/dev")); err != nil {
			t.Fatal(err)
		}
		wantList(t, store, path, Parameter{Name: path + "/prod", Value: arnTwo})
		wantMissing(t, store, path+"/dev")
		add(t, store, path+"/dev", "none")
		wantValues(t, store, []string{path + "/dev"}, map[string]string{path + "/dev": "none"})
	}},
	{"remove/changed", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		read := parameterOf(t, store, path+"/dev")
		if _, err := store.Write(t.Context(), Write{read.Name, arnTwo, &read}); err != nil {
			t.Fatal(err)
		}
		if err := store.Remove(t.Context(), read); !errors.Is(err, ErrChanged) {
			t.Errorf("got %v, want %v", err, ErrChanged)
		}
		wantList(t, store, path, Parameter{Name: path + "/dev", Value: arnTwo})
	}},
	{"remove/removed", func(t *testing.T, store Store, path string) {
		add(t, store, path+"/dev", arnOne)
		read := parameterOf(t, store, path+"/dev")
		if err := store.Remove(t.Context(), read); err != nil {
			t.Fatal(err)
		}
		if err := store.Remove(t.Context(), read); !errors.Is(err, ErrChanged) {
			t.Errorf("got %v, want %v", err, ErrChanged)
		}
	}},
}

func TestStore_file(t *testing.T) {
	for _, behaviour := range storeBehaviours {
		t.Run(behaviour.name, func(t *testing.T) {
			behaviour.check(t, NewFile(filepath.Join(t.TempDir(), "boundaries.json")), "/p")
		})
	}
}

func TestStore_operator(t *testing.T) {
	store := NewOperatorStore(mototest.Config(mototest.Start(t), "eu-west-1"))
	for i, behaviour := range storeBehaviours {
		t.Run(behaviour.name, func(t *testing.T) {
			behaviour.check(t, store, fmt.Sprintf("/p%d", i))
		})
	}
}

func add(t *testing.T, store Store, name, value string) {
	t.Helper()
	if _, err := store.Write(t.Context(), Write{Name: name, Value: value}); err != nil {
		t.Fatal(err)
	}
}

func parameterOf(t *testing.T, store Store, name string) Parameter {
	t.Helper()
	p, found, err := store.Parameter(t.Context(), name)
	if err != nil || !found || p.Name != name {
		t.Fatalf("got %+v, %t, %v, want %s", p, found, err, name)
	}
	return p
}

func wantMissing(t *testing.T, store Store, name string) {
	t.Helper()
	if p, found, err := store.Parameter(t.Context(), name); err != nil || found || p != (Parameter{}) {
		t.Errorf("got %+v, %t, %v, want nothing", p, found, err)
	}
}

func wantValues(t *testing.T, store Store, names []string, want map[string]string) {
	t.Helper()
	got, err := store.Values(t.Context(), names)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// wantList compares a list but for the versions, which a file does not have.
func wantList(t *testing.T, store Store, path string, want ...Parameter) {
	t.Helper()
	got, err := store.List(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Parameter{}, "Version"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("list below %s (-want +got):\n%s", path, diff)
	}
}
