package release_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// released is the folder that `make release` filled, which it names in the variable RELEASE.
func released(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("RELEASE")
	if dir == "" {
		t.Skip("RELEASE names no folder that make release filled; make release runs this test on its own")
	}
	return dir
}

// platform is a platform of the command's archives.
type platform struct {
	os, arch string
	machine  func(data []byte) (any, error)
	want     any
}

var allPlatforms = []platform{
	{"linux", "amd64", elfMachine, elf.EM_X86_64},
	{"linux", "arm64", elfMachine, elf.EM_AARCH64},
	{"darwin", "amd64", machoMachine, macho.CpuAmd64},
	{"darwin", "arm64", machoMachine, macho.CpuArm64},
	{"windows", "amd64", peMachine, uint16(pe.IMAGE_FILE_MACHINE_AMD64)},
	{"windows", "arm64", peMachine, uint16(pe.IMAGE_FILE_MACHINE_ARM64)},
}

// platforms are those for which the release was made, which make release names in the variable PLATFORMS.
func platforms(t *testing.T) []platform {
	t.Helper()
	var list []platform
	for _, name := range strings.Fields(os.Getenv("PLATFORMS")) {
		i := slices.IndexFunc(allPlatforms, func(p platform) bool { return p.os+"/"+p.arch == name })
		if i < 0 {
			t.Fatalf("PLATFORMS names %s, which this test does not know", name)
		}
		list = append(list, allPlatforms[i])
	}
	if len(list) == 0 {
		t.Fatal("PLATFORMS names no platform")
	}
	return list
}

func elfMachine(data []byte) (any, error) {
	file, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if libraries, err := file.ImportedLibraries(); err != nil || len(libraries) > 0 {
		return nil, fmt.Errorf("linked dynamically: %v %v", libraries, err)
	}
	return file.Machine, nil
}

func machoMachine(data []byte) (any, error) {
	file, err := macho.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return file.Cpu, nil
}

func peMachine(data []byte) (any, error) {
	file, err := pe.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return file.Machine, nil
}

// A file is a file of an archive.
type file struct {
	data     []byte
	mode     fs.FileMode
	modified time.Time
}

// readArchive reads a zip or a compressed tarball. A name that appears twice, or leads out of the archive, is an error.
func readArchive(t *testing.T, name string) map[string]file {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	read := readTarball
	if strings.HasSuffix(name, ".zip") {
		read = readZip
	}
	files := make(map[string]file)
	err = read(data, func(name string, f file) error {
		if _, found := files[name]; found || !fs.ValidPath(name) || !f.mode.IsRegular() {
			return fmt.Errorf("%s: a duplicate name, a path out of the archive, or not a regular file", name)
		}
		files[name] = f
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return files
}

func readZip(data []byte, add func(string, file) error) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, entry := range archive.File {
		reader, err := entry.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return err
		}
		if err := add(entry.Name, file{content, entry.Mode(), entry.Modified}); err != nil {
			return err
		}
	}
	return nil
}

func readTarball(data []byte, add func(string, file) error) error {
	uncompressed, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	archive := tar.NewReader(uncompressed)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Uid != 0 || header.Gid != 0 || header.Uname != "" || header.Gname != "" {
			return fmt.Errorf("%s names an owner", header.Name)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := add(header.Name, file{content, header.FileInfo().Mode(), header.ModTime}); err != nil {
			return err
		}
	}
}

// version is the number in CHANGELOG.md's newest heading.
func version(t *testing.T) string {
	t.Helper()
	changelog, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^## (\S+) - `).FindSubmatch(changelog)
	if heading == nil {
		t.Fatal("CHANGELOG.md has no heading with a version")
	}
	return string(heading[1])
}

func TestRelease_archives(t *testing.T) {
	dir := released(t)
	for _, p := range platforms(t) {
		t.Run(p.os+"_"+p.arch, func(t *testing.T) {
			folder := fmt.Sprintf("amplify-boundary-%s-%s-%s", version(t), p.os, p.arch)
			extension, program := ".tar.gz", "amplify-boundary"
			if p.os == "windows" {
				extension, program = ".zip", "amplify-boundary.exe"
			}
			files := readArchive(t, filepath.Join(dir, folder+extension))

			command := files[path.Join(folder, program)]
			if command.mode.Perm() != 0o755 {
				t.Errorf("the command's mode is %v", command.mode)
			}
			if machine, err := p.machine(command.data); err != nil || machine != p.want {
				t.Errorf("the command is for machine %v, %v; want %v", machine, err, p.want)
			}
			info, err := buildinfo.Read(bytes.NewReader(command.data))
			if err != nil {
				t.Fatal(err)
			}
			settings := make(map[string]string)
			for _, s := range info.Settings {
				settings[s.Key] = s.Value
			}
			if settings["GOOS"] != p.os || settings["GOARCH"] != p.arch || settings["-trimpath"] != "true" {
				t.Errorf("the command was built with %v", settings)
			}
			if got := settings["vcs.revision"]; got != "" { // it is empty without a repository
				if want := gitOutput(t, "rev-parse", "HEAD"); got != want {
					t.Errorf("the command was built from commit %s, want %s", got, want)
				}
			}

			for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "docs/commands.md", "docs/operations.md", "events/boundaries.json"} {
				want, err := os.ReadFile(filepath.Join(root, name))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(files[path.Join(folder, name)].data)); diff != "" {
					t.Errorf("%s (-here +archive):\n%s", name, diff)
				}
			}
			for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
				if script := files[path.Join(folder, "completions", "amplify-boundary."+shell)]; !bytes.Contains(script.data, []byte("amplify-boundary")) {
					t.Errorf("the completion for %s is %.40q", shell, script.data)
				}
			}
			notices := string(files[path.Join(folder, "THIRD-PARTY-LICENSES.txt")].data)
			for _, m := range append(info.Deps, &debug.Module{Path: "Go"}) {
				if heading := "==== " + strings.TrimSpace(m.Path+" "+m.Version); !strings.Contains(notices, heading+": ") {
					t.Errorf("the licence of %s is missing", m.Path)
				}
			}
			modified := command.modified
			for name, f := range files {
				if !strings.HasPrefix(name, folder+"/") {
					t.Errorf("%s is outside the folder %s", name, folder)
				}
				if !f.modified.Equal(modified) {
					t.Errorf("%s was modified at %v, the command at %v", name, f.modified, modified)
				}
				if f.mode.Perm() != 0o644 && name != path.Join(folder, program) {
					t.Errorf("%s has the mode %v", name, f.mode)
				}
				if strings.HasSuffix(name, ".go") || strings.Contains(name, "node_modules") {
					t.Errorf("unexpected file %s", name)
				}
			}
		})
	}
}

func TestRelease_functions(t *testing.T) {
	dir := released(t)
	for _, name := range []string{"macro", "guard"} {
		for arch, want := range map[string]elf.Machine{"arm64": elf.EM_AARCH64, "amd64": elf.EM_X86_64} {
			t.Run(name+"_"+arch, func(t *testing.T) {
				files := readArchive(t, filepath.Join(dir, fmt.Sprintf("amplify-boundary-%s-%s.zip", name, arch)))
				bootstrap, found := files["bootstrap"]
				if !found || len(files) != 1 || bootstrap.mode.Perm() != 0o755 {
					t.Fatalf("%d files, bootstrap's mode is %v", len(files), bootstrap.mode)
				}
				if machine, err := elfMachine(bootstrap.data); err != nil || machine != want {
					t.Errorf("bootstrap is for machine %v, %v; want %v", machine, err, want)
				}
				info, err := buildinfo.Read(bytes.NewReader(bootstrap.data))
				if err != nil {
					t.Fatal(err)
				}
				if want := "amplify-boundary/cmd/" + name; info.Path != want {
					t.Errorf("bootstrap is %s, want %s", info.Path, want)
				}
			})
		}
	}
}

// SHA256SUMS names every other file, in the form that sha256sum -c reads.
func TestRelease_sums(t *testing.T) {
	dir := released(t)
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, entry := range entries {
		if entry.Name() == "SHA256SUMS" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		fmt.Fprintf(&want, "%s  %s\n", hex.EncodeToString(sum[:]), entry.Name())
	}
	if diff := cmp.Diff(want.String(), string(sums)); diff != "" {
		t.Errorf("SHA256SUMS (-want +got):\n%s", diff)
	}
}

// The templates are those of this checkout, not old ones.
func TestRelease_templates(t *testing.T) {
	dir := released(t)
	for name, source := range map[string]string{
		"amplify-boundary.template.yaml": plainTemplate(t),
		"member.template.yaml":           filepath.Join(root, "member.template.yaml"),
	} {
		want, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-here +release):\n%s", name, diff)
		}
	}
}

// The SBOM names each module of each program with its version.
func TestRelease_sbom(t *testing.T) {
	dir := released(t)
	data, err := os.ReadFile(filepath.Join(dir, "sbom.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sbom struct {
		BOMFormat  string
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(data, &sbom); err != nil {
		t.Fatal(err)
	}
	if sbom.BOMFormat != "CycloneDX" {
		t.Errorf("the format is %q", sbom.BOMFormat)
	}
	named := make(map[string]bool)
	for _, c := range sbom.Components {
		named[c.Name+" "+c.Version] = true
	}
	archives, err := filepath.Glob(filepath.Join(dir, "amplify-boundary-*"))
	if err != nil {
		t.Fatal(err)
	}
	programs := 0
	for _, archive := range archives {
		for name, f := range readArchive(t, archive) {
			if f.mode.Perm() != 0o755 {
				continue
			}
			programs++
			info, err := buildinfo.Read(bytes.NewReader(f.data))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range info.Deps {
				if !named[m.Path+" "+m.Version] {
					t.Errorf("%s in %s has %s %s, which the SBOM does not name", name, filepath.Base(archive), m.Path, m.Version)
				}
			}
		}
	}
	if want := len(platforms(t)) + 4; programs != want {
		t.Errorf("the release has %d programs, want %d", programs, want)
	}
}

func gitOutput(t *testing.T, arguments ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", arguments...)
	cmd.Dir = root
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v", arguments, err)
	}
	return strings.TrimSpace(string(output))
}
