package intrinsic

// verdict is the value of a condition of the template, which is evaluated once.
type verdict struct {
	open  bool // it is being evaluated
	holds bool
	err   error
}

// condition evaluates a condition of the template at a depth.
func (e *Evaluator) condition(name string, depth int) (bool, error) {
	subject := named("condition", name)
	known := e.verdicts[name]
	switch {
	case known != nil && known.open:
		return false, &Error{subject, "it refers to itself"}
	case known != nil:
		return known.holds, known.err
	}
	definition := e.conditions.find(name)
	if definition == nil {
		return false, &Error{subject, "it is none of the Conditions that this macro sees; a snippet shows it none"}
	}
	v := &verdict{open: true}
	e.verdicts[name] = v
	r := e.reader(definition, depth)
	r.deciding = true
	v.holds, v.err = r.boolean()
	v.open = false
	return v.holds, v.err
}

// boolean evaluates the condition that comes next.
func (r *reader) boolean() (bool, error) {
	if r.depth >= depthLimit {
		return false, tooDeep("the condition")
	}
	r.depth++
	defer func() { r.depth-- }()
	if r.decoder.PeekKind() != '{' {
		return false, notACondition()
	}
	return call(r, func(function string) (bool, error) {
		switch function {
		case "Condition":
			name, isText := r.literal()
			if !isText {
				return false, malformed("Condition", "the name of a condition")
			}
			return r.condition(name, r.depth)
		case "Fn::Equals":
			return r.equals()
		case "Fn::Not":
			return r.not()
		case "Fn::And":
			return r.all(function, true)
		case "Fn::Or":
			return r.all(function, false)
		default:
			return false, notACondition()
		}
	})
}

func notACondition() error {
	return &Error{"the condition", "it is neither Fn::Equals, Fn::And, Fn::Or, Fn::Not nor Condition"}
}

func (r *reader) equals() (bool, error) {
	var sides [2]Value
	err := r.arguments("Fn::Equals", "[value, value]", 2, 2, func(index int) (err error) {
		sides[index], err = r.value()
		if err == nil && sides[index].IsAbsent() { // what CloudFormation takes it to equal is not documented
			err = &Error{"Fn::Equals", "one of its arguments is absent"}
		}
		return err
	})
	return sides[0].equal(sides[1]), err
}

func (r *reader) not() (holds bool, err error) {
	err = r.arguments("Fn::Not", "[condition]", 1, 1, func(int) error {
		holds, err = r.boolean()
		return err
	})
	return !holds, err
}

// all evaluates Fn::And, whose value is true where all its conditions are, and Fn::Or, whose value is
// false where all of them are. One condition that is otherwise decides, even where another cannot be
// known.
func (r *reader) all(function string, value bool) (bool, error) {
	decided := false
	var unknown error
	err := r.arguments(function, "[condition, ...], 2 to 10 of them", 2, 10, func(int) error {
		if decided {
			return r.skip()
		}
		var holds bool
		fault, fatal := r.attempt(func() (err error) {
			holds, err = r.boolean()
			return err
		})
		if fault == nil {
			decided = holds != value
		} else if unknown == nil {
			unknown = fault
		}
		return fatal
	})
	switch {
	case err != nil:
		return false, err
	case decided:
		return !value, nil
	default:
		return value, unknown
	}
}
