package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
	"amplify-boundary/transform"
)

// errFindings ends the command with the exit code that says that there are findings.
var errFindings = errors.New("findings")

// finding is a role that would be deployed without its environment's boundary, or a reason for which the
// macro would refuse the template.
type finding struct {
	File      string `json:"file"`      // as on the command line
	Line      int    `json:"line"`      // where the resource begins, from 1
	LogicalID string `json:"logicalId"` // the resource's name; Transform where the macro would refuse its declaration
	Message   string `json:"message"`   // what is wrong, and what to do
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.LogicalID, f.Message)
}

// findings is the result of check.
type findings struct {
	Findings []finding `json:"findings"` // by file as on the command line, then by logical ID
}

// checkOptions are the options of check.
type checkOptions struct {
	templateOptions
	strict bool
}

func newCheck(streams IO) *cobra.Command {
	o := &checkOptions{templateOptions: templateOptions{options: options{IO: streams}}}
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Find roles that would be deployed without the boundary",
		Long: `Find the roles in templates, JSON or YAML ("-" is standard input), that would be deployed
without the boundary of their environment: a template that declares the macro as its last
transform has none, unless the macro would refuse its resources. In another each role must
carry the boundary literally. A template of an environment without a boundary has no
findings.

The environment is found as the macro finds it, from the transform's parameters and the
defaults of the template parameters, unless --environment names it. It need not be known
where a template can be judged without it. The exit code is 3 when there are findings.`,
		Example: `  amplify-boundary check --environment prod templates/*.yaml
  amplify-boundary check --output json amplify/backend/function/*/*-cloudformation-template.json`,
		Args: count("one FILE or more", 1, math.MaxInt),
		RunE: func(cmd *cobra.Command, files []string) error {
			return runCheck(cmd.Context(), o, files)
		},
	}
	o.addFlags(cmd)
	o.addOutputFlag(cmd, "text", "json")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "count only boundaries that are written in the template")
	return cmd
}

// runCheck prints the findings in files.
func runCheck(ctx context.Context, o *checkOptions, files []string) error {
	if err := o.validate(); err != nil {
		return err
	}
	c := checker{o, sync.OnceValues(func() (lookups, error) { return o.openLookups(ctx) })}
	result := findings{[]finding{}}
	var lines []string
	failed := false
	for _, file := range files {
		found, err := c.checkFile(ctx, file)
		if err != nil {
			o.say("error", "%v", err)
			failed = true
		}
		for _, f := range found {
			lines = append(lines, f.String())
		}
		result.Findings = append(result.Findings, found...)
	}
	if err := o.print(result, lines...); err != nil {
		return err
	}
	switch {
	case failed:
		return errFailed
	case len(result.Findings) > 0:
		return errFindings
	default:
		return nil
	}
}

// checker checks templates.
type checker struct {
	*checkOptions
	open func() (lookups, error) // opens the registry, once; many templates need none
}

// checkFile lists a template's findings.
func (c checker) checkFile(ctx context.Context, file string) ([]finding, error) {
	data, err := c.readFile(file)
	if err != nil {
		return nil, err
	}
	found, err := c.check(ctx, file, data)
	if err != nil {
		err = c.inFile(file, err)
	}
	return found, err
}

// check lists the findings in a file's text.
func (c checker) check(ctx context.Context, file string, data []byte) ([]finding, error) {
	s, err := readCheckedTemplate(data, c.macro)
	if err != nil {
		return nil, err
	}
	env, envErr := s.environment(c.environment, c.project)
	lines := s.document.ResourceLines()
	var found []finding
	add := func(logicalID string, line int, message string) {
		found = append(found, finding{file, line, logicalID, message})
	}
	refused := s.macroIndex >= 0 && envErr != nil && !errors.Is(envErr, environment.ErrNoEnvironment)
	if refused {
		add("Transform", s.document.Line("Transform"), envErr.Error())
	}
	var unfinished []transform.Resource // roles that other transforms have yet to complete
	for _, f := range s.fragment.Faults() {
		switch {
		case !s.resolvedBefore(f):
			add(f.LogicalID, lines.Of(f.LogicalID), f.Message(c.macro))
		case f.Type == "AWS::IAM::Role" && (c.strict || !s.declaredIn(f.LogicalID, c.macro)):
			unfinished = append(unfinished, f.Resource)
		}
	}
	mustCarry := (c.strict || !s.boundsEveryRole) && (s.fragment.HasRoles() || len(unfinished) > 0)
	switch {
	case len(found) == 0 && !mustCarry:
		return nil, nil // in any environment
	case refused, envErr != nil && !mustCarry:
		return found, nil // whatever the environment, unless it is one without a boundary
	case envErr != nil:
		return found, fmt.Errorf("%w; or give --environment", envErr)
	}
	arn, err := c.arn(ctx, env)
	if err != nil || arn == "" {
		return nil, err
	}
	if mustCarry {
		unfinished = slices.DeleteFunc(unfinished, func(r transform.Resource) bool { return s.carries(r.LogicalID, arn) })
		for _, r := range slices.Concat(s.fragment.RolesWithout(arn), unfinished) {
			add(r.LogicalID, lines.Of(r.LogicalID),
				fmt.Sprintf("it would be deployed without %s, the boundary of environment %s; %s", arn, env.Name, c.remedy(s)))
		}
	}
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(a.LogicalID, b.LogicalID) })
	return found, nil
}

func (c checker) remedy(s checkedTemplate) string {
	if s.boundsEveryRole || c.strict {
		return "write it into the template"
	}
	return "declare " + c.macro + " as the last transform"
}

// arn returns the boundary of an environment; empty for none.
func (c checker) arn(ctx context.Context, e environment.Environment) (string, error) {
	registered, err := c.open()
	if err != nil {
		return "", &sourceError{err}
	}
	entry, err := registry.Lookup(ctx, registered.source, c.prefix, e)
	if err != nil || entry.Value.IsNone() {
		return "", err
	}
	return entry.Resolve(e.Scope(registered.where.AccountID, registered.where.Region))
}
