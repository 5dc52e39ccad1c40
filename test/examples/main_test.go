package examples

import (
	"fmt"
	"os"
	"testing"
)

// TestMain runs the tests with the folder of the examples as the working directory.
func TestMain(m *testing.M) {
	if err := os.Chdir("../../examples"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
