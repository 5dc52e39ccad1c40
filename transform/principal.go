package transform

const boundaryName = "PermissionsBoundary"

// principal is a role, or a user where the operator wants users bounded, with the place of its boundary.
type principal struct {
	reference
	parent       place // the Properties; the resource itself where there are none
	boundary     place // the value of PermissionsBoundary, if there is one
	noProperties bool
	inLoop       bool
}

// place is a span in little memory: a fragment may have hundreds of thousands of principals.
type place struct{ start, end uint32 }

func placeOf(s span) place { return place{uint32(s.Start), uint32(s.End)} }

func (p place) span() span { return span{Start: int(p.start), End: int(p.end)} }

// principal notes a principal of the fragment.
func (p *parser) principal(ref reference, whole, properties span) error {
	if properties.Found() {
		return p.properties(ref, properties)
	}
	p.fragment.principals = append(p.fragment.principals, principal{reference: ref, parent: placeOf(whole), noProperties: true, inLoop: p.loops > 0})
	return nil
}

// properties reads the Properties of a principal.
func (p *parser) properties(ref reference, at span) error {
	s := p.within(at)
	if s.peek() != '{' {
		p.fault(ref, PropertiesNotObject)
		return nil
	}
	var boundary span
	var left leftovers
	members, functions := 0, 0
	parent, err := s.object(func(m member) error {
		value, err := s.value()
		if err != nil {
			return err
		}
		members++
		left.note(m.name)
		switch {
		case string(m.name) == boundaryName:
			boundary = value
		case isFunction(m.name):
			functions++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if boundary.Found() {
		if _, err = p.within(boundary).alternatives(nil, &left); err != nil {
			return err
		}
	}
	if problem, found := left.problem(); found {
		p.fault(ref, problem)
	} else if members == 1 && functions == 1 {
		p.fault(ref, PropertiesIntrinsic)
	} else {
		p.fragment.principals = append(p.fragment.principals, principal{reference: ref, parent: placeOf(parent), boundary: placeOf(boundary), inLoop: p.loops > 0})
	}
	return nil
}
