package cli

import (
	"fmt"
	"path/filepath"
	"strings"
)

// githubCommands returns the result of check as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.
//
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func githubCommands(result findings) []string {
	var commands []string
	for _, f := range result.Findings {
		commands = append(commands, fmt.Sprintf("::%s file=%s,line=%d,title=%s::%s",
			f.Severity, githubProperty(filepath.ToSlash(f.File)), max(f.Line, 1), githubProperty(f.Rule), githubData(f.Message)))
	}
	for _, e := range result.Errors {
		commands = append(commands, fmt.Sprintf("::%s file=%s,title=not checked::%s", severityError, githubProperty(filepath.ToSlash(e.File)), githubData(e.Message)))
	}
	return commands
}

// githubData escapes a message as GitHub wants it.
func githubData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// githubProperty escapes the value of a property as GitHub wants it.
func githubProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
