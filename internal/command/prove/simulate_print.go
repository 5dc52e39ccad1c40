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
	Answers     []simulatedAnswer `json:"answers"`     // one for each action and resource
}

// simulatedAnswer is what IAM says of an action on a resource.
type simulatedAnswer struct {
	Action         string               `json:"action"`         // the action
	Resource       string               `json:"resource"`       // the resource's ARN, or *
	Decision       string               `json:"decision"`       // allowed, implicitDeny (nothing allows it) or explicitDeny (a statement denies it)
	Statements     []simulatedStatement `json:"statements"`     // what decided, as far as IAM names it
	MissingContext []string             `json:"missingContext"` // condition keys of the policies that a simulation does not know
	Message        string               `json:"message"`        // the answer in words
}

// simulatedStatement is a statement that decided.
type simulatedStatement struct {
	Number int    `json:"place"` // of the statement in the boundary, from 1; 0 if it is not known
	Sid    string `json:"sid"`   // the statement's Sid; empty if it has none, or if it is not known
}

// addResults describes IAM's results.
func (s *simulated) addResults(results []account.Result) {
	for _, v := range results {
		answer := simulatedAnswer{
			Action: v.Action, Resource: v.Resource, Decision: string(v.Decision),
			Statements: []simulatedStatement{}, MissingContext: append([]string{}, v.MissingContext...), Message: s.message(v),
		}
		for _, m := range v.Statements {
			answer.Statements = append(answer.Statements, simulatedStatement(m))
		}
		s.Answers = append(s.Answers, answer)
	}
}

func (s *simulated) message(v account.Result) string {
	switch v.Decision {
	case account.Allowed:
		return "allowed"
	case account.ExplicitDeny:
		return "denied explicitly by " + s.statement(v)
	default:
		return "not allowed by the boundary: no statement of policy " + policyName(s.Boundary) + " allows it"
	}
}

// statement names the first statement that decided, and its policy.
func (s *simulated) statement(v account.Result) string {
	policy := "policy " + policyName(s.Boundary)
	var m account.Match
	if len(v.Statements) > 0 {
		m = v.Statements[0]
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
	lines := command.Fields([][2]string{{"environment", s.Environment}, {"project", s.Project}, {"boundary", boundary}}...)
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
