package audit

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/shell"
)

type repair struct {
	command string // for a shell; words in capitals are for the reader to replace; empty: there is none
	note    string // what else to know or do
}

func (r repair) and(note string) repair {
	r.note = strings.TrimPrefix(r.note+"; "+note, "; ")
	return r
}

type repairer struct {
	*comparer
	role
	found Role
}

func (r repairer) repair() repair {
	e, s := environment.Environment{Name: r.found.Environment, Project: r.found.Project}, r.stack
	switch {
	case s != nil && errors.Is(s.fault, errContradiction):
		return repair{"", "declare the macro once, last, in the template of stack " + s.name + "; then deploy it"}
	case r.isDoubted, s != nil && s.fault != nil:
		return repair{registry.Program + " audit", "again, once the stacks that could not be read can be read"}
	}
	if preset, isPreset := exception.PresetFor(exception.Role{Name: r.name, Path: r.path, Stack: r.found.Stack, AccountID: r.AccountID}); isPreset {
		flags := ""
		if r.Prefix != registry.DefaultPrefix {
			flags = shell.Flag("prefix", r.Prefix)
		}
		return repair{preset.AddCommand(flags), "AWS creates the role and manages it; the exception leaves it out"}
	}
	_, err := r.snapshot.Pick(e)
	switch missing := (*registry.NotFoundError)(nil); {
	case e.Name != "" && errors.As(err, &missing):
		return repair{registry.Command("add", r.Prefix, e), "environment " + e.Name + " is not in the registry; audit again after that"}
	case e.Name != "" && err != nil:
		return repair{registry.Command("update", r.Prefix, e), "the entry of environment " + e.Name + " is malformed; audit again after that"}
	case r.found.Kind == Unknown && e.Name != "":
		return repair{registry.Command("show", r.Prefix, e), "which says why the environment has no usable boundary"}
	case s == nil:
		return r.byHand()
	case s.status == types.StackStatusDeleteInProgress:
		return repair{"aws cloudformation wait stack-delete-complete" + s.flags(), "the stack is being deleted"}
	case slices.Contains([]types.StackStatus{types.StackStatusRollbackComplete, types.StackStatusRollbackFailed, types.StackStatusDeleteFailed}, s.status):
		return repair{"aws cloudformation delete-stack" + s.flags(), "the stack is in " + string(s.status) + " and can only be deleted"}
	case !r.found.Declares && r.found.Kind == Extra:
		return r.byHand()
	case !r.found.Declares && slices.ContainsFunc(s.macros, func(name string) bool { return declare.IsMacro(name, r.Macro) }):
		return r.inMacroStack()
	case !r.found.Declares:
		return r.declare()
	case r.found.Kind == Missing || r.found.Kind == Different:
		return r.revertDrift()
	default:
		return r.deployAgain()
	}
}

// byHand changes the role alone.
func (r repairer) byHand() repair {
	put := "aws iam put-role-permissions-boundary" + shell.Flag("role-name", r.name)
	switch {
	case r.found.Kind == Extra:
		return repair{"aws iam delete-role-permissions-boundary" + shell.Flag("role-name", r.name), ""}
	case r.found.Wanted == "":
		return repair{put + " --permissions-boundary ARN", "with a boundary that " + registry.Program + " env list shows"}
	default:
		return repair{put + shell.Flag("permissions-boundary", r.found.Wanted), ""}
	}
}

// inMacroStack gives a boundary to the roles of the macro itself. Its stack cannot declare the macro, because a macro
// that fails could then not be repaired. This project's template has a parameter for the boundary.
func (r repairer) inMacroStack() repair {
	const parameter, why = "PermissionsBoundary", "the stack registers the macro, so it cannot declare it"
	s := r.stack
	if r.found.Wanted == "" || !slices.Contains(s.parameters, parameter) {
		return r.byHand().and(why)
	}
	return s.updated(s.previous(parameter, r.found.Wanted)).and(why)
}

// The names that Amplify Gen 2 gives to stacks.
var (
	gen2Stack    = regexp.MustCompile(`^amplify-([a-zA-Z0-9]+)-(.+)-branch-[0-9a-f]{10}$`)
	sandboxStack = regexp.MustCompile(`^amplify-.+-sandbox-[0-9a-f]{10}$`)
)

// declare adds the declaration to the stack's template, with the tool that writes the template.
func (r repairer) declare() repair {
	s := r.stack
	_, isGen1 := environment.OfAmplifyRoot(s.root)
	switch {
	case isGen1:
		return repair{registry.Program + " adopt", "in the project of stack " + s.root + "; then amplify push"}
	case s.isOfCDK():
		return repair{"", "declare the macro in the app of stack " + s.root + " by an aspect, as docs/tools.md shows, and deploy it"}
	}
	// The environment is named only if the macro would not find it: in the declaration, it takes precedence over the
	// template's own parameter, so it would bind the template's other environments to this one.
	command := registry.Program + " declare TEMPLATE"
	_, err := environment.Find(environment.Template{ParameterValues: s.values}, r.Settings)
	if errors.Is(err, environment.ErrNoEnvironment) {
		command += shell.Flag("environment", cmp.Or(r.found.Environment, "NAME"))
	}
	return repair{command, "on the template of stack " + s.name + "; then deploy it"}
}

// revertDrift undoes a change by hand: the macro is declared for the role, so it gave the role its boundary once. A nested
// stack has no change sets of its own.
func (r repairer) revertDrift() repair {
	const name = " --change-set-name revert-drift"
	switch s := r.stack; {
	case s.rootStack != s:
		return r.byHand()
	case s.isOfCDK() && !gen2Stack.MatchString(s.name) && !sandboxStack.MatchString(s.name):
		return s.whenSettled("cdk deploy " + shell.Quote(s.name) + " --revert-drift")
	default:
		at := s.flags()
		return s.whenSettled("aws cloudformation create-change-set" + at + name + " --deployment-mode REVERT_DRIFT" + s.previous("", "") +
			" && aws cloudformation wait change-set-create-complete" + at + name +
			" && aws cloudformation execute-change-set" + at + name +
			" && aws cloudformation wait stack-update-complete" + at)
	}
}

// deployAgain deploys a template that did not change.
func (r repairer) deployAgain() repair {
	s, root := r.stack, r.stack.rootStack
	gen1, isGen1 := environment.OfAmplifyRoot(s.root)
	gen2 := gen2Stack.FindStringSubmatch(s.root)
	const revision = "with another Revision where the macro is declared"
	switch {
	case isGen1:
		return repair{"amplify env checkout " + gen1 + " && amplify push --force", "in the project of stack " + s.root}
	case gen2 != nil:
		return repair{"npx ampx pipeline-deploy" + shell.Flag("app-id", gen2[1]) + shell.Flag("branch", gen2[2]), revision + " in backend.ts"}
	case sandboxStack.MatchString(s.root):
		return repair{"npx ampx sandbox --once", revision + " in backend.ts"}
	case s.isOfCDK():
		return repair{"cdk deploy " + shell.Quote(s.root) + " --force", ""}
	case root == nil:
		return repair{"", "deploy stack " + s.root + " again, " + revision + " in the template of " + s.name}
	}
	again := root.updated(root.previous("", ""))
	if root != s {
		again = again.and(revision + " in the template of " + s.name + ", unless NestedStacks is bound")
	}
	return again
}

// isOfCDK reports whether CDK created the stack, or the outermost stack around it.
func (s *stack) isOfCDK() bool { return s.isCDK || s.rootStack != nil && s.rootStack.isCDK }

// whenSettled returns a command for a stack that can be updated, or what to do first if it cannot be updated yet.
func (s *stack) whenSettled(command string) repair {
	switch {
	case s.status == types.StackStatusUpdateRollbackFailed:
		return repair{"aws cloudformation continue-update-rollback" + s.flags(), "the stack is in " + string(s.status) + "; audit again after that"}
	case strings.HasSuffix(string(s.status), "_IN_PROGRESS"):
		return repair{command, "when stack " + s.name + " is no longer in " + string(s.status)}
	default:
		return repair{command, ""}
	}
}

func (s *stack) updated(flags string) repair {
	return s.whenSettled("aws cloudformation update-stack" + s.flags() + flags + " && aws cloudformation wait stack-update-complete" + s.flags())
}

func (s *stack) flags() string {
	return shell.Flag("region", s.region.Name) + shell.Flag("stack-name", s.name)
}

// previous returns the flags that keep a stack's template and parameters, except that one parameter gets a new value.
func (s *stack) previous(changed, value string) string {
	flags := " --use-previous-template --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND"
	if len(s.parameters) > 0 {
		flags += " --parameters"
	}
	for _, name := range s.parameters {
		use := "UsePreviousValue=true"
		if name == changed {
			use = "ParameterValue=" + value
		}
		flags += " " + shell.Quote("ParameterKey="+name+","+use)
	}
	return flags
}
