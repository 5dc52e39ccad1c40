package command

import "fmt"

// Progress returns what shows how many of all things were done, or nil where there is no terminal to show it.
func (s IO) Progress(things string) func(done, all int) {
	if !s.Terminal {
		return nil
	}
	return func(done, all int) {
		fmt.Fprintf(s.Err, "\r%s: %d of %d %s", Program, done, all, things)
		if done == all {
			fmt.Fprint(s.Err, "\r\x1b[K")
		}
	}
}
