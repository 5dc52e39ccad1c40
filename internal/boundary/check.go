package boundary

// Check returns an error where no template could use the value in a scope, as [Value.Resolve] does. A name that the
// scope does not know is not an error: some template may name it.
func (v Value) Check(s Scope) error {
	if v.IsNone() {
		return nil
	}
	_, err := Value{v.fill(s, func(p placeholder) string { return p.sample })}.Resolve(s)
	return err
}
