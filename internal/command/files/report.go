package files

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
)

// ErrEmpty is the error of a command line that names no template: a build that failed must not pass a check.
var ErrEmpty = errors.New("no template was found; name the files or their directory, or give --allow-empty")

// AddFlags adds the flag that leaves files of directories out, and the one that accepts [ErrEmpty].
func AddFlags(cmd *cobra.Command, exclude *[]string, allowEmpty *bool) {
	cmd.Flags().StringArrayVar(exclude, "exclude", nil, "leave out files that match `PATTERN`; can be repeated")
	cmd.Flags().BoolVar(allowEmpty, "allow-empty", false, "exit 0 if no template is found")
}

// HasExcluded reports whether files were excluded, which explains why no template was found.
func (s *Set) HasExcluded() bool {
	return slices.ContainsFunc(s.Skipped, func(s findings.Skipped) bool { return s.Reason == Excluded })
}

// WarnSkipped warns of each file that was skipped, unless it is not a template or was excluded.
func (s *Set) WarnSkipped(streams command.IO) {
	for _, skipped := range s.Skipped {
		switch skipped.Reason {
		case NotTemplate, Excluded:
		case LeadsOut, LeadsNowhere, LeadsAside, NotRegular:
			streams.Say("warning", "%s: not read: %s", skipped.File, skipped.Reason)
		default:
			streams.Say("warning", "%s: %s", skipped.File, skipped.Reason)
		}
	}
}

// HintExclude says how to leave files out if one that was found in a directory cannot be read: it may belong to another
// tool.
func (s *Set) HintExclude(streams command.IO) {
	if s.hasUnreadable {
		streams.Say("hint", "leave out files of other tools with --exclude PATTERN, such as --exclude '*.rain.yaml'")
	}
}
