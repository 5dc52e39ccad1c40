// Package nested sees to the templates of a fragment's nested stacks. CloudFormation passes them to a macro
// only if they declare it themselves; so each is read from S3, and either must declare the macro, or a
// copy that does takes its place.
//
// Only the fragment's own nested stacks are looked at: CloudFormation invokes the macro for each of them,
// and that invocation sees to theirs.
//
// The author of a template chooses its URLs. So nothing but https URLs of S3 is contacted, with the rights
// of the macro's function; nothing of what was read is repeated in an error, and no signature of a URL.
package nested

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/transform"
)

// Mode is what is done about nested stacks.
type Mode string

// The modes.
const (
	Ignore  Mode = "ignore"  // nothing
	Require Mode = "require" // their templates must declare the macro
	Bound   Mode = "bound"   // they are made to
)

// Store holds templates.
type Store interface {
	// Read returns the template at a place.
	Read(ctx context.Context, place Place) ([]byte, error)
	// Write stores a copy, given in pieces, under a name that says what it holds.
	Write(ctx context.Context, name string, copied [][]byte) error
	// URL returns the URL of a copy.
	URL(ctx context.Context, name string) (string, error)
}

// Request is what the nested stacks of a fragment are to become.
type Request struct {
	Mode        Mode // not [Ignore]
	Declaration declare.Declaration
	AccountID   string // of the macro
	Boundary    string // the ARN that holds here, which names the copies
	Rules       string // how it is put on, which names the copies too
	Context     intrinsic.Context
	Stacks      transform.Stacks
}

// Action is what was done about a nested stack.
type Action string

// The actions.
const (
	Declared   Action = "declared"    // a copy that declares the macro takes the template's place
	Declares   Action = "declares"    // the template declares the macro itself
	PassedOver Action = "passed over" // its condition is false, so that there is no stack
)

// Seen is a nested stack that was seen to.
type Seen struct {
	transform.Resource
	Action Action
	Place  Place  // of its template; zero where it was passed over
	Copy   string // the name of the copy, if there is one
}

// See reads the template of each nested stack, and writes the copies that are needed. It returns what was
// done, in the order of the fragment, and the edits that lead the fragment to the copies. Each template is
// read and written once, at most 16 at a time. The error is a [*FaultsError] that names every nested stack
// that cannot be seen to.
//
// The same request gives the same answer, and finds its copies written.
func See(ctx context.Context, store Store, r Request) ([]Seen, []cfn.Edit, error) {
	if n := len(r.Stacks.List); n > stackLimit {
		return nil, nil, fmt.Errorf("%d nested stacks, more than the %d resources that CloudFormation takes in a template; divide the template", n, stackLimit)
	}
	stacks, places := r.located(ctx)
	errands := r.runAll(ctx, store, places)
	var seen []Seen
	var edits []cfn.Edit
	var faults []Fault
	for _, s := range stacks {
		if done := errands[s.Place]; s.err == nil && s.Action != PassedOver {
			s.Action, s.Copy, s.err = done.action, done.copied, done.err
			if done.url != nil {
				edits = append(edits, cfn.Edit{At: s.at, Text: done.url})
			}
		}
		if s.err != nil {
			faults = append(faults, Fault{s.Resource, s.Place, s.err})
		} else {
			seen = append(seen, s.Seen)
		}
	}
	if len(faults) > 0 {
		return seen, nil, r.faults(faults)
	}
	return seen, edits, nil
}

// stackLimit is CloudFormation's number of resources in a template.
const stackLimit = 500

// stack is a nested stack with the place of its URL in the fragment.
type stack struct {
	Seen
	at  cfn.Span
	err error
}

// located evaluates where the templates lie. It returns each place once.
func (r Request) located(ctx context.Context) (stacks []stack, places []Place) {
	context := r.Context
	context.Parameters, context.Mappings, context.Conditions = r.Stacks.Parameters, r.Stacks.Mappings, r.Stacks.Conditions
	evaluator, locator := intrinsic.New(context), new(Locator)
	known := make(map[Place]bool)
	for _, n := range r.Stacks.List {
		s := stack{Seen: Seen{Resource: n.Resource}, at: n.TemplateURL}
		if exists, err := evaluator.Condition(n.Condition); n.Condition != "" && err == nil && !exists {
			s.Action = PassedOver
		} else if s.Place, s.err = locate(ctx, evaluator, locator, n); s.err == nil && !known[s.Place] {
			known[s.Place] = true
			places = append(places, s.Place)
		}
		stacks = append(stacks, s)
	}
	return stacks, places
}

func locate(ctx context.Context, evaluator *intrinsic.Evaluator, locator *Locator, n transform.NestedStack) (Place, error) {
	if !n.TemplateURL.Found() {
		return Place{}, errNoURL
	}
	value, err := evaluator.Evaluate(n.Value, n.LoopVariables...)
	if err != nil {
		return Place{}, &problem{"TemplateURL cannot be known, because of " + err.Error(), adviceURL}
	}
	text, isText := value.Text()
	if !isText {
		return Place{}, errNoURL
	}
	return locator.Locate(ctx, text)
}

// errand is what was done about the template at a place.
type errand struct {
	action Action
	copied string
	url    []byte // of the copy, as JSON
	err    error
}

// atOnce bounds how many templates are in memory, and how many calls S3 gets, at the same time.
const atOnce = 16

// outcome is that of an errand to a place, or a worker's panic.
type outcome struct {
	place    Place
	done     errand
	panicked any
}

// runAll sees to the templates at all places. A panic of a worker becomes one of the caller, who answers
// for it; left alone it would end the process. At the deadline it returns what is done: nothing interrupts
// the reading of a long template as one, and the answer must not wait for it.
func (r Request) runAll(ctx context.Context, store Store, places []Place) map[Place]errand {
	next := make(chan Place, len(places))
	for _, p := range places {
		next <- p
	}
	close(next)
	outcomes := make(chan outcome, len(places)) // room for all, so that no worker waits for a caller that is gone
	v := visitor{Request: r, store: store}
	for range min(atOnce, len(places)) {
		go func() {
			defer func() {
				if p := recover(); p != nil {
					outcomes <- outcome{panicked: p}
				}
			}()
			for p := range next {
				outcomes <- outcome{place: p, done: v.visit(ctx, p)}
			}
		}()
	}
	byPlace := make(map[Place]errand, len(places))
	for _, p := range places {
		byPlace[p] = errand{err: errDeadline}
	}
	for range places {
		select {
		case o := <-outcomes:
			if o.panicked != nil {
				panic(o.panicked)
			}
			byPlace[o.place] = o.done
		case <-ctx.Done():
			return byPlace
		}
	}
	return byPlace
}

// visitor sees to templates, several at a time.
type visitor struct {
	Request
	store Store

	// editing is held while a template is read as one, which takes much more memory than its text.
	editing sync.Mutex
}

// visit sees to the template at one place.
func (v *visitor) visit(ctx context.Context, place Place) errand {
	if ctx.Err() != nil {
		return errand{err: errDeadline}
	}
	text, err := v.store.Read(ctx, place)
	if err != nil {
		return errand{err: inTime(ctx, err)}
	}
	action, copied, extension, err := v.edited(ctx, text)
	if err != nil || action == Declares {
		return errand{action: action, err: err}
	}
	name := v.name(copied) + extension
	if err := v.store.Write(ctx, name, copied); err != nil {
		return errand{err: inTime(ctx, err)}
	}
	url, err := v.store.URL(ctx, name)
	if err != nil {
		return errand{err: err}
	}
	quoted, err := jsontext.AppendQuote(nil, url)
	return errand{action, name, quoted, err}
}

// edited reads a template, and returns the copy that declares the macro, with its extension, if one is needed.
func (v *visitor) edited(ctx context.Context, text []byte) (action Action, copied pieces, extension string, err error) {
	v.editing.Lock()
	defer v.editing.Unlock()
	if ctx.Err() != nil {
		return "", nil, "", errDeadline
	}
	template, err := declare.ReadTemplate(text)
	if err != nil {
		return "", nil, "", unreadable(err)
	}
	declared := template.Declared(v.AccountID + "::" + v.Declaration.Macro)
	switch {
	case declared == declare.DeclaredLast:
		return Declares, nil, "", nil
	case declared == declare.DeclaredEarlier:
		return "", nil, "", errEarlier
	case template.Declared(v.Declaration.Macro) != declare.NotDeclared:
		return "", nil, "", errOtherAccount
	case v.Mode == Require:
		return "", nil, "", undeclared(v.Declaration.Macro)
	}
	if copied, err = template.DeclarePieces(v.Declaration); err != nil {
		return "", nil, "", unreadable(err)
	}
	if copied.size() > sizeLimit {
		return "", nil, "", errCopyTooLarge
	}
	if template.IsYAML() {
		return Declared, copied, ".yaml", nil
	}
	return Declared, copied, ".json", nil
}

// inTime puts the deadline in the place of what it led to.
func inTime(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errDeadline
	}
	return err
}

// name returns the name of a copy, but for its extension. It is another for each boundary, and for other rules:
// CloudFormation leaves a nested stack alone whose URL did not change, and would not apply the new ones.
func (r Request) name(copied pieces) string {
	hash := sha256.New()
	_, _ = io.WriteString(hash, r.Boundary+"\n"+r.Rules+"\n") // neither holds a line feed
	for _, piece := range copied {
		_, _ = hash.Write(piece)
	}
	return hex.EncodeToString(hash.Sum(nil))
}
