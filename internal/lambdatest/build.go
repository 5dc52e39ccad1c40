package lambdatest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds the function of a package into a folder, as template.yaml's build does, and returns its
// program.
func Build(dir, function string) (bootstrap string, err error) {
	bootstrap = filepath.Join(dir, "bootstrap")
	command := exec.Command("go", "build", "-trimpath", "-ldflags=-s", "-tags=lambda.norpc", "-o", bootstrap, function)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w: %s", function, err, output)
	}
	return bootstrap, nil
}
