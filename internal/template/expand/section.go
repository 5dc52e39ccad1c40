package expand

import "amplify-boundary/internal/cfn"

// Section returns the transforms of a template's Transform section in their order, and the template
// without the section.
func Section(template []byte) ([]Transform, []byte, error) {
	whole, found, err := section(template)
	if err != nil || !found {
		return nil, template, err
	}
	transforms, err := readDeclaration(whole.value.Of(template))
	if err != nil {
		return nil, nil, err
	}
	rest, err := whole.without(template, nil)
	return transforms, rest, err
}

// section finds the member Transform of the template itself.
func section(template []byte) (declaration, bool, error) {
	object, err := cfn.ReadObject(template, "the template")
	if err != nil {
		return declaration{}, false, err
	}
	member, found := object.Find("Transform")
	return declaration{object.At, member.At, member.Value}, found, nil
}
