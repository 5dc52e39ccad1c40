package intrinsic

import (
	"strconv"
	"strings"
)

// function evaluates the arguments of a function, which come next.
func (r *reader) function(function string) (Value, error) {
	switch function {
	case "Ref":
		to, isText := r.literal()
		if !isText {
			return Value{}, malformed("Ref", "the name of a template parameter")
		}
		return r.reference("Ref", to)
	case "Fn::Sub":
		return r.sub()
	case "Fn::Join":
		return r.join()
	case "Fn::Select":
		return r.choose()
	case "Fn::Split":
		return r.split()
	case "Fn::FindInMap":
		return r.findInMap()
	case "Fn::If":
		return r.branch()
	case "Fn::GetAtt", "Fn::ImportValue", "Fn::GetAZs":
		return Value{}, &Error{function, onlyInAWS}
	case "Fn::Transform":
		return Value{}, &Error{function, "what a macro makes of it cannot be known"}
	}
	if strings.HasPrefix(function, "Fn::") && isName(function) {
		return Value{}, &Error{function, notEvaluated}
	}
	return Value{}, &Error{"the value", "an object that is not one intrinsic function"}
}

// branch evaluates Fn::If, of whose branches only the one that holds.
func (r *reader) branch() (v Value, err error) {
	holds := false
	const form = "[condition, value, value]"
	err = r.arguments("Fn::If", form, 3, 3, func(index int) (err error) {
		switch {
		case index == 0:
			condition, isText := r.literal()
			if !isText {
				return malformed("Fn::If", form)
			}
			holds, err = r.condition(condition, r.depth)
			return err
		case holds == (index == 1):
			v, err = r.value()
			return err
		default:
			return r.skip()
		}
	})
	return v, err
}

func (r *reader) join() (Value, error) {
	var delimiter string
	var elements []string
	err := r.arguments("Fn::Join", "[delimiter, [value, ...]]", 2, 2, func(index int) (err error) {
		if index == 0 {
			delimiter, err = r.text("Fn::Join")
			return err
		}
		elements, err = r.list("Fn::Join")
		return err
	})
	if err != nil {
		return Value{}, err
	}
	size := len(delimiter) * (len(elements) - 1)
	for _, e := range elements {
		size += len(e)
	}
	if size > sizeLimit {
		return Value{}, tooLong("Fn::Join")
	}
	return r.textValue("Fn::Join", strings.Join(elements, delimiter))
}

func (r *reader) split() (Value, error) {
	const form = "[delimiter, text]"
	var arguments [2]string
	err := r.arguments("Fn::Split", form, 2, 2, func(index int) (err error) {
		arguments[index], err = r.text("Fn::Split")
		return err
	})
	if err != nil {
		return Value{}, err
	}
	if arguments[0] == "" {
		return Value{}, malformed("Fn::Split", form)
	}
	return Value{kind: list, list: strings.Split(arguments[1], arguments[0])}, nil
}

// list evaluates an argument that must be a list.
func (r *reader) list(function string) ([]string, error) {
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	l, isList := v.List()
	if !isList {
		return nil, &Error{function, "its last argument is no list"}
	}
	return l, nil
}

// choose evaluates Fn::Select.
func (r *reader) choose() (v Value, err error) {
	const form = "[index, [value, ...]]"
	wanted := 0
	err = r.arguments("Fn::Select", form, 2, 2, func(index int) error {
		if index == 0 {
			s, err := r.text("Fn::Select")
			if err != nil {
				return err
			}
			n, err := strconv.ParseUint(s, 10, 31)
			if err != nil {
				return malformed("Fn::Select", form)
			}
			wanted = int(n)
			return nil
		}
		if r.decoder.PeekKind() == '[' {
			v, err = r.element(wanted)
			return err
		}
		elements, err := r.list("Fn::Select")
		if err != nil {
			return err
		}
		if wanted >= len(elements) {
			return outOfRange()
		}
		v, err = r.textValue("Fn::Select", elements[wanted])
		return err
	})
	return v, err
}

func outOfRange() error { return &Error{"Fn::Select", "the list has no element of that index"} }

// element evaluates one element of the literal list that comes next, and those before it: an absent one
// would move it. Those behind it are of no interest.
func (r *reader) element(wanted int) (v Value, err error) {
	found := false
	err = r.array(func(index int) (err error) {
		if index > wanted {
			return r.skip()
		}
		found = index == wanted // and no index behind it gets here
		v, err = r.value()
		if err == nil && v.IsAbsent() {
			err = &Error{"Fn::Select", "an absent value in its list"}
		}
		return err
	})
	if err == nil && !found {
		err = outOfRange()
	}
	return v, err
}
