package transform

import (
	"bytes"

	"amplify-boundary/internal/cfn"
)

// fragmentName is what errors call the fragment.
const fragmentName = "the fragment"

// resourceLimit is the number of resources and loops of a fragment, those in loops included. CloudFormation allows 500
// resources in a template.
const resourceLimit = 10_000

// resource is a resource as it is read.
type resource struct {
	at         cfn.Span // the whole
	name       cfn.Span // not found in a snippet
	typ        typeInfo // has no name unless Type is a string
	metadata   cfn.Span
	condition  []byte
	left       leftovers
	properties properties
}

// typeInfo is what is known of a resource type. It is kept for the next resource of the type.
type typeInfo struct {
	name       string
	problem    Problem
	hasProblem bool
}

// parser fills a Fragment. A whole template, which is the most common shape and the longest, takes one pass. A snippet
// is read again when its shape is known.
type parser struct {
	reader    *cfn.Reader
	fragment  *Fragment
	types     map[string]typeInfo
	resources int   // read so far
	loop      *loop // around what is being read
}

func (p *parser) parse() (at cfn.Span, _ *Fragment, err error) {
	r, f := p.reader, p.fragment
	o := outline{isMap: true}
	isObject := r.Kind() == '{'
	read := r.Value
	if isObject {
		read = func() (cfn.Span, error) {
			return r.Object(func(n cfn.Name) error { return p.topMember(n, &o) })
		}
	}
	if at, err = read(); err != nil {
		return at, nil, err
	}
	f.source = r.Of(cfn.Span{Start: 0, End: at.End})
	if !isObject {
		return at, nil, noShape(f.Options.Macro, "is not an object")
	}
	if f.Shape, f.ambiguity, err = o.shape(f.Options.Macro); err != nil {
		return at, nil, err
	}
	if f.Shape != ShapeTemplate {
		f.stacks = Stacks{}
		p.reader = r.Again(at)
		err = p.snippet()
	}
	if p.resources > resourceLimit {
		f.faults = []Fault{{Problem: TooManyResources}}
	}
	return at, f, err
}

// topMember reads a member of the fragment. It reads the Resources of a template at once.
func (p *parser) topMember(n cfn.Name, o *outline) (err error) {
	r, kind := p.reader, p.reader.Kind()
	o.observe(n, kind)
	switch name := string(n.Name); {
	case name == cfn.SectionResources && kind == '{':
		p.fragment.resources, err = r.Object(func(n cfn.Name) error {
			o.hasTypedResources = o.hasTypedResources || string(n.Name) == cfn.AttributeType && r.Kind() == '"'
			return p.resourceMember(n)
		})
		return err
	case name == cfn.FunctionTransform:
		p.fault(n.At, "", LeftoverTransform)
		return r.Skip()
	case kind != '{':
		return r.Skip()
	default:
		at, looks, err := looksLikeResource(r)
		o.hasResourceLike = o.hasResourceLike || looks
		p.fragment.stacks.section(name, r.Of(at))
		return err
	}
}

// snippet reads what is not a whole template.
func (p *parser) snippet() (err error) {
	p.fragment.faults, p.resources = nil, 0
	switch p.fragment.Shape {
	case ShapeResource:
		return p.readResource(cfn.Span{})
	case ShapeProperties:
		var read properties
		if err = p.properties(&read); err == nil {
			p.role(Resource{}, read.at, read)
		}
	case ShapeResources:
		p.fragment.resources, err = p.reader.Object(p.resourceMember)
	}
	return err
}

// resourceMember reads a member of a map of resources.
func (p *parser) resourceMember(n cfn.Name) error {
	if p.resources++; p.resources > resourceLimit {
		return p.reader.Skip()
	}
	switch {
	case isLoop(n.Name):
		return p.readLoop(n)
	case string(n.Name) == cfn.FunctionTransform:
		p.fault(n.At, "", LeftoverTransform)
		return p.reader.Skip()
	case bytes.HasPrefix(n.Name, []byte(cfn.FunctionPrefix)):
		p.fault(n.At, "", MisplacedFunction)
		return p.reader.Skip()
	}
	return p.readResource(n.At)
}

// readLoop reads the form of Fn::ForEach: [identifier, collection, {resources}]. A boundary in the body survives the
// loop's expansion.
func (p *parser) readLoop(n cfn.Name) error {
	r := p.reader
	if r.Kind() != '[' {
		p.fault(n.At, "", MalformedLoop)
		return r.Skip()
	}
	elements, hasBody := 0, false
	outer := p.loop
	p.loop = &loop{outer: outer}
	_, err := r.Array(func(index int) error {
		elements++
		switch {
		case index == 2 && r.Kind() == '{':
			hasBody = true
			_, err := r.Object(p.resourceMember)
			return err
		case index == 0 && r.Kind() == '"':
			return p.loopVariable()
		default:
			return r.Skip()
		}
	})
	p.loop = outer
	if elements != 3 || !hasBody {
		p.fault(n.At, "", MalformedLoop)
	}
	return err
}

// loopVariable reads the identifier of the loop.
func (p *parser) loopVariable() error {
	at, err := p.reader.Value()
	if err != nil {
		return err
	}
	f := p.fragment
	if f.loopVariables == nil {
		f.loopVariables = make(map[string]struct{})
	}
	p.loop.variable = string(cfn.Unquote(p.reader.Of(at)))
	f.loopVariables[p.loop.variable] = struct{}{}
	return nil
}

// readResource reads one resource, whose name is at a span; in a snippet it has none.
func (p *parser) readResource(name cfn.Span) error {
	r := p.reader
	if r.Kind() != '{' {
		p.fault(name, "", NoType)
		return r.Skip()
	}
	own := resource{name: name, typ: typeInfo{problem: NoType, hasProblem: true}}
	at, err := r.Object(func(n cfn.Name) (err error) {
		switch string(n.Name) {
		case cfn.AttributeType:
			own.typ, err = p.readType()
		case cfn.AttributeCondition:
			own.condition, err = p.stringContent()
		case cfn.AttributeMetadata:
			own.metadata, err = r.Value()
		case cfn.AttributeProperties:
			if own.typ.name != "" && !p.isBounded(own.typ.name) {
				own.properties.at, err = r.Value()
			} else {
				err = p.properties(&own.properties)
			}
		default:
			own.left.observe(n.Name)
			err = r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	own.at = at
	p.record(&own)
	return nil
}

func (p *parser) readType() (typeInfo, error) {
	typ, err := p.stringContent()
	known, found := p.types[string(typ)]
	if !found && err == nil {
		known.name = string(typ)
		known.problem, known.hasProblem = typeProblem(known.name)
		if p.types == nil {
			p.types = make(map[string]typeInfo)
		}
		p.types[known.name] = known
	}
	return known, err
}

// stringContent reads a value, and returns its content if it is a string.
func (p *parser) stringContent() ([]byte, error) {
	isString := p.reader.Kind() == '"'
	at, err := p.reader.Value()
	if err != nil || !isString {
		return nil, err
	}
	return cfn.Unquote(p.reader.Of(at)), nil
}

// isBounded reports whether resources of a type carry the boundary.
func (p *parser) isBounded(typ string) bool {
	return typ == cfn.TypeRole || typ == cfn.TypeUser && p.fragment.Options.Users
}

// record records a resource as its type demands.
func (p *parser) record(r *resource) {
	f, typ := p.fragment, r.typ.name
	if urlProperty(typ) != "" {
		p.nestedStack(NestedStack{Resource: p.named(r.name, typ), Condition: string(r.condition)}, r.properties.at, r.metadata)
	}
	problem, found := r.left.problem()
	if !found {
		problem, found = r.typ.problem, r.typ.hasProblem
	}
	var list *[]Resource
	switch {
	case found:
		p.fault(r.name, typ, problem)
		return
	case p.isBounded(typ):
		p.role(p.named(r.name, typ), r.at, r.properties)
		return
	case typ == cfn.TypeUser:
		list = &f.UnboundedUsers
	case typ == cfn.TypeStack:
		list = &f.NestedStacks
	case p.isOutOfSight(typ, r.properties.at):
		list = &f.OutOfSight
	default:
		return
	}
	*list = append(*list, p.named(r.name, typ))
}

// role records a role with its properties. The parent is the resource, for a role without properties.
func (p *parser) role(resource Resource, parent cfn.Span, own properties) {
	f := p.fragment
	problem, found := own.left.problem()
	switch {
	case own.at.Found() && !own.isObject:
		problem, found = PropertiesNotObject, true
	case !found && own.members == 1 && own.functions == 1:
		problem, found = PropertiesIntrinsic, true
	}
	if found {
		f.faults = append(f.faults, Fault{resource, problem})
		return
	}
	one := role{Resource: resource, parent: parent, boundary: own.boundary, alternatives: own.alternatives, noProperties: true}
	if own.at.Found() {
		one.parent, one.noProperties = own.at, false
	}
	f.roles = append(f.roles, one)
}

func (p *parser) fault(name cfn.Span, typ string, problem Problem) {
	p.fragment.faults = append(p.fragment.faults, Fault{p.named(name, typ), problem})
}

func (p *parser) named(name cfn.Span, typ string) Resource {
	if !name.Found() {
		return Resource{Type: typ}
	}
	return Resource{string(cfn.Unquote(p.reader.Of(name))), typ}
}
