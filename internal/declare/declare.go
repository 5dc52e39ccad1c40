package declare

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"amplify-boundary/internal/cfn"
)

// Declaration is how a template is to declare the macro in its Transform section.
type Declaration struct {
	Macro       string // its name, or <account>::<name>; empty is [cfn.DefaultMacro]
	Environment string // the transform's parameter of this name; empty leaves what is there
	Project     string // likewise
}

// Declared says whether a template declares a macro in its Transform section, and where. A declaration by
// Fn::Transform elsewhere does not count: it covers a part of the template only.
type Declared string

// Where a template declares a macro.
const (
	NotDeclared     Declared = "not declared"
	DeclaredLast    Declared = "declared last"
	DeclaredEarlier Declared = "declared before another transform" // whose resources the macro would not see
)

// Errors of templates that cannot be made to declare a macro, or to declare it no longer.
var (
	ErrNoTemplate      = errors.New("this is no template: it has no section Resources")
	ErrDocuments       = errors.New("a second YAML document begins here; a template is one document")
	ErrDeclaredEarlier = errors.New("the macro is declared, but another transform comes after it; list it last in the section Transform")
	ErrDeclaredTwice   = errors.New("the macro is declared twice; take one declaration out of the section Transform")
	ErrNotEditable     = errors.New("the section Transform cannot be changed without changing something else; write the declaration by hand")
)

// Declare returns a template, JSON or YAML, with the macro as the last of its transforms; see
// [Template.Declare].
func Declare(template []byte, d Declaration) ([]byte, error) {
	t, err := ReadTemplate(template)
	if err != nil {
		return nil, err
	}
	return t.Declare(d)
}

// Undeclare returns a template, JSON or YAML, that does not declare a macro; see [Template.Undeclare].
func Undeclare(template []byte, macro string) ([]byte, error) {
	t, err := ReadTemplate(template)
	if err != nil {
		return nil, err
	}
	return t.Undeclare(macro)
}

// Declared reports where the template declares a macro, by its name or by <account>::<name>. Where the
// macro is given with its account, a declaration with another account does not count.
func (t *Template) Declared(macro string) Declared {
	found := t.find(cmp.Or(macro, cfn.DefaultMacro))
	switch {
	case len(found) == 0:
		return NotDeclared
	case found[len(found)-1] == len(t.transforms)-1:
		return DeclaredLast
	default:
		return DeclaredEarlier
	}
}

// Declare returns the template with the macro as the last of its transforms. All that is not part of
// the section Transform stays byte for byte. A template that declares the macro last keeps its
// declaration, but for the parameters that d has; where those agree, it comes back as it is.
//
// It fails with [ErrDeclaredEarlier] or [ErrDeclaredTwice] where the macro does not come last or not
// once, and with [ErrNotEditable] where the section is spelled so that an edit would change more.
func (t *Template) Declare(d Declaration) ([]byte, error) {
	pieces, err := t.DeclarePieces(d)
	if err != nil {
		return nil, err
	}
	if len(pieces) == 1 {
		return pieces[0], nil
	}
	return bytes.Join(pieces, nil), nil
}

// DeclarePieces returns what [Template.Declare] does, in pieces that may share the memory of the template: who
// only passes the text on need not hold it twice.
func (t *Template) DeclarePieces(d Declaration) ([][]byte, error) {
	d.Macro = cmp.Or(strings.ToValidUTF8(d.Macro, "\uFFFD"), cfn.DefaultMacro)
	found := t.find(d.Macro)
	switch {
	case len(found) == 0:
		return t.added(d)
	case len(found) > 1:
		return nil, ErrDeclaredTwice
	case found[0] < len(t.transforms)-1:
		return nil, ErrDeclaredEarlier
	default:
		return t.amended(d)
	}
}

// Undeclare returns the template without its declarations of a macro. Where that leaves no transform, the
// whole section goes; where it leaves one, it may stay a list of one. A template that does not declare the macro
// comes back as it is. The errors are those of [Template.Declare].
func (t *Template) Undeclare(macro string) ([]byte, error) {
	macro = cmp.Or(macro, cfn.DefaultMacro)
	after := t
	for found := t.find(macro); len(found) > 0; found = after.find(macro) {
		kept := slices.Delete(slices.Clone(after.transforms), found[0], found[0]+1)
		edits := after.without(found[0])
		var err error
		if after, err = after.edited(edits, kept); err != nil {
			return nil, err
		}
		if len(after.transforms) != len(kept) {
			return nil, t.notEditable()
		}
	}
	return after.text, nil
}

// find returns the places among the transforms where a macro is declared.
func (t *Template) find(macro string) []int {
	var found []int
	for i, declared := range t.transforms {
		if IsMacro(declared.name, macro) {
			found = append(found, i)
		}
	}
	return found
}

// IsMacro reports whether the name in a declaration means a macro. Each may have an account before it; two
// accounts must agree.
func IsMacro(declared, macro string) bool {
	declaredAccount, declaredName := splitMacro(declared)
	account, name := splitMacro(macro)
	return declaredName == name && (declaredAccount == "" || account == "" || declaredAccount == account)
}

// splitMacro takes <account>::<name> apart. AWS's own transforms, such as AWS::Include, have no account.
func splitMacro(name string) (account, rest string) {
	before, after, found := strings.Cut(name, "::")
	if !found || len(before) != 12 || strings.Trim(before, "0123456789") != "" {
		return "", name
	}
	return before, after
}
