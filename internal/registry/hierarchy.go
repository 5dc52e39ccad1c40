package registry

import (
	"slices"
	"strings"

	"amplify-boundary/internal/environment"
)

// DefaultPrefix is where the hierarchy begins unless its operator chose another place.
const DefaultPrefix = "/amplify-boundary"

// DefaultName is the last part of the names that answer for environments not named.
const DefaultName = "_default"

// reserved is how the names begin that are the hierarchy's own. No environment or project has one.
const reserved = "_"

// Path returns the path below which a project's SSM parameters lie. Without a project it is the prefix,
// below which all of them lie.
func Path(prefix, project string) string {
	if project == "" {
		return prefix
	}
	return prefix + "/" + project
}

// Name returns the name of the SSM parameter of exactly this environment, which may be [DefaultName].
func Name(prefix string, e environment.Environment) string {
	return Path(prefix, e.Project) + "/" + e.Name
}

// Names lists the SSM parameters that may answer for an environment, the most specific first.
func Names(prefix string, e environment.Environment) []string {
	var names []string
	for _, project := range slices.Compact([]string{e.Project, ""}) {
		for _, name := range []string{e.Name, DefaultName} {
			names = append(names, Name(prefix, environment.Environment{Name: name, Project: project}))
		}
	}
	return slices.Compact(names) // an operator may ask for _default itself
}

// Split takes the name of an SSM parameter apart: the environment, which may be [DefaultName], and its
// project, if any. It reports whether the name is that of an environment below the prefix. Parameters of
// another depth are not, and neither are the hierarchy's own.
func Split(prefix, name string) (environment.Environment, bool) {
	rest, below := strings.CutPrefix(name, prefix+"/")
	project, last, deep := strings.Cut(rest, "/")
	if !deep {
		project, last = "", rest
	}
	own := strings.HasPrefix(project, reserved) || strings.HasPrefix(last, reserved) && last != DefaultName
	if !below || own || last == "" || deep && project == "" || strings.Contains(last, "/") {
		return environment.Environment{}, false
	}
	return environment.Environment{Name: last, Project: project}, true
}
