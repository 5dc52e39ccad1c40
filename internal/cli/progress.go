package cli

import "fmt"

// progress returns what shows how many of all things were done, or nil where there is no terminal to show it.
func (s IO) progress(things string) func(done, all int) {
	if !s.Terminal {
		return nil
	}
	return func(done, all int) {
		fmt.Fprintf(s.Err, "\r%s: %d of %d %s", program, done, all, things)
		if done == all {
			fmt.Fprint(s.Err, "\r\x1b[K")
		}
	}
}
