package command

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// Number is the version's number. CHANGELOG.md begins with it, too.
const Number = "0.1.0"

// version describes the version: its number, the commit, and the Go version that built it.
func version() string {
	build := make(map[string]string)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			build[setting.Key] = setting.Value
		}
	}
	commit := cmp.Or(build["vcs.revision"], "unknown commit")
	if build["vcs.modified"] == "true" {
		commit += "-modified"
	}
	return fmt.Sprintf("%s (%s, %s)", Number, commit, runtime.Version())
}
