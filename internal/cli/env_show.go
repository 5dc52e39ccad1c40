package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/account"
	"amplify-boundary/internal/registry"
)

// detail is the result of env show.
type detail struct {
	entry
	Fallback bool   `json:"fallback"` // whether a _default answers
	Chain    []link `json:"chain"`    // the SSM parameters asked, the most specific first
	ARN      string `json:"arn"`      // the boundary resolved for this account and region; empty for none, or where that cannot be
	Problem  string `json:"problem"`  // why the macro would refuse the boundary; empty if it would not
	Policy   string `json:"policy"`   // whether the policy exists: exists, missing, or unknown
}

// link is an SSM parameter of the fall-back chain.
type link struct {
	Parameter string `json:"parameter"` // the SSM parameter's name
	Exists    bool   `json:"exists"`    // whether it exists
}

func newEnvShow(streams IO) *cobra.Command {
	var k *keeper
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show the boundary of an environment and where it comes from",
		Long: `Show the boundary of an environment, the SSM parameter that holds it, those that were looked
for, the policy's ARN in this account and region, and whether the policy exists. Where
the macro would refuse the boundary, a line says why.`,
		Example: `  amplify-boundary env show prod
  amplify-boundary env show prod --project bookshop --output json`,
		Args: oneArgument("NAME"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if err := k.checkParameter(arguments[0]); err != nil {
				return err
			}
			p, err := k.open(cmd.Context())
			if err != nil {
				return err
			}
			d, err := k.detail(cmd.Context(), p, arguments[0])
			if err != nil {
				return err
			}
			return k.print(d, d.lines()...)
		},
	}
	k = newKeeper(streams, cmd)
	return cmd
}

func (k *keeper) detail(ctx context.Context, p site, name string) (detail, error) {
	d := detail{entry: entry{Environment: name, Project: k.project}, Policy: "unknown"}
	names := registry.Names(k.prefix, k.named(name))
	values, err := p.store.Values(ctx, names)
	if err != nil {
		return d, err
	}
	for _, n := range names {
		text, exists := values[n]
		d.Chain = append(d.Chain, link{n, exists})
		if exists && d.Parameter == "" {
			d.Parameter, d.Boundary = n, known(text)
		}
	}
	held, err := registry.Pick(values, k.prefix, k.named(name))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) {
		return d, err
	}
	if err != nil {
		d.Problem = err.Error()
		return d, nil
	}
	d.Fallback = held.Fallback
	if held.Value.IsNone() {
		return d, nil
	}
	if d.ARN, err = held.Resolve(k.scope(p, name)); err != nil {
		d.Problem = err.Error()
		return d, nil
	}
	if p.policies != nil {
		_, err := p.policies.Find(ctx, d.ARN)
		switch {
		case err == nil:
			d.Policy = "exists"
		case errors.Is(err, account.ErrNoPolicy):
			d.Policy = "missing"
		default:
			k.say("warning", "it is not known whether the policy exists: %v", err)
		}
	}
	return d, nil
}

func (d detail) lines() []string {
	lines := []string{"environment  " + d.Environment}
	if d.Project != "" {
		lines = append(lines, "project      "+d.Project)
	}
	lines = append(lines, "boundary     "+shown(d.Boundary))
	for i, l := range d.Chain {
		title, state := "", "does not exist"
		if i == 0 {
			title = "looked up in"
		}
		if l.Exists {
			state = "exists"
		}
		if l.Parameter == d.Parameter {
			state = "answers"
		}
		lines = append(lines, fmt.Sprintf("%-12s %s (%s)", title, l.Parameter, state))
	}
	if d.ARN != "" {
		lines = append(lines, "resolved     "+d.ARN, "policy       "+d.Policy)
	}
	if d.Problem != "" {
		lines = append(lines, "problem      "+d.Problem)
	}
	return lines
}
