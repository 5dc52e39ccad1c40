package examples

import (
	"fmt"
	"os"
	"testing"
)

// TestMain runs the tests in the folder of the examples.
func TestMain(m *testing.M) {
	if err := os.Chdir("../../examples"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
