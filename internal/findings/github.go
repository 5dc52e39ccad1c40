package findings

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"amplify-boundary/internal/printable"
)

// WriteGitHub writes a report as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.
//
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func WriteGitHub(w io.Writer, r Report) error {
	var text strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&text, "::%s file=%s,line=%d,title=%s::%s\n", f.Severity, githubFile(f.File), max(f.Line, 1), githubProperty(f.Rule), githubData(f.Message))
	}
	for _, e := range r.Errors {
		fmt.Fprintf(&text, "::error file=%s,title=not checked::%s\n", githubFile(e.File), githubData(e.Message))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func githubFile(file string) string { return githubProperty(filepath.ToSlash(file)) }

// githubData escapes a message as GitHub wants it.
func githubData(text string) string {
	return printable.Line(strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text))
}

// githubProperty escapes the value of a property as GitHub wants it.
func githubProperty(text string) string {
	return printable.Line(strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text))
}
