package transform

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// fragmentName is what errors call the fragment.
const fragmentName = "the fragment"

// longSource is CloudFormation's limit for a template, in bytes. Up to there names that appear twice are
// looked for in the same pass. What other transforms made longer may have so many names that this took too much
// memory: it gets a pass of its own, see [cfn.CheckNames].
const longSource = 1 << 20

// parser fills a Fragment from its source.
type parser struct {
	source   []byte
	fragment *Fragment
	inner    *jsontext.Decoder // for what has been validated once; one scanner at a time
	loops    int               // that are open
}

// within begins to read a part of the source that has been validated as part of the whole.
func (p *parser) within(at span) scanner { return within(p.inner, p.source, at) }

func within(decoder *jsontext.Decoder, source []byte, at span) scanner {
	decoder.Reset(bytes.NewBuffer(at.Of(source)), jsontext.AllowDuplicateNames(true))
	return scanner{decoder, source, at.Start}
}

// parse finds the shape and the roles. The whole template, the most common shape and the longest, takes
// one pass; of the others the outermost object is read again once its shape is known.
func (p *parser) parse() error {
	isLong := len(p.source) > longSource
	s := scan(p.source, isLong)
	o := outline{isMap: true}
	isObject := s.peek() == '{'
	if isObject {
		if _, err := s.object(func(m member) error { return p.topMember(m, s, &o) }); err != nil {
			return err
		}
	} else if err := s.skip(); err != nil {
		return err
	}
	if err := s.end(); err != nil {
		return err
	}
	if isLong {
		if err := cfn.CheckNames(p.source, fragmentName); err != nil {
			return err
		}
	}
	if !isObject {
		return errNoShape(p.fragment.options.Macro, "is not an object")
	}
	return p.shaped(o)
}

// topMember reads a member of the outermost object. It reads the resources of a template at once.
func (p *parser) topMember(m member, s scanner, o *outline) (err error) {
	kind := s.peek()
	o.note(m, kind)
	switch {
	case kind != '{':
		return s.skip()
	case string(m.name) == "Resources":
		p.fragment.resources, err = s.object(func(m member) error {
			o.hasTypedResources = o.hasTypedResources || string(m.name) == "Type" && s.peek() == '"'
			return p.member(m, s)
		})
		return err
	default:
		at, looks, err := looksLikeResource(s)
		o.hasResourceLike = o.hasResourceLike || looks
		switch string(m.name) {
		case sectionParameters:
			p.fragment.parameters = at
		case sectionMappings:
			p.fragment.mappings = at
		case sectionConditions:
			p.fragment.conditions = at
		}
		return err
	}
}

// shaped does what the shape asks for.
func (p *parser) shaped(o outline) (err error) {
	f := p.fragment
	if f.Shape, err = o.shape(f.options.Macro); err != nil {
		return err
	}
	again := scan(p.source, true)
	switch f.Shape {
	case ShapeTemplate:
		if o.transform.at > 0 {
			p.fault(reference{id: uint32(o.transform.at)}, LeftoverTransform)
		}
		return nil
	case ShapeResource:
		return p.resource(reference{}, again)
	case ShapeProperties:
		return p.properties(reference{}, span{Start: 0, End: len(p.source)})
	case ShapeResources:
		f.parameters, f.mappings, f.conditions = span{}, span{}, span{} // resources of those names
		f.resources, err = p.resources(again)
		return err
	default:
		return nil
	}
}
