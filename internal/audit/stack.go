package audit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
)

// stack is a deployed stack.
type stack struct {
	region     Region
	id, name   string
	status     types.StackStatus
	parent     string // the ID of the stack around it; empty for an outermost one
	values     map[string]jsontext.Value
	parameters []string // the names of its template parameters, in their order
	mayDeclare bool
	roles      map[string]string // a role's name -> its logical ID
	children   []string          // IDs of nested stacks
	macros     []string          // names of the macros that it registers
	root       string            // the outermost stack's name
	rootStack  *stack            // the outermost stack; nil where it is not among those that were listed
	isAsked    bool              // whether it was tried to read it
	isUnread   bool              // whether its resources are not known
	isCDK      bool
	declares   bool
	params     map[string]jsontext.Value // those of the macro's declaration
	fault      error                     // why its template's declarations are not known
}

func newStack(r Region, s types.Stack) *stack {
	of := &stack{
		region: r, id: aws.ToString(s.StackId), name: aws.ToString(s.StackName), status: s.StackStatus, parent: aws.ToString(s.ParentId),
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
		name := aws.ToString(p.ParameterKey)
		set(name, cmp.Or(aws.ToString(p.ResolvedValue), aws.ToString(p.ParameterValue))) // of an SSM parameter, its value
		of.parameters = append(of.parameters, name)
		of.isCDK = of.isCDK || name == cdkParameter
	}
	return of
}

// cdkParameter is the template parameter that CDK gives each outermost stack.
const cdkParameter = "BootstrapVersion"

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
		if declare.IsMacro(t.Name, macro) {
			s.declares, s.params = true, t.Parameters
			return nil
		}
	}
	return nil
}

// workers are how many calls of a region are under way at once; its pace sets how many there are a second.
const workers = 8

// reading is what was read of the stacks.
type reading struct {
	stacks   []*stack // those that the options name, with those nested in them
	failures []error
	isWhole  bool // whether each stack of the regions is among the stacks, and its resources are known
}

// readStacks reads the stacks that the options name, with those nested in them.
func readStacks(ctx context.Context, regions []Region, o Options) reading {
	var all []*stack
	read := reading{isWhole: true}
	for _, region := range regions {
		list, err := region.describe(ctx)
		if err != nil && !errors.Is(err, errDisabled) {
			read.failures, read.isWhole = append(read.failures, err), false
		}
		all = append(all, list...)
	}
	each := reader{options: o}
	link(all, read.isWhole)
	for next := wanted(all, o.Stacks); len(next) > 0; next = wanted(all, o.Stacks) {
		each.total += len(next)
		read.failures = append(read.failures, inParallel(next, func(s *stack) error { return each.stack(ctx, s) })...)
		read.stacks = append(read.stacks, next...)
		link(all, read.isWhole) // what was read may hold stacks that were not wanted so far
	}
	for _, s := range read.stacks {
		read.isWhole = read.isWhole && !s.isUnread
	}
	return read
}

// wanted lists the stacks that are still to be read; without names that is every one.
func wanted(all []*stack, names []string) []*stack {
	var list []*stack
	for _, s := range all {
		if !s.isAsked && (len(names) == 0 || named(all, s, names)) {
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
	s.isAsked = true
	err := s.readResources(ctx)
	s.isUnread = err != nil
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

// link finds the stack around each, and the outermost one. Where all stacks are there, one around another that is
// not was deleted, and left it behind.
func link(stacks []*stack, all bool) {
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
		root := outermost(byID, s)
		s.root, s.rootStack = root.name, root
		if byID[root.parent] == nil && root.parent != "" && !all {
			s.root, s.rootStack = nameOf(root.parent), nil
		}
	}
}

// outermost returns the outermost stack around another that is there.
func outermost(byID map[string]*stack, s *stack) *stack {
	for range len(byID) {
		around := byID[s.parent]
		if around == nil {
			break
		}
		s = around
	}
	return s
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
