package impact

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"amplify-boundary/internal/awsapi/account"
)

// bound is a boundary with what is asked about it.
type bound struct {
	policy
	err error // why it cannot be read

	actions  []string
	services []string // whose used action is not known
	outcomes map[string]outcome
}

func newBound(d account.Document, err error) *bound {
	b := &bound{err: err, outcomes: make(map[string]outcome)}
	if err == nil {
		b.policy, b.err = parse(d)
	}
	return b
}

// outcome is what a boundary does to an action, or to a service.
type outcome struct {
	result             Result
	statement, message string
}

func (a Assessor) judge(ctx context.Context, b *bound) {
	actions := slices.Compact(slices.Sorted(slices.Values(b.actions)))
	possible, certain := a.simulate(ctx, b.lenient, actions), a.simulate(ctx, b.strict, actions)
	for _, action := range actions {
		b.outcomes[action] = compare(possible[action], certain[action], "resources or requests")
	}
	for _, service := range slices.Compact(slices.Sorted(slices.Values(b.services))) { // of which it is not known which action was used
		possible := a.simulate(ctx, rewrite(b.statements, about(service, deny)), []string{anyAction})[anyAction]
		certain := a.simulate(ctx, rewrite(b.statements, about(service, allow)), []string{anyAction})[anyAction]
		b.outcomes[service] = compare(possible, certain, "actions, resources, or requests")
	}
}

// anyAction is one that IAM knows. In a reading about a service, every action has the same answer.
const anyAction = "s3:GetObject"

// answer is IAM's answer under a reading, with the statement of the policy that decided, or why there is none.
type answer struct {
	account.Result
	statement string
	err       error
}

// compare compares the answers of the lenient and the strict reading, which differ by what is named.
func compare(possible, certain answer, what string) outcome {
	switch {
	case possible.err != nil:
		return outcome{Unknown, "", possible.err.Error()}
	case certain.err != nil:
		return outcome{Unknown, "", certain.err.Error()}
	case possible.Decision == account.ExplicitDeny && possible.statement != "":
		return outcome{Lost, possible.statement, "statement " + possible.statement + " denies it"}
	case possible.Decision != account.Allowed:
		return outcome{Lost, "", "no statement allows it"}
	case certain.Decision == account.Allowed:
		return outcome{Kept, certain.statement, ""}
	case certain.Decision == account.ExplicitDeny && certain.statement != "":
		return outcome{Depends, certain.statement, "statement " + certain.statement + " denies it for some " + what}
	default:
		return outcome{Depends, possible.statement, "statement " + possible.statement + " allows it only for some " + what}
	}
}

// chunk is how many actions a simulation is asked about at once: as many as IAM has on a page.
const chunk = 100

func (a Assessor) simulate(ctx context.Context, r reading, actions []string) map[string]answer {
	answers := make(map[string]answer)
	for part := range slices.Chunk(actions, chunk) {
		a.ask(ctx, r, part, answers)
	}
	return answers
}

// ask asks IAM about a chunk. IAM refuses all actions if it does not know one of them: then each half is asked for
// itself.
func (a Assessor) ask(ctx context.Context, r reading, actions []string, answers map[string]answer) {
	results, err := account.Simulate(ctx, a.AWS, account.Simulation{Actions: actions, Resources: []string{"*"}, Boundary: r.Document})
	if half := len(actions) / 2; half > 0 && errors.Is(err, account.ErrNotAccepted) {
		a.ask(ctx, r, actions[:half], answers)
		a.ask(ctx, r, actions[half:], answers)
		return
	}
	for i, action := range actions {
		if err != nil {
			answers[action] = answer{err: err}
			continue
		}
		answers[action] = answer{Result: results[i], statement: r.statement(results[i])}
	}
}

// statement names the statement of the policy that decided: its Sid or its number.
func (r reading) statement(result account.Result) string {
	for _, m := range result.Statements {
		switch {
		case m.Number == 0 || r.numbers[m.Number-1] == 0:
		case m.Sid != "":
			return m.Sid
		default:
			return strconv.Itoa(r.numbers[m.Number-1])
		}
	}
	return ""
}
