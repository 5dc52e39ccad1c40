package boundary

import "strings"

// AccountPattern matches the ID of an AWS account.
const AccountPattern = `[0-9]{12}`

// ValidAccount reports whether a string matches [AccountPattern], without compiling it.
func ValidAccount(id string) bool {
	return len(id) == 12 && strings.Trim(id, "0123456789") == ""
}
