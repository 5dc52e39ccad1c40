package expand

import "amplify-boundary/internal/rawjson"

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
	return transforms, whole.without(template, nil), nil
}

// section finds the member Transform of the template itself.
func section(template []byte) (declaration, bool, error) {
	object, err := rawjson.ReadAll(template, "the template")
	if err != nil {
		return declaration{}, false, err
	}
	member, found := object.Find("Transform")
	return declaration{object.At, member.At, member.Value}, found, nil
}

// DeclaredInResources reports whether the section Resources declares a macro, as the last one, by a member
// Fn::Transform.
func DeclaredInResources(template []byte, macro string) (bool, error) {
	sections, err := rawjson.Members(template, "the template")
	if err != nil {
		return false, err
	}
	return DeclaredIn(sections["Resources"], macro)
}

// DeclaredIn reports whether an object of a template declares a macro, as the last one, by a member
// Fn::Transform.
func DeclaredIn(object []byte, macro string) (bool, error) {
	members, err := rawjson.Members(object, "Resources")
	if err != nil {
		return false, err
	}
	declaration, found := members["Fn::Transform"]
	if !found {
		return false, nil
	}
	list, err := readDeclaration(declaration)
	return err == nil && len(list) > 0 && list[len(list)-1].Name == macro, err
}
