package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// keeper is what the commands that keep boundaries have in common.
type keeper struct {
	IO
	from    connection
	prefix  string
	project string
	output  string
	yes     bool
}

func newKeeper(streams IO, cmd *cobra.Command) *keeper {
	k := &keeper{IO: streams}
	flags := cmd.Flags()
	k.from.flags(flags)
	flags.Lookup("registry").Usage = "local JSON `FILE` instead of Parameter Store; created when missing"
	k.from.accountFlag(flags)
	flags.StringVar(&k.prefix, "prefix", registry.DefaultPrefix, "`PREFIX` of the SSM parameters")
	flags.StringVar(&k.project, "project", "", "`NAME` of the project (default: boundaries for all projects)")
	flags.StringVar(&k.output, "output", "text", "`FORM` of the result: text or json")
	flags.BoolVar(&k.yes, "yes", false, "never ask")
	return k
}

// check refuses bad options.
func (k *keeper) check() error {
	if k.output != "text" && k.output != "json" {
		return fmt.Errorf("--output is %q; it must be text or json", k.output)
	}
	if err := checkPrefix(k.prefix); err != nil {
		return err
	}
	if k.project == "" {
		return nil
	}
	return checkName("--project", k.project)
}

// checkEnvironment refuses bad options, and names that no environment can have.
func (k *keeper) checkEnvironment(name string) error {
	if err := k.check(); err != nil {
		return err
	}
	return checkName("the environment's name", name)
}

// checkParameter is checkEnvironment, but takes _default too: the SSM parameter for environments not named.
func (k *keeper) checkParameter(name string) error {
	if name == registry.DefaultName {
		return k.check()
	}
	return k.checkEnvironment(name)
}

// checkName refuses names of environments and of projects by which no template could be found.
func checkName(subject, name string) error {
	switch {
	case !environment.ValidName(name):
		return fmt.Errorf("%s is %q; it must be %s", subject, name, environment.NameRule)
	case name == environment.Unset:
		return fmt.Errorf("%s is %s, which templates take for none at all; choose another", subject, name)
	default:
		return nil
	}
}

func checkPrefix(prefix string) error {
	if !registry.ValidPrefix(prefix) {
		return fmt.Errorf("--prefix is %q; it must be %s", prefix, registry.PrefixRule)
	}
	return nil
}

// named returns an environment of the project.
func (k *keeper) named(name string) environment.Environment {
	return environment.Environment{Name: name, Project: k.project}
}

// parameterName is that of the SSM parameter of exactly this environment.
func (k *keeper) parameterName(name string) string { return registry.Name(k.prefix, k.named(name)) }

// hint proposes a command.
func (k *keeper) hint(verb, name string) string {
	command := registry.Command(verb, k.prefix, k.named(name))
	if k.from.region != "" && k.from.region != k.Getenv("AWS_REGION") {
		command += " --region " + k.from.region
	}
	if k.from.profile != "" {
		command += " --profile " + k.from.profile
	}
	return command
}

// site is an account's registry in a region.
type site struct {
	store     registry.Store
	policies  *account.Policies // nil with a registry file: then AWS is not asked
	region    string            // empty where it is not known
	accountID string            // empty where it is not known
}

// open connects to the registry and asks AWS whose account it is.
func (k *keeper) open(ctx context.Context) (site, error) {
	store, err := k.from.store(ctx)
	if err != nil {
		return site{}, err
	}
	p := site{store: store}
	if p.region, p.accountID, err = k.from.scope(ctx, k.Getenv); err != nil {
		return site{}, err
	}
	p.policies, err = k.from.policies(ctx)
	return p, err
}

// scope is where the boundary of an environment is to hold.
func (k *keeper) scope(p site, name string) boundary.Scope {
	if name == registry.DefaultName {
		name = "" // it answers for any
	}
	return k.named(name).Scope(p.accountID, p.region)
}

// read reads a boundary that an operator gives to an environment; the empty string is none. It refuses
// what the macro would refuse later.
func (k *keeper) read(p site, name, text string) (boundary.Value, error) {
	value, err := parseGiven(k.prefix, k.parameterName(name), text)
	if err != nil {
		return boundary.Value{}, err
	}
	return value, value.Check(k.scope(p, name))
}

// parseGiven reads a boundary that is given for an SSM parameter below the prefix; the empty string is none.
func parseGiven(prefix, parameter, text string) (boundary.Value, error) {
	if text == "" {
		return boundary.None, nil
	}
	value, err := boundary.Parse(text)
	if err != nil {
		return boundary.Value{}, fmt.Errorf("the boundary given is %w", err)
	}
	entry, err := registry.NewEntry(prefix, parameter, value)
	return entry.Value, err
}

// inspect warns where a policy, used as a boundary, would not do what its operator expects.
func (k *keeper) inspect(ctx context.Context, p site, name string, value boundary.Value) {
	if p.policies == nil || value.IsNone() {
		return
	}
	arn, err := value.Resolve(k.scope(p, name))
	if err != nil {
		return // it uses names that only templates tell
	}
	policy, err := p.policies.Find(ctx, arn)
	switch {
	case errors.Is(err, account.ErrNoPolicy):
		k.say("warning", "policy %s does not exist; create it before a stack of environment %s is deployed, or the deployment fails", arn, name)
	case err != nil:
		k.say("warning", "it is not known whether the policy exists: %v", err)
	default:
		if allows, err := policy.Allows(ctx); err == nil && !allows {
			k.say("warning", "policy %s has no Allow statement; as a boundary it denies everything", arn)
		}
	}
}
