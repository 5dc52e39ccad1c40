package audit

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// stack is a deployed stack.
type stack struct {
	region     Region
	id, name   string
	parent     string // the ID of the stack around it; empty for an outermost one
	values     map[string]jsontext.Value
	parameters []string // the names of its template parameters, in their order
	mayDeclare bool
	roles      map[string]string // a role's name -> its logical ID
	children   []string          // IDs of nested stacks
	root       string            // the outermost stack's name
	isRead     bool
	isCDK      bool
	declares   bool
	params     map[string]jsontext.Value // those of the macro's declaration
	fault      error                     // why its template's declarations are not known
}

func newStack(r Region, s types.Stack) *stack {
	of := &stack{
		region: r, id: aws.ToString(s.StackId), name: aws.ToString(s.StackName), parent: aws.ToString(s.ParentId),
		values: make(map[string]jsontext.Value), roles: make(map[string]string), mayDeclare: mayDeclare(s),
	}
	if of.id == "" {
		of.id = of.name
	}
	set := func(name, value string) {
		if quoted, err := jsontext.AppendQuote(nil, value); err == nil {
			of.values[name] = quoted
		}
	}
	set("AWS::StackName", of.name)
	set("AWS::Region", r.Name)
	for _, p := range s.Parameters {
		set(aws.ToString(p.ParameterKey), aws.ToString(p.ParameterValue))
		of.parameters = append(of.parameters, aws.ToString(p.ParameterKey))
	}
	return of
}

// mayDeclare reports whether a stack that has roles may declare transforms: an outermost one needs a
// capability for them where it is not deployed by a change set. One without any capability cannot have
// roles, so that none listed says nothing.
func mayDeclare(s types.Stack) bool {
	return aws.ToString(s.ParentId) != "" || aws.ToString(s.ChangeSetId) != "" || len(s.Capabilities) == 0 ||
		slices.Contains(s.Capabilities, types.CapabilityCapabilityAutoExpand)
}

// readDeclarations finds the macro among the transforms of a template.
func (s *stack) readDeclarations(text, macro string) error {
	document, err := template.Read([]byte(text))
	if err != nil {
		return err
	}
	section, _, err := expand.Section(document.JSON())
	if err != nil {
		return err
	}
	snippets, err := expand.Snippets(document.JSON())
	if err != nil {
		return err
	}
	all := section
	for _, snippet := range snippets {
		all = append(all, snippet.Transforms...)
	}
	for _, t := range all {
		if transform.IsMacro(t.Name, macro) {
			s.declares, s.params = true, t.Parameters
			return nil
		}
	}
	return nil
}

// workers are how many calls of a region are under way at once; its pace sets how many there are a second.
const workers = 8

// readStacks reads the stacks that the options name, with those nested in them. Failures leave out what they
// would have shown.
func readStacks(ctx context.Context, regions []Region, o Options) (stacks []*stack, failures []error) {
	var all []*stack
	for _, region := range regions {
		list, err := region.describe(ctx)
		switch {
		case errors.Is(err, errDisabled):
		case err != nil:
			failures = append(failures, err)
		default:
			all = append(all, list...)
		}
	}
	read := reader{options: o}
	for next := wanted(all, o.Stacks); len(next) > 0; next = wanted(all, o.Stacks) {
		read.total += len(next)
		failures = append(failures, inParallel(next, func(s *stack) error { return read.stack(ctx, s) })...)
		stacks = append(stacks, next...)
		link(all) // what was read may hold stacks that were not wanted so far
	}
	return stacks, failures
}

// wanted lists the stacks that are still to be read; without names that is every one.
func wanted(all []*stack, names []string) []*stack {
	var list []*stack
	for _, s := range all {
		if !s.isRead && (len(names) == 0 || named(all, s, names)) {
			list = append(list, s)
		}
	}
	return list
}

// reader reads stacks and counts them.
type reader struct {
	options     Options
	lock        sync.Mutex
	done, total int
}

func (r *reader) stack(ctx context.Context, s *stack) error {
	s.isRead = true
	err := s.readResources(ctx)
	if err == nil && len(s.roles) > 0 && s.mayDeclare {
		s.fault = s.readTemplate(ctx, r.options.Macro)
		err = s.fault
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.done++; r.options.Progress != nil {
		r.options.Progress(r.done, r.total)
	}
	return err
}

// inParallel does something with each stack and returns the errors in the order of the stacks.
func inParallel(stacks []*stack, do func(*stack) error) (failures []error) {
	errs := make([]error, len(stacks))
	var group sync.WaitGroup
	slots := make(chan struct{}, workers)
	for i, s := range stacks {
		slots <- struct{}{}
		group.Go(func() {
			errs[i] = do(s)
			<-slots
		})
	}
	group.Wait()
	return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// link finds the stack around each, and the outermost one.
func link(stacks []*stack) {
	byID := make(map[string]*stack, len(stacks))
	for _, s := range stacks {
		byID[s.id] = s
	}
	for _, s := range stacks {
		for _, child := range s.children {
			if nested := byID[child]; nested != nil && nested.parent == "" {
				nested.parent = s.id
			}
		}
	}
	for _, s := range stacks {
		s.root = outermost(byID, s)
	}
}

func outermost(byID map[string]*stack, s *stack) string {
	for range len(byID) {
		if s.parent == "" {
			break
		}
		around := byID[s.parent]
		if around == nil {
			return nameOf(s.parent)
		}
		s = around
	}
	return s.name
}

// named reports whether a stack, or one around it, is among the names.
func named(list []*stack, s *stack, names []string) bool {
	for range len(list) + 1 {
		if slices.Contains(names, s.name) || slices.Contains(names, nameOf(s.parent)) {
			return true
		}
		i := slices.IndexFunc(list, func(other *stack) bool { return other.id == s.parent })
		if i < 0 {
			return false
		}
		s = list[i]
	}
	return false
}

// placed is a role with the stack that made it; nil is none that was read.
type placed struct {
	role
	stack     *stack
	logicalID string
}

func place(roles []role, stacks []*stack) []placed {
	of := make(map[string]*stack)
	for _, s := range stacks {
		for name := range s.roles {
			of[name] = s
		}
	}
	list := make([]placed, 0, len(roles))
	for _, r := range roles {
		p := placed{role: r, stack: of[r.name]}
		if p.stack != nil {
			p.logicalID = p.stack.roles[r.name]
		}
		list = append(list, p)
	}
	return list
}
