package registry

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// DefaultPrefix is the prefix of the hierarchy unless its operator chose another.
const DefaultPrefix = "/amplify-boundary"

// PrefixPattern matches the prefix of a hierarchy. Parameter Store allows 15 levels, of which a project and an
// environment need two, and reserves names that begin with aws or ssm in any case.
const PrefixPattern = `(/([b-rt-zB-RT-Z0-9_.-][A-Za-z0-9_.-]*` +
	`|[aA]([A-VX-Za-vx-z0-9_.-][A-Za-z0-9_.-]*|[wW]([A-RT-Za-rt-z0-9_.-][A-Za-z0-9_.-]*)?)?` +
	`|[sS]([A-RT-Za-rt-z0-9_.-][A-Za-z0-9_.-]*|[sS]([A-LN-Za-ln-z0-9_.-][A-Za-z0-9_.-]*)?)?)` +
	`(/[A-Za-z0-9_.-]+){0,12})`

// PrefixRule is [PrefixPattern] in words.
const PrefixRule = "/ and a name of A-Z a-z 0-9 _ . -, up to 13 times, not beginning with aws or ssm"

// ValidPrefix reports whether a prefix matches [PrefixPattern].
func ValidPrefix(prefix string) bool {
	return regexp.MustCompile("^" + PrefixPattern + "$").MatchString(prefix)
}

// Names that begin with an underscore are reserved for the product: no environment or project has one.
const (
	reserved    = "_"
	accounts    = reserved + "account"
	exceptions  = reserved + "except"
	DefaultName = reserved + "default" // ends the name of a fall-back: the boundary of environments without their own
)

// Path returns the path of a project's SSM parameters; without a project, the prefix, which is the path of all.
func Path(prefix, project string) string {
	if project == "" {
		return prefix
	}
	return prefix + "/" + project
}

// Name returns the name of an environment's own SSM parameter; the environment can be [DefaultName].
func Name(prefix string, e environment.Environment) string {
	return Path(prefix, e.Project) + "/" + e.Name
}

// Names lists the SSM parameters that can answer for an environment, the most specific first.
func Names(prefix string, e environment.Environment) []string {
	var names []string
	for _, project := range slices.Compact([]string{e.Project, ""}) {
		for _, name := range []string{e.Name, DefaultName} {
			names = append(names, Name(prefix, environment.Environment{Name: name, Project: project}))
		}
	}
	return slices.Compact(names) // an operator can ask for _default itself
}

// Split returns the environment, which can be [DefaultName], and the project in the name of an SSM parameter. It reports
// whether the name is that of an environment below the prefix; reserved names and other levels are not.
func Split(prefix, name string) (environment.Environment, bool) {
	rest, below := strings.CutPrefix(name, prefix+"/")
	project, last, deep := strings.Cut(rest, "/")
	if !deep {
		project, last = "", rest
	}
	isReserved := strings.HasPrefix(project, reserved) || strings.HasPrefix(last, reserved) && last != DefaultName
	if !below || isReserved || last == "" || deep && project == "" || strings.Contains(last, "/") {
		return environment.Environment{}, false
	}
	return environment.Environment{Name: last, Project: project}, true
}

// AccountsPath returns the path of the SSM parameters that fix accounts to environments.
func AccountsPath(prefix string) string { return prefix + "/" + accounts }

// AccountName returns the name of the SSM parameter that fixes an account to an environment.
func AccountName(prefix, id string) string { return AccountsPath(prefix) + "/" + id }

// SplitAccount returns the ID of the account that an SSM parameter of this name fixes to an environment, and reports
// whether there is one.
func SplitAccount(prefix, name string) (id string, ok bool) {
	id, ok = strings.CutPrefix(name, AccountsPath(prefix)+"/")
	return id, ok && boundary.ValidAccount(id)
}

// ExceptionsPath returns the path of the SSM parameters that hold exceptions.
func ExceptionsPath(prefix string) string { return prefix + "/" + exceptions }

// ExceptionName returns the name of the SSM parameter that holds an exception.
func ExceptionName(prefix, name string) string { return ExceptionsPath(prefix) + "/" + name }

// AccountEnvironment returns the name of the environment that an account is fixed to, by values that were read; it is
// empty where the account is not fixed. It fails where the account's entry does not hold an environment name.
func AccountEnvironment(values map[string]string, prefix, id string) (string, error) {
	name := AccountName(prefix, id)
	value, fixed := values[name]
	if !fixed {
		return "", nil
	}
	if value = strings.TrimSpace(value); !environment.ValidName(value) || value == environment.Unset {
		return "", fmt.Errorf("SSM parameter %s does not hold the name of an environment; its value is not shown, since it may be a secret; "+
			"write the name there, %s", name, environment.NameRule)
	}
	return value, nil
}
