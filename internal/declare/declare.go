// Package declare reads the Transform section of a template, JSON or YAML, and edits it in place: adds the macro, changes
// its parameters, and removes it. Every byte outside the section stays as it is.
package declare

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/template"
)

// Macro is the macro as a template is to declare it.
type Macro struct {
	Name        string // or <account>::<name>; empty is [cfn.DefaultMacro]
	Environment string // the transform's parameter of this name; empty leaves what is there
	Project     string // likewise

	// EnvironmentParameter is the template parameter that gives Environment, instead of a name.
	EnvironmentParameter string
}

// State says where a Transform section lists a macro. A declaration by Fn::Transform elsewhere does not count: it covers a
// part of the template only.
type State string

// The states of a macro in a Transform section.
const (
	Absent  State = "not declared"
	Last    State = "declared last"                     // only AWS::LanguageExtensions, which creates no roles, can come after it
	NotLast State = "declared before another transform" // which can add roles that the macro does not see
)

// Errors of templates that cannot be edited.
var (
	ErrNotLast     = errors.New("the macro is declared, but another transform comes after it; list the macro last in the Transform section")
	ErrTwice       = errors.New("the macro is declared twice; remove one declaration from the Transform section")
	ErrNotEditable = errors.New("the Transform section cannot be edited without changing something else; edit it by hand")
)

// Section is the Transform section of a template, which need not have one.
type Section struct {
	document   *template.Document
	transforms []Transform
}

// Read reads the Transform section of a template file. It fails where [template.Read] does, with [template.ErrNotTemplate]
// where there is no Resources section, and where the section is malformed.
func Read(file []byte) (*Section, error) {
	document, err := template.Read(file)
	if err != nil {
		return nil, err
	}
	return In(document)
}

// In returns the Transform section of a template that is read already. It fails as [Read] does.
func In(document *template.Document) (*Section, error) {
	if !document.IsTemplate() {
		return nil, template.ErrNotTemplate
	}
	s := &Section{document: document}
	if section, found := document.Sections().Find(cfn.SectionTransform); found {
		var err error
		if s.transforms, err = Transforms(section.Value.Of(document.JSON())); err != nil {
			return nil, s.fault(err)
		}
	}
	return s, nil
}

// Transforms lists the transforms in their order.
func (s *Section) Transforms() []Transform { return s.transforms }

// Document returns the template.
func (s *Section) Document() *template.Document { return s.document }

// Rest returns the template as JSON without the section, as CloudFormation sends it to a macro.
func (s *Section) Rest() []byte {
	object, whole := s.document.Sections(), s.document.JSON()
	section, found := object.Find(cfn.SectionTransform)
	if !found {
		return whole
	}
	rest, _ := cfn.Apply(whole, []cfn.Edit{cfn.Cut(whole, object.At, section.At)}) // one edit cannot overlap another
	return rest
}

// Find returns the last declaration of a macro, by its name or by <account>::<name>. Where the macro is given with its
// account, a declaration with another account does not count.
func (s *Section) Find(macro string) (t Transform, state State) {
	found := s.indexes(macro)
	if len(found) == 0 {
		return Transform{}, Absent
	}
	last := found[len(found)-1]
	for _, after := range s.transforms[last+1:] {
		if after.Name != cfn.TransformLanguageExtensions {
			return s.transforms[last], NotLast
		}
	}
	return s.transforms[last], Last
}

// State returns what [Section.Find] says about a macro.
func (s *Section) State(macro string) State {
	_, state := s.Find(macro)
	return state
}

// Add returns the template file with the macro as the last of its transforms. A template that lists the macro last keeps its
// declaration, with the parameters that m has; where those agree, the file comes back unchanged.
//
// It fails with [ErrNotLast] or [ErrTwice] where the macro is not last or not listed once, and with [ErrNotEditable] where
// the section is written so that an edit would change more.
func (s *Section) Add(m Macro) ([]byte, error) {
	m.Name = cmp.Or(m.Name, cfn.DefaultMacro)
	if p := m.EnvironmentParameter; p != "" && !slices.Contains(parameterNames(s.document), p) {
		return nil, fmt.Errorf("the template has no parameter %s for the environment; add it to the Parameters section", p)
	}
	var after *Section
	var err error
	switch found := s.indexes(m.Name); {
	case len(found) == 0:
		after, err = s.append(m)
	case len(found) > 1:
		return nil, ErrTwice
	case s.State(m.Name) == NotLast:
		return nil, ErrNotLast
	default:
		after, err = s.update(found[0], m)
	}
	if err != nil {
		return nil, err
	}
	return after.document.File(), nil
}

// Remove returns the template file without a macro in its Transform section. Where no transform remains, the section is
// removed; where [Section.Add] made a list of one transform, it is that transform again. The errors are those of Add.
func (s *Section) Remove(macro string) ([]byte, error) {
	after := s
	for found := after.indexes(macro); len(found) > 0; found = after.indexes(macro) {
		var err error
		if after, err = after.without(found[0]); err != nil {
			return nil, err
		}
	}
	return after.document.File(), nil
}

// indexes returns which of the transforms are a macro.
func (s *Section) indexes(macro string) (found []int) {
	for i, t := range s.transforms {
		if IsMacro(t.Name, cmp.Or(macro, cfn.DefaultMacro)) {
			found = append(found, i)
		}
	}
	return found
}

// edited reads the template after edits of its text, which is the file without a byte order mark. No edits mean that it cannot
// be edited. Offsets in YAML can be wrong where it is written in an unusual way, so there edited makes sure that the section has
// the transforms wanted, and that the rest is unchanged.
func (s *Section) edited(text []byte, edits []cfn.Edit, wanted []Transform) (*Section, error) {
	mark := s.document.File()[:len(s.document.File())-len(text)]
	pieces, err := cfn.Splice(text, edits)
	if edits == nil || err != nil {
		return nil, s.fault(ErrNotEditable)
	}
	after, err := Read(slices.Insert(pieces, 0, mark).Join())
	if s.document.YAML() == nil {
		return after, err
	}
	if err != nil || !bytes.Equal(compact(after.Rest()), compact(s.Rest())) || !slices.EqualFunc(after.transforms, wanted, Transform.equal) {
		return nil, s.fault(ErrNotEditable)
	}
	return after, nil
}

// compact returns valid JSON without white space.
func compact(value jsontext.Value) jsontext.Value {
	value = value.Clone()
	_ = value.Compact()
	return value
}

// fault adds the line of the section to an error.
func (s *Section) fault(err error) error {
	return fmt.Errorf("line %d: %w", max(1, s.document.Line(cfn.SectionTransform)), err)
}
