// Package declaretest declares the macro in template files, for tests.
package declaretest

import "amplify-boundary/internal/declare"

// Add returns a template file that declares a macro; see [declare.Section.Add].
func Add(file []byte, m declare.Macro) ([]byte, error) {
	s, err := declare.Read(file)
	if err != nil {
		return nil, err
	}
	return s.Add(m)
}

// Remove returns a template file that does not declare a macro; see [declare.Section.Remove].
func Remove(file []byte, macro string) ([]byte, error) {
	s, err := declare.Read(file)
	if err != nil {
		return nil, err
	}
	return s.Remove(macro)
}
