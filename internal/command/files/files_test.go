package files_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Skipf("no links here: %v", err)
	}
}

// Every file of a directory with the name of a template is read or skipped with a reason, and none outside is read.
func TestFind_directory(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "outside/secret.yaml", "Resources: {}")
	for _, path := range []string{"a.yaml", "b/c.JSON", "b/d.yml", "b/e.template", "b/notes.txt", "vendor/f.yaml", "g.rain.yaml", ".git/h.yaml", "node_modules/i.json"} {
		write(t, filepath.Join("dir", path), "Resources: {}")
	}
	link(t, "../outside/secret.yaml", "dir/out.yaml")
	link(t, "../outside", "dir/outdir")
	link(t, "a.yaml", "dir/inside.yaml")
	link(t, "b", "dir/insidedir")
	link(t, "nowhere", "dir/dangling.json")
	link(t, ".git", "dir/visible")
	link(t, "node_modules", "dir/modules")
	link(t, ".", "dir/b/self")
	link(t, "..", "dir/b/above")
	set, err := files.Find([]string{"dir", "dir/b", "./dir", "dir/b/.."}, []string{"*.rain.yaml", "vendor/**"})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	var got []string
	for _, f := range set.Files {
		got = append(got, filepath.ToSlash(f.Path))
	}
	if diff := cmp.Diff([]string{"dir/a.yaml", "dir/b/c.JSON", "dir/b/d.yml", "dir/b/e.template"}, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	skipped := make(map[string]string)
	for _, s := range set.Skipped {
		if _, again := skipped[filepath.ToSlash(s.File)]; again {
			t.Errorf("%s is skipped twice", s.File)
		}
		skipped[filepath.ToSlash(s.File)] = s.Reason
	}
	want := map[string]string{
		"dir/g.rain.yaml": files.Excluded, "dir/vendor": files.Excluded,
		"dir/out.yaml": files.LeadsOut, "dir/outdir": files.LeadsOut, "dir/dangling.json": files.LeadsNowhere,
		"dir/visible": files.LeadsAside, "dir/modules": files.LeadsAside, "dir/b/above": files.LeadsOut,
	}
	if diff := cmp.Diff(want, skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

// A directory that a pattern matches and that is excluded is left out as a whole, and named once.
func TestFind_pattern_excluded(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "a/stacks/one.yaml", "Resources: {}")
	write(t, "b/stacks/two.yaml", "Resources: {}")
	set, err := files.Find([]string{"*/stacks"}, []string{"a/**"})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if len(set.Files) != 1 || filepath.ToSlash(set.Files[0].Path) != "b/stacks/two.yaml" {
		t.Errorf("got files %+v, want that in b", set.Files)
	}
	if len(set.Skipped) != 1 || filepath.ToSlash(set.Skipped[0].File) != "a/stacks" || !set.HasExcluded() {
		t.Errorf("got skipped %+v, want a/stacks", set.Skipped)
	}
}

// A file that was found in a directory and is named afterwards must be a template.
func TestFind_named_after(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "dir/values.yaml", "replicas: 3")
	set, err := files.Find([]string{"dir", "dir/values.yaml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if len(set.Files) != 1 || !set.Files[0].Named {
		t.Errorf("got %+v, want one file that is named", set.Files)
	}
}

func TestSet_Skip(t *testing.T) {
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		named   bool
		text    string
		err     error
		wantErr bool
	}{
		"not_a_template":        {false, `{"Resources": []}`, template.ErrNotTemplate, false},
		"not_a_template_named":  {true, `{}`, template.ErrNotTemplate, true},
		"broken":                {false, "a: [", broken, false},
		"broken_named":          {true, "a: [", broken, true},
		"broken_template":       {false, "Resources: [", broken, true},
		"broken_escaped":        {false, `{"\u0052esources": `, broken, true},
		"broken_with_a_type":    {false, "x: AWS::IAM::Role [", broken, true},
		"broken_lower_case":     {false, "resources: [", broken, false},
		"empty":                 {false, "", template.ErrNotTemplate, false},
		"unknown":               {false, "", broken, true},
		"broken_in_another_way": {false, "R\x00e\x00s\x00o\x00u\x00r\x00c\x00e\x00s\x00", broken, true},
	} {
		t.Run(name, func(t *testing.T) {
			var set files.Set
			text := []byte(test.text)
			if name == "unknown" {
				text = nil
			}
			err := set.Skip(files.File{Path: "x.yaml", Named: test.named}, text, test.err)
			if (err != nil) != test.wantErr {
				t.Errorf("got error %v, want one: %t", err, test.wantErr)
			}
			if skipped := len(set.Skipped) == 1; skipped == test.wantErr {
				t.Errorf("skipped: %t", skipped)
			}
		})
	}
}

// A larger file than CloudFormation accepts is not a template, and what it mentions is still found.
func TestFile_Read_large(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "dir/large.json", `{"Resources": {}, "Description": "`+strings.Repeat("x", files.MaxSize)+`"}`)
	set, err := files.Find([]string{"dir"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	text, err := set.Files[0].Read(t.Context(), command.IO{})
	if err == nil || set.Skip(set.Files[0], text, err) == nil {
		t.Errorf("got error %v, want one that is not skipped", err)
	}
}

// Every path that an edit of a directory writes is below the directory, whatever links, pipes, and names are in
// it, and none makes the edit wait.
func FuzzFind_stays_inside(f *testing.F) {
	f.Add("a.yaml", "../outside/other.yaml", false)
	f.Add("b.json", "..", false)
	f.Add("deep/c.yaml", "../../outside/other.yaml", false)
	f.Add("d.yaml", "e.yaml", false)
	f.Add("pipe.yaml", "", true)
	f.Add("..a.yaml", "/etc/hostname", false)
	f.Fuzz(func(t *testing.T, name, target string, isPipe bool) {
		if runtime.GOOS == "windows" || strings.ContainsRune(name+target, 0) || !filepath.IsLocal(name) || name == "." || len(name) > 60 || len(target) > 60 {
			t.Skip("not a name of a file in the directory")
		}
		base := t.TempDir()
		dir := filepath.Join(base, "dir")
		write(t, filepath.Join(base, "outside", "other.yaml"), "Resources: {}")
		write(t, filepath.Join(dir, "own.yaml"), "Resources: {}")
		path := filepath.Join(dir, name)
		_ = os.MkdirAll(filepath.Dir(path), 0o755)
		if isPipe {
			makePipe(t, path)
		} else {
			_ = os.Symlink(target, path)
		}
		for _, argument := range []string{dir, filepath.Join(dir, "*"), filepath.Join(dir, "**", "*.yaml")} {
			checkStaysInside(t, dir, argument)
		}
	})
}

func checkStaysInside(t *testing.T, dir, argument string) {
	set, err := files.Find([]string{argument}, nil)
	if err != nil {
		return // such as a directory that a link replaced
	}
	defer set.Close()
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range set.Files {
		done := make(chan struct{})
		var text []byte
		go func() { text, err = file.Read(t.Context(), command.IO{}); close(done) }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s hangs", file.Path)
		}
		if err != nil {
			continue
		}
		if _, err := declare.Read(text); err != nil {
			continue
		}
		real, err := filepath.EvalSymlinks(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		if below, err := filepath.Rel(root, real); err != nil || !filepath.IsLocal(below) {
			t.Errorf("%s: %s is %s, outside %s", argument, file.Path, real, root)
		}
	}
}
