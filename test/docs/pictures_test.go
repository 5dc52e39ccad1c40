package docs

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The recording shows what the commands print now.
func TestPictures_terminal(t *testing.T) {
	command := filepath.Join(t.TempDir(), "amplify-boundary")
	if out, err := exec.Command("go", "build", "-o", command, "amplify-boundary/cmd/amplify-boundary").CombinedOutput(); err != nil {
		t.Fatalf("build the command: %v: %s", err, out)
	}
	script := exec.CommandContext(t.Context(), "python3", filepath.Join(root, "tools/pictures/terminal.py"), command)
	var errs strings.Builder
	script.Stderr = &errs
	want, err := script.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	got := contents(t, filepath.Join(root, "docs/pictures/terminal.svg"))
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("terminal.svg is not current; make pictures takes it again (-want +got):\n%s", diff)
	}
}

func TestPictures_shown(t *testing.T) {
	pictures, err := os.ReadDir(filepath.Join(root, "docs/pictures"))
	if err != nil || len(pictures) == 0 {
		t.Fatalf("got pictures %v: %v", pictures, err)
	}
	readme := contents(t, filepath.Join(root, "README.md"))
	for _, picture := range pictures {
		if !strings.Contains(readme, "docs/pictures/"+picture.Name()) {
			t.Errorf("README.md does not show %s", picture.Name())
		}
	}
}

func TestPictures_report(t *testing.T) {
	const limit = 200_000 // bytes
	for _, scheme := range []string{"light", "dark"} {
		picture, err := os.ReadFile(filepath.Join(root, "docs/pictures/report-"+scheme+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(bytes.NewReader(picture)); err != nil || len(picture) >= limit {
			t.Errorf("%s: %v, %d bytes, want fewer than %d", scheme, err, len(picture), limit)
		}
	}
}
