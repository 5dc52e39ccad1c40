package prove

import (
	"fmt"
	"strings"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/command"
)

type simulated struct {
	Environment string            `json:"environment"` // the environment's name
	Project     string            `json:"project"`     // the project's name; empty: boundaries for all projects
	Parameter   string            `json:"parameter"`   // the SSM parameter that holds the boundary
	Boundary    string            `json:"boundary"`    // the boundary's ARN
	Allows      bool              `json:"allows"`      // whether the boundary has an Allow statement; without, it denies everything
	Role        string            `json:"role"`        // the role's ARN; empty without --role
	Answers     []simulatedAnswer `json:"answers"`     // one for each action and resource
}

// simulatedAnswer is what IAM says of an action on a resource.
type simulatedAnswer struct {
	Action         string               `json:"action"`         // the action
	Resource       string               `json:"resource"`       // the resource's ARN, or *
	Decision       string               `json:"decision"`       // allowed, implicitDeny (nothing allows it) or explicitDeny (a statement denies it)
	DeniedBy       string               `json:"deniedBy"`       // boundary, identity (the role's own policies) or organization; empty if it is allowed, or if that is not known
	Statements     []simulatedStatement `json:"statements"`     // what decided, as far as IAM names it
	MissingContext []string             `json:"missingContext"` // condition keys of the policies that a simulation does not know
	Message        string               `json:"message"`        // the answer in words
}

// simulatedStatement is a statement that decided.
type simulatedStatement struct {
	Policy string `json:"policy"` // the boundary's ARN, or what IAM calls another policy
	Number int    `json:"place"`  // of the statement in the boundary, from 1; 0 if it is not known
	Sid    string `json:"sid"`    // the statement's Sid; empty if it has none, or if it is not known
}

// addResults describes IAM's results.
func (s *simulated) addResults(results []account.Result) {
	for _, v := range results {
		answer := simulatedAnswer{
			Action: v.Action, Resource: v.Resource, Decision: string(v.Decision), DeniedBy: string(v.By),
			Statements: []simulatedStatement{}, MissingContext: append([]string{}, v.MissingContext...), Message: s.message(v),
		}
		for _, m := range v.Statements {
			statement := simulatedStatement{m.Policy, m.Number, m.Sid}
			if m.OfBoundary {
				statement.Policy = s.Boundary
			}
			answer.Statements = append(answer.Statements, statement)
		}
		s.Answers = append(s.Answers, answer)
	}
}

func (s *simulated) message(v account.Result) string {
	explicit := v.Decision == account.ExplicitDeny
	switch {
	case v.Decision == account.Allowed:
		return "allowed"
	case v.By == account.Organization:
		return "denied by a service control policy of the organization"
	case v.By == account.Boundary && explicit:
		return "denied explicitly by " + s.statement(v)
	case v.By == account.Boundary:
		return "not allowed by the boundary: no statement of policy " + policyName(s.Boundary) + " allows it"
	case v.By == account.Identity && explicit:
		return "denied explicitly by the role's own " + s.statement(v)
	case v.By == account.Identity:
		return "not allowed by the role's own policies; the boundary would allow it"
	case explicit:
		return "denied explicitly"
	default:
		return "not allowed by the boundary, the role's own policies, or both"
	}
}

// statement names the first statement that decided, and its policy.
func (s *simulated) statement(v account.Result) string {
	if len(v.Statements) == 0 {
		return "policy " + policyName(s.Boundary)
	}
	m := v.Statements[0]
	policy := "policy " + m.Policy
	if m.OfBoundary {
		policy = "policy " + policyName(s.Boundary)
	}
	switch {
	case m.Sid != "":
		return fmt.Sprintf("statement %q of %s", m.Sid, policy)
	case m.Number > 0:
		return fmt.Sprintf("statement %d of %s", m.Number, policy)
	default:
		return policy
	}
}

// policyName is the last part of a policy's ARN.
func policyName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// lines are the result for people.
func (s *simulated) lines() []string {
	boundary := fmt.Sprintf("%s (SSM parameter %s)", s.Boundary, s.Parameter)
	lines := command.Fields([][2]string{{"environment", s.Environment}, {"project", s.Project}, {"boundary", boundary}, {"role", s.Role}}...)
	rows := [][]string{{"ACTION", "RESOURCE", "ANSWER"}}
	for _, a := range s.Answers {
		rows = append(rows, []string{a.Action, a.Resource, a.Message})
	}
	return append(append(lines, ""), command.Columns(rows)...)
}

// report prints the result, warns of what it does not show, and fails where an answer is not as expected.
func (o *simulateFlags) report(s simulated) error {
	if !s.Allows {
		o.io.Say("warning", "policy %s has no Allow statement; as a boundary it denies everything", s.Boundary)
	}
	unexpected := 0
	for _, a := range s.Answers {
		if len(a.MissingContext) > 0 {
			o.io.Say("warning", "%s on %s: policies ask for %s, which a simulation does not know; the result of a real request can differ",
				a.Action, a.Resource, strings.Join(a.MissingContext, ", "))
		}
		denied := a.Decision != string(account.Allowed)
		if o.expectDenied && denied && a.DeniedBy != string(account.Boundary) {
			o.io.Say("warning", "%s on %s is denied, but not by the boundary", a.Action, a.Resource)
		}
		if o.expectDenied && !denied || o.expectAllowed && denied {
			unexpected++
		}
	}
	if err := o.io.Print(o.output, s, s.lines()...); err != nil {
		return err
	}
	if unexpected == 0 {
		return nil
	}
	o.io.Say("", "%s not as expected, out of %d", command.Counted(unexpected, "answer"), len(s.Answers))
	return command.ErrFindings
}
