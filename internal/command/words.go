package command

import (
	"fmt"
	"strconv"
	"strings"
)

func Counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// Few lists a number of things in words, of many only the first.
func Few(list []string) string {
	const shown = 3
	if rest := len(list) - shown; rest > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:shown], ", "), rest)
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " and " + list[last]
	}
	return strings.Join(list, "")
}
