package prove

import (
	"fmt"
	"strings"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
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

func newSimulated(e environment.Environment, parameter, arn string, document account.Document, results []account.Result) simulated {
	s := simulated{Environment: e.Name, Project: e.Project, Parameter: parameter, Boundary: arn, Allows: document.Allows(), Answers: []simulatedAnswer{}}
	for _, r := range results {
		answer := simulatedAnswer{
			Action: r.Action, Resource: r.Resource, Decision: string(r.Decision),
			Statements: []simulatedStatement{}, MissingContext: append([]string{}, r.MissingContext...), Message: inWords(arn, r),
		}
		for _, m := range r.Statements {
			answer.Statements = append(answer.Statements, simulatedStatement(m))
		}
		s.Answers = append(s.Answers, answer)
	}
	return s
}

// inWords says what IAM answers about a boundary, and which of its statements decides.
func inWords(arn string, r account.Result) string {
	policy := "policy " + arn[strings.LastIndexByte(arn, '/')+1:]
	var first account.Match
	if len(r.Statements) > 0 {
		first = r.Statements[0]
	}
	switch {
	case r.Decision == account.Allowed:
		return "allowed"
	case r.Decision != account.ExplicitDeny:
		return "not allowed by the boundary: no statement of " + policy + " allows it"
	case first.Sid != "":
		return fmt.Sprintf("denied explicitly by statement %q of %s", first.Sid, policy)
	case first.Number > 0:
		return fmt.Sprintf("denied explicitly by statement %d of %s", first.Number, policy)
	default:
		return "denied explicitly by " + policy
	}
}

// report prints the result, warns of what it does not show, and fails where an answer is not as expected.
func (o *simulateFlags) report(s simulated) error {
	if !s.Allows {
		o.io.Say("warning", "policy %s has no Allow statement; as a boundary it denies everything", s.Boundary)
	}
	boundary := s.Boundary + " (SSM parameter " + s.Parameter + ")"
	lines := command.Fields([][2]string{{"environment", s.Environment}, {"project", s.Project}, {"boundary", boundary}}...)
	rows := [][]string{{"ACTION", "RESOURCE", "ANSWER"}}
	unexpected := 0
	for _, a := range s.Answers {
		if len(a.MissingContext) > 0 {
			o.io.Say("warning", "%s on %s: policies ask for %s, which a simulation does not know; the result of a real request can differ",
				a.Action, a.Resource, strings.Join(a.MissingContext, ", "))
		}
		rows = append(rows, []string{a.Action, a.Resource, a.Message})
		denied := a.Decision != string(account.Allowed)
		if o.expectDenied && !denied || o.expectAllowed && denied {
			unexpected++
		}
	}
	if err := o.io.Print(o.output, s, append(append(lines, ""), command.Columns(rows)...)...); err != nil {
		return err
	}
	if unexpected == 0 {
		return nil
	}
	o.io.Say("", "%s not as expected, out of %d", command.Counted(unexpected, "answer"), len(s.Answers))
	return command.ErrFindings
}
