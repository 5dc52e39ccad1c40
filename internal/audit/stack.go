package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
)

type stack struct {
	region     Region
	id, name   string
	status     types.StackStatus
	parentID   string // empty for an outermost stack
	parent     *stack // the stack around it, if that is listed
	values     map[string]jsontext.Value
	parameters []string // names of its template parameters, in their order
	mayDeclare bool
	roles      map[string]string // a role's name -> its logical ID
	macros     []string          // names of the macros that it registers
	root       string            // name of the outermost stack
	rootStack  *stack            // the outermost stack; nil if it is not listed
	isCDK      bool
	unread     error                     // why its resources are not known
	declared   []jsontext.Pointer        // where the template declares the macro: the parts that it bounds
	params     map[string]jsontext.Value // of the first declaration
	fault      error                     // why its template's declarations are not known
}

func newStack(r Region, s types.Stack) *stack {
	of := &stack{
		region: r, id: aws.ToString(s.StackId), name: aws.ToString(s.StackName), status: s.StackStatus, parentID: aws.ToString(s.ParentId),
		values: make(map[string]jsontext.Value), roles: make(map[string]string),
	}
	// An outermost stack needs a capability to declare transforms, unless a change set deploys it. A stack without any
	// listed capability cannot have roles, so an empty list proves nothing.
	of.mayDeclare = of.parentID != "" || aws.ToString(s.ChangeSetId) != "" || len(s.Capabilities) == 0 ||
		slices.Contains(s.Capabilities, types.CapabilityCapabilityAutoExpand)
	of.values["AWS::StackName"], of.values["AWS::Region"] = cfn.Quote(of.name), cfn.Quote(r.Name)
	for _, p := range s.Parameters {
		name := aws.ToString(p.ParameterKey)
		// A resolved value is that of an SSM parameter.
		of.values[name] = cfn.Quote(cmp.Or(aws.ToString(p.ResolvedValue), aws.ToString(p.ParameterValue)))
		of.parameters = append(of.parameters, name)
	}
	of.isCDK = slices.Contains(of.parameters, "BootstrapVersion") // which CDK adds to each outermost stack
	return of
}

// readDeclarations finds the macro among the transforms of a template.
func (s *stack) readDeclarations(text, macro string) error {
	document, err := template.Read([]byte(text))
	if err != nil {
		return err
	}
	section, err := declare.In(document)
	if err != nil {
		return err
	}
	snippets, err := expand.Snippets(document.JSON())
	if err != nil {
		return err
	}
	whole := expand.Snippet{Transforms: section.Transforms()}
	for _, part := range slices.Insert(snippets, 0, whole) {
		for _, t := range part.Transforms {
			if !declare.IsMacro(t.Name, macro) {
				continue
			}
			if len(s.declared) == 0 {
				s.params = t.Parameters
			} else if (part.Path == "" || s.declared[0] != "") && !reflect.DeepEqual(t.Parameters, s.params) { // the section decides over snippets
				err = errContradiction
			}
			s.declared = append(s.declared, part.Path)
		}
	}
	return err
}

// errContradiction means that a template's declarations give the macro different parameters.
var errContradiction = errors.New("it declares the macro twice, and the declarations contradict each other")

// declares reports whether the macro is declared where it bounds a role: in the Transform section, or by Fn::Transform around
// the role or in it.
func (s *stack) declares(logicalID string) bool {
	role := jsontext.Pointer("/" + cfn.SectionResources).AppendToken(logicalID)
	return slices.ContainsFunc(s.declared, func(part jsontext.Pointer) bool { return part.Contains(role) || role.Contains(part) })
}

// environment returns the environment of a stack as the macro finds it, or otherwise the one in the stack's name.
func (s *stack) environment(settings environment.Settings) (environment.Environment, error) {
	e, err := environment.Find(environment.Template{TransformParameters: s.params, ParameterValues: s.values}, settings)
	switch {
	case s.fault != nil && !settings.IsFixed():
		return environment.Environment{}, s.fault
	case errors.Is(err, environment.ErrNoEnvironment), err != nil && settings.IsFixed():
		return environment.OfStack(s.name, settings), nil
	default:
		return e, err
	}
}

// EnvironmentOf returns the environment of one stack as an audit finds it. Its name is empty if the stack has none.
func (r Region) EnvironmentOf(ctx context.Context, stackName, macro string, settings environment.Settings) (environment.Environment, error) {
	answer, err := r.Stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &stackName})
	if err != nil {
		return environment.Environment{}, r.fail(ctx, "DescribeStacks", "read stack "+stackName, err)
	}
	if len(answer.Stacks) != 1 {
		return environment.Environment{}, fmt.Errorf("stack %s %w in %s", stackName, ErrNoStack, r.Name)
	}
	s := newStack(r, answer.Stacks[0])
	s.fault = s.readTemplate(ctx, macro)
	return s.environment(settings)
}

// reading is what was read of the stacks.
type reading struct {
	stacks   []*stack // those that the options name, with the stacks nested in them
	failures []error
	isWhole  bool // whether the stacks are all stacks of the regions, and the resources of each are known
}

// readStacks reads the stacks that the options name, with the stacks nested in them: their resources, and the declaration
// of those that have roles.
func readStacks(ctx context.Context, regions []Region, o Options) reading {
	var all []*stack
	read := reading{isWhole: true}
	for _, region := range regions {
		list, err := region.describe(ctx)
		if err != nil {
			read.failures, read.isWhole = append(read.failures, err), false
		}
		all = append(all, list...)
	}
	link(all, read.isWhole)
	read.stacks = slices.DeleteFunc(all, func(s *stack) bool { return len(o.Stacks) > 0 && !s.isNamed(o.Stacks) })
	const workers = 8 // calls to a region that run at once; its pace limits how many start in a second
	var group errgroup.Group
	group.SetLimit(workers)
	var lock sync.Mutex
	done := 0
	for _, s := range read.stacks {
		group.Go(func() error {
			if s.unread = s.readResources(ctx); s.unread == nil && len(s.roles) > 0 && s.mayDeclare {
				s.fault = s.readTemplate(ctx, o.Macro)
			}
			lock.Lock()
			defer lock.Unlock()
			if done++; o.Progress != nil {
				o.Progress(done, len(read.stacks))
			}
			return nil
		})
	}
	_ = group.Wait() // each stack has its errors
	for _, s := range read.stacks {
		read.isWhole = read.isWhole && s.unread == nil
		if err := cmp.Or(s.unread, s.fault); err != nil && !errors.Is(err, errContradiction) { // which is not a failure to read
			read.failures = append(read.failures, err)
		}
	}
	return read
}

// link finds the stack around each stack, and its outermost one. If all stacks are listed, a missing parent was deleted
// without the nested stack.
func link(stacks []*stack, isWhole bool) {
	byID := make(map[string]*stack, len(stacks))
	for _, s := range stacks {
		byID[s.id] = s
	}
	for _, s := range stacks {
		s.parent = byID[s.parentID]
	}
	for _, s := range stacks {
		root := s
		for root.parent != nil {
			root = root.parent
		}
		s.root, s.rootStack = root.name, root
		if root.parentID != "" && !isWhole {
			s.root, s.rootStack = nameOf(root.parentID), nil
		}
	}
}

// isNamed reports whether the stack, or one around it, is among the names.
func (s *stack) isNamed(names []string) bool {
	for ; s != nil; s = s.parent {
		if slices.Contains(names, s.name) || slices.Contains(names, nameOf(s.parentID)) {
			return true
		}
	}
	return false
}
