package expand

// Fragment returns the object without its declaration.
func (s Snippet) Fragment() ([]byte, error) { return s.fragment(nil) }
