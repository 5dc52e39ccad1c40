package impact

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"amplify-boundary/internal/awsapi/account"
)

// bound is a boundary with what is asked about it.
type bound struct {
	policy
	err error // why it cannot be read

	used     []string // actions and services
	outcomes map[string]outcome
}

// outcome is what a boundary does to an action, or to a service.
type outcome struct {
	result             Result
	statement, message string
}

// judge has IAM decide about what is asked: about an action, or about a service of which it is not known which action was used.
func (a Assessor) judge(ctx context.Context, b *bound) {
	isService := func(name string) bool { return !strings.Contains(name, ":") }
	names := slices.Compact(slices.Sorted(slices.Values(b.used)))
	actions := slices.DeleteFunc(slices.Clone(names), isService)
	possible, certain := a.simulate(ctx, b.lenient, actions), a.simulate(ctx, b.strict, actions)
	for _, name := range names {
		if !isService(name) {
			b.outcomes[name] = compare(possible[name], certain[name], "resources or requests")
			continue
		}
		possible := a.simulate(ctx, rewrite(b.statements, about(name, deny)), []string{anyAction})[anyAction]
		certain := a.simulate(ctx, rewrite(b.statements, about(name, allow)), []string{anyAction})[anyAction]
		b.outcomes[name] = compare(possible, certain, "actions, resources, or requests")
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
	switch err := cmp.Or(possible.err, certain.err); {
	case err != nil:
		return outcome{Unknown, "", err.Error()}
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

func (a Assessor) simulate(ctx context.Context, r reading, actions []string) map[string]answer {
	const page = 100 // how many answers IAM gives at once
	answers := make(map[string]answer)
	for part := range slices.Chunk(actions, page) {
		results, err := account.Simulate(ctx, a.AWS, account.Simulation{Actions: part, Resources: []string{"*"}, Boundary: r.Document})
		half := len(part) / 2
		if half > 0 && errors.Is(err, account.ErrNotAccepted) { // IAM refuses all actions if it does not know one of them
			maps.Copy(answers, a.simulate(ctx, r, part[:half]))
			maps.Copy(answers, a.simulate(ctx, r, part[half:]))
			continue
		}
		for i, action := range part {
			answers[action] = answer{err: err}
			if err == nil {
				answers[action] = answer{Result: results[i], statement: r.statement(results[i])}
			}
		}
	}
	return answers
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
