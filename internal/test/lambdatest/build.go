package lambdatest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main builds the function of the package under test, sets the path of its program, runs the tests, and returns their exit
// code.
func Main(m *testing.M, bootstrap *string) int {
	dir, err := os.MkdirTemp("", "bootstrap")
	if err == nil {
		defer os.RemoveAll(dir)
		*bootstrap, err = Build(dir, ".")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Build builds the function of a package into a folder, as `sam build` does, and returns the path of its program.
func Build(dir, function string) (bootstrap string, err error) {
	bootstrap = filepath.Join(dir, "bootstrap")
	command := exec.Command("go", "build", "-trimpath", "-ldflags=-s", "-tags=lambda.norpc", "-o", bootstrap, function)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w: %s", function, err, output)
	}
	return bootstrap, nil
}
