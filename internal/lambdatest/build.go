package lambdatest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds the function whose package is the working directory's, as template.yaml's build does, into a
// directory, and returns the program's path.
func Build(dir string) (bootstrap string, err error) {
	bootstrap = filepath.Join(dir, "bootstrap")
	command := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bootstrap, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return bootstrap, nil
}
