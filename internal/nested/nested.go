// Package nested processes the templates of a fragment's nested stacks. CloudFormation gives a template to a macro only if
// the template declares it. So each template is read, and either declares the macro, or is copied with a declaration.
//
// Only the fragment's own nested stacks are processed. CloudFormation invokes the macro for each of them, and that
// invocation processes theirs.
//
// The author of a template chooses its URLs. So [S3] contacts only https URLs of S3, with the rights of the macro's
// function, and [Directory] reads only below one directory. No error repeats the content of a template or the signature
// of a URL.
package nested

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

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
	Bound   Mode = "bound"   // templates that do not declare it are copied with a declaration
)

// Store reads templates and keeps copies.
type Store interface {
	// Read returns the template at a location. The error says what to do, and repeats nothing of the template.
	Read(ctx context.Context, template Location) ([]byte, error)
	// Write stores a copy under a name that is the hash of its content.
	Write(ctx context.Context, name string, text []byte) error
	// URL returns the URL of a copy.
	URL(ctx context.Context, name string) (string, error)
}

// Request says how to process the nested stacks of a fragment.
type Request struct {
	Mode        Mode // not [Ignore]
	Declaration declare.Macro
	AccountID   string // of the macro
	Boundary    string // the ARN that holds here; the names of the copies depend on it
	Rules       string // how the boundary is set; the names of the copies depend on them too
	Context     intrinsic.Context
	Stacks      transform.Stacks
}

// Action is what was done about a nested stack.
type Action string

// The actions.
const (
	Copied  Action = "copied"   // its URL now leads to a copy that declares the macro
	Kept    Action = "declares" // its template declares the macro itself
	Skipped Action = "skipped"  // its condition is false, so that there is no stack
)

// ProcessedStack is a nested stack that was processed.
type ProcessedStack struct {
	transform.Resource
	Action   Action
	Template Location // zero where the stack is skipped
	Copy     string   // the name of the copy; empty where there is none
}

// Process reads the template of each nested stack, and writes the copies that are needed. It returns what was done, in the
// order of the fragment, and the edits that point the fragment at the copies. Each template is read and written once, at
// most 16 at a time. The error is a [*FaultsError] that names every nested stack that cannot be processed.
//
// The same request gives the same answer, and finds its copies written.
func Process(ctx context.Context, store Store, r Request) ([]ProcessedStack, []cfn.Edit, error) {
	if n := len(r.Stacks.List); n > stackLimit {
		return nil, nil, fmt.Errorf("%d nested stacks, more than the %d resources that CloudFormation accepts in a template; split the template", n, stackLimit)
	}
	stacks, templates := r.locate(ctx)
	results := r.processAll(ctx, store, templates)
	var processed []ProcessedStack
	var edits []cfn.Edit
	var faults []Fault
	for _, s := range stacks {
		if done := results[s.Template]; s.err == nil && s.Action != Skipped {
			s.Action, s.Copy, s.err = done.action, done.name, doubted(done.err, s.doubt)
			if done.url != nil {
				edits = append(edits, cfn.Edit{At: s.url, Text: done.url})
			}
		}
		if s.err != nil {
			faults = append(faults, Fault{s.Resource, s.Template, s.err})
		} else {
			processed = append(processed, s.ProcessedStack)
		}
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.LogicalID, b.LogicalID) })
		return processed, nil, &FaultsError{r.Declaration.Name, faults}
	}
	return processed, edits, nil
}

const (
	stackLimit = 500 // CloudFormation's number of resources in a template
	atOnce     = 16  // templates in memory, and calls of S3, at the same time
)

// stack is a nested stack with the span of its TemplateURL in the fragment.
type stack struct {
	ProcessedStack
	url   cfn.Span
	doubt *intrinsic.Error // see [intrinsic.Value]
	err   error
}

// locate evaluates where the templates are. It returns each location once.
func (r Request) locate(ctx context.Context) (stacks []stack, templates []Location) {
	evaluator := newEvaluator(r.Context, r.Stacks)
	known := make(map[Location]bool)
	for _, n := range r.Stacks.List {
		s := stack{ProcessedStack: ProcessedStack{Resource: n.Resource}, url: n.TemplateURL}
		if ctx.Err() != nil {
			s.err = errDeadline
		} else if exists, err := evaluator.Condition(n.Condition); n.Condition != "" && err == nil && !exists {
			s.Action = Skipped
		} else if s.err = s.locate(evaluator, n); s.err == nil && !known[s.Template] {
			known[s.Template] = true
			templates = append(templates, s.Template)
		}
		stacks = append(stacks, s)
	}
	return stacks, templates
}

// newEvaluator evaluates in the template that has these nested stacks.
func newEvaluator(known intrinsic.Context, stacks transform.Stacks) *intrinsic.Evaluator {
	known.Parameters, known.Mappings, known.Conditions = stacks.Parameters, stacks.Mappings, stacks.Conditions
	return intrinsic.New(known)
}

func (s *stack) locate(evaluator *intrinsic.Evaluator, n transform.NestedStack) error {
	if !n.TemplateURL.Found() {
		return errNoURL
	}
	value, err := evaluator.Evaluate(n.Value, n.LoopVariables()...)
	if err != nil {
		return &reason{"TemplateURL cannot be evaluated: " + err.Error(), adviceURL}
	}
	url, isText := value.Text()
	if !isText {
		return errNoURL
	}
	s.doubt = value.Doubt
	if s.Template, err = Locate(url); err != nil && s.doubt != nil {
		return &reason{"the value that the macro gets does not give a URL of S3 (" + s.doubt.Error() + ")", adviceURL}
	}
	return err
}

// doubted says where a template is not found because CloudFormation may have another value than the macro.
func doubted(err error, doubt *intrinsic.Error) error {
	if missing := (*reason)(nil); doubt != nil && errors.As(err, &missing) && strings.HasPrefix(missing.advice, adviceUpload) {
		return &reason{missing.fact + ", at the value that the macro gets (" + doubt.Error() + ")", adviceURL}
	}
	return err
}

// result is what was done about one template.
type result struct {
	action Action
	name   string // of the copy
	url    []byte // of the copy, as JSON
	err    error
}

// answer is what a worker sends: the result for a template, or the worker's own panic.
type answer struct {
	template Location
	result   result
	panicked any
}

// processAll processes all templates. A worker's panic becomes one of the caller, who recovers from it; in the worker, it
// would end the process. At the deadline, processAll returns what is done: nothing interrupts the edit of a long
// template, and the answer must not wait for it.
func (r Request) processAll(ctx context.Context, store Store, templates []Location) map[Location]result {
	answers := make(chan answer, len(templates)) // room for all, so that no worker waits for a caller that has returned
	free := make(chan struct{}, atOnce)
	p := processor{Request: r, store: store}
	results := make(map[Location]result, len(templates))
	for _, t := range templates {
		results[t] = result{err: errDeadline}
		go func() {
			free <- struct{}{}
			a := answer{template: t}
			defer func() {
				a.panicked = recover()
				answers <- a
				<-free
			}()
			a.result = p.process(ctx, t)
		}()
	}
	for range templates {
		select {
		case a := <-answers:
			if a.panicked != nil {
				panic(a.panicked)
			}
			results[a.template] = a.result
		case <-ctx.Done():
			return results
		}
	}
	return results
}

// processor processes templates, several at a time.
type processor struct {
	Request
	store Store

	// editing is held while a template is parsed and edited, which takes much more memory than its text.
	editing sync.Mutex
}

func (p *processor) process(ctx context.Context, template Location) result {
	text, err := p.store.Read(ctx, template)
	if err != nil {
		return result{err: orDeadline(ctx, err)}
	}
	done, copied := p.edit(ctx, text)
	if copied == nil {
		return done
	}
	if err := p.store.Write(ctx, done.name, copied); err != nil {
		return result{err: orDeadline(ctx, err)}
	}
	url, err := p.store.URL(ctx, done.name)
	if err != nil {
		return result{err: err}
	}
	done.url = cfn.Quote(url)
	return done
}

// orDeadline returns the deadline as the error of a call where it is the cause.
func orDeadline(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errDeadline
	}
	return err
}

// edit parses a template. If it needs a copy that declares the macro, edit returns the copy and its name. The name differs for
// each boundary and for other rules: CloudFormation leaves a nested stack alone whose URL did not change, and would not apply
// the new ones.
func (p *processor) edit(ctx context.Context, text []byte) (done result, copied []byte) {
	p.editing.Lock()
	defer p.editing.Unlock()
	if ctx.Err() != nil {
		return result{err: errDeadline}, nil
	}
	template, err := declare.Read(text)
	if err != nil {
		return result{err: unreadable(err)}, nil
	}
	state := template.State(p.AccountID + "::" + p.Declaration.Name)
	switch {
	case state == declare.Last:
		return result{action: Kept}, nil
	case state == declare.NotLast:
		return result{err: errEarlier}, nil
	case template.State(p.Declaration.Name) != declare.Absent:
		return result{err: errOtherAccount}, nil
	case p.Mode == Require:
		return result{err: undeclared(p.Declaration.Name)}, nil
	}
	if copied, err = template.Add(p.Declaration); err != nil {
		return result{err: unreadable(err)}, nil
	}
	if len(copied) > sizeLimit {
		return result{err: errCopyTooLarge}, nil
	}
	extension := ".json"
	if template.Document().YAML() != nil {
		extension = ".yaml"
	}
	hash := sha256.New()
	_, _ = io.WriteString(hash, p.Boundary+"\n"+p.Rules+"\n") // neither contains a line feed
	_, _ = hash.Write(copied)
	return result{action: Copied, name: hex.EncodeToString(hash.Sum(nil)) + extension}, copied
}
