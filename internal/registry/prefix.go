package registry

import "regexp"

// PrefixPattern matches where a hierarchy may begin. Parameter Store allows 15 levels, of which a project
// and an environment take two, and reserves names that begin with aws or ssm in any case.
const PrefixPattern = `(/([b-rt-zB-RT-Z0-9_.-][A-Za-z0-9_.-]*` +
	`|[aA]([A-VX-Za-vx-z0-9_.-][A-Za-z0-9_.-]*|[wW]([A-RT-Za-rt-z0-9_.-][A-Za-z0-9_.-]*)?)?` +
	`|[sS]([A-RT-Za-rt-z0-9_.-][A-Za-z0-9_.-]*|[sS]([A-LN-Za-ln-z0-9_.-][A-Za-z0-9_.-]*)?)?)` +
	`(/[A-Za-z0-9_.-]+){0,12})`

// PrefixRule is the pattern in words.
const PrefixRule = "/ and a name of A-Z a-z 0-9 _ . -, up to 13 times, not beginning with aws or ssm"

// ValidPrefix reports whether a hierarchy may begin there.
func ValidPrefix(prefix string) bool {
	return regexp.MustCompile("^" + PrefixPattern + "$").MatchString(prefix)
}
