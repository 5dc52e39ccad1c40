package impact

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/awsapi/account"
)

// reading is a policy rewritten so that neither resource nor condition decides: IAM gives one answer for each action.
type reading struct {
	account.Document
	numbers []int // of the policy's own statements, from 1, in the order of the reading's; 0: there is none
}

// statement is a statement of a policy, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type statement struct {
	Sid          string         `json:",omitzero"`
	Effect       string         `json:",omitzero"`
	Principal    jsontext.Value `json:",omitzero"`
	NotPrincipal jsontext.Value `json:",omitzero"`
	Action       list[string]   `json:",omitzero"`
	NotAction    list[string]   `json:",omitzero"`
	Resource     list[string]   `json:",omitzero"`
	NotResource  list[string]   `json:",omitzero"`
	Condition    jsontext.Value `json:",omitzero"`
}

// list is what a policy has once, or several times in a list.
type list[T any] []T

// UnmarshalJSON reads a list, or what is there instead of a list.
func (l *list[T]) UnmarshalJSON(text []byte) error {
	if kind := jsontext.Value(text).Kind(); kind == '"' || kind == '{' {
		*l = make(list[T], 1)
		return json.Unmarshal(text, &(*l)[0])
	}
	return json.Unmarshal(text, (*[]T)(l))
}

// isPartial reports whether a statement holds only for some resources, principals, or requests.
func (s statement) isPartial() bool {
	return !hasAll(s.Resource) || s.NotPrincipal != nil || s.Principal != nil || len(s.Condition) > len("{}")
}

// hasAll reports whether one of the patterns matches everything.
func hasAll(patterns list[string]) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return pattern != "" && strings.Trim(pattern, "*") == "" })
}

// everywhere returns the statement for every resource and every request.
func (s statement) everywhere() statement {
	return statement{Sid: s.Sid, Effect: s.Effect, Action: s.Action, NotAction: s.NotAction, Resource: list[string]{"*"}}
}

const (
	allow = "Allow"
	deny  = "Deny"
)

// policy is a boundary as IAM is asked about it.
type policy struct {
	statements []statement
	lenient    reading // allows each action that the policy allows for some resource and some request
	strict     reading // allows only actions that the policy allows for every resource and every request
}

// parse reads a policy. No error quotes it.
func parse(d account.Document) (p policy, err error) {
	var text struct{ Statement list[statement] }
	if err := json.Unmarshal([]byte(d.Text()), &text); err != nil {
		return p, errGrammar
	}
	for _, s := range text.Statement {
		// IAM's simulation does not distinguish an incomplete statement from an action that it does not know.
		if s.Effect != allow && s.Effect != deny || (s.Action == nil) == (s.NotAction == nil) || (s.Resource == nil) == (s.NotResource == nil) {
			return p, errGrammar
		}
	}
	p.statements = text.Statement
	p.lenient, p.strict = rewrite(p.statements, without(deny)), rewrite(p.statements, without(allow))
	return p, nil
}

// errGrammar means that a policy's elements do not have the form that IAM's grammar gives them.
var errGrammar = errors.New("it is not a policy document: an element has a form that IAM's grammar does not know")

// an edit returns what a reading has instead of a statement, and whether it has anything.
type edit func(statement) (s statement, keeps bool)

// without leaves out the statements of an effect that hold only for some resources or requests. All others hold
// everywhere in it.
func without(effect string) edit {
	return func(s statement) (statement, bool) {
		return s.everywhere(), s.Effect != effect || !s.isPartial()
	}
}

// about returns what a reading for a service has: it is [without] the effect's statements that hold only for some of the
// service's actions, too. The others hold for any action, so that IAM can be asked about one that it knows.
func about(service, effect string) edit {
	return func(s statement) (statement, bool) {
		r := s.everywhere()
		r.Action, r.NotAction = list[string]{"*"}, nil
		isAll, isSome := covers(s.Action, service), touches(s.Action, service)
		if s.NotAction != nil {
			isAll, isSome = !touches(s.NotAction, service), !covers(s.NotAction, service)
		}
		if s.Effect == effect {
			return r, isAll && !s.isPartial()
		}
		return r, isSome
	}
}

// touches reports whether the patterns match actions of a service.
func touches(patterns list[string], service string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		named, _, _ := strings.Cut(strings.ToLower(pattern), ":")
		isMatch, err := path.Match(named, service)
		return isMatch || err != nil
	})
}

// covers reports whether the patterns match all actions of a service.
func covers(patterns list[string], service string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		_, action, found := strings.Cut(pattern, ":")
		return (!found || hasAll(list[string]{action})) && touches(list[string]{pattern}, service)
	})
}

func rewrite(statements []statement, edit edit) (r reading) {
	var kept []statement
	for i, s := range statements {
		if s, keeps := edit(s); keeps {
			kept, r.numbers = append(kept, s), append(r.numbers, i+1)
		}
	}
	if len(kept) == 0 {
		// IAM accepts no policy without a statement. As a boundary, one without an Allow denies everything.
		kept, r.numbers = []statement{{Effect: deny, Action: list[string]{"*"}, Resource: list[string]{"*"}}}, []int{0}
	}
	// Statements that were read can be written, and read again.
	text, _ := json.Marshal(struct {
		Version   string
		Statement []statement
	}{"2012-10-17", kept})
	r.Document, _ = account.ParseDocument(string(text))
	return r
}

// sizeLimit is how many characters IAM accepts in a managed policy, without white space.
const sizeLimit = 6144

// ReadPolicy reads a policy that is to become a boundary. No error quotes it.
func ReadPolicy(text []byte) (account.Document, error) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	d, err := account.ParseDocument(string(text))
	var p policy
	if err == nil {
		p, err = parse(d)
	}
	compact := jsontext.Value(text).Clone()
	if err != nil || len(p.statements) == 0 || compact.Compact() != nil {
		return d, errGrammar
	}
	if size := utf8.RuneCount(compact); size > sizeLimit {
		return d, fmt.Errorf("the policy has %d characters, and IAM accepts at most %d in a boundary", size, sizeLimit)
	}
	return d, nil
}
