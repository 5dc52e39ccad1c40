package intrinsic

const findInMapForm = "[map, key, key] or [map, key, key, {DefaultValue: value}]"

func (r *reader) findInMap() (v Value, err error) {
	var path [3]string
	subject := "Fn::FindInMap" // with the map's name only as the template writes it: it may be a parameter's value
	found := false
	err = r.arguments("Fn::FindInMap", findInMapForm, 3, 4, func(index int) (err error) {
		switch {
		case index < 3:
			isLiteral := r.decoder.PeekKind() == '"'
			path[index], err = r.key()
			if index == 0 && isLiteral {
				subject = named(subject, path[0])
			}
			if err == nil && index == 2 {
				v, found, err = r.plainMember(r.mappings.child(path[0]).child(path[1]), path[2])
			}
			return err
		case found:
			return r.skip()
		default:
			found = true
			v, err = r.defaultValue()
			return err
		}
	})
	if err == nil && !found {
		err = &Error{subject, "no such keys in the Mappings that this macro sees; a snippet shows it none"}
	}
	return v, err
}

// key evaluates the name of a map, or a key in it.
func (r *reader) key() (string, error) {
	outer := r.deciding
	r.deciding = true
	defer func() { r.deciding = outer }()
	return r.text("Fn::FindInMap")
}

// defaultValue evaluates what stands for an entry that is missing.
func (r *reader) defaultValue() (Value, error) {
	if r.decoder.PeekKind() != '{' {
		return Value{}, malformed("Fn::FindInMap", findInMapForm)
	}
	return call(r, func(name string) (Value, error) {
		if name != "DefaultValue" {
			return Value{}, malformed("Fn::FindInMap", findInMapForm)
		}
		return r.value()
	})
}
