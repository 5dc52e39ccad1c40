//go:build !unix

package atomicfile

import "os"

// keepOwner does nothing: here a file inherits its rights from its directory.
func keepOwner(*os.File, string) {}
