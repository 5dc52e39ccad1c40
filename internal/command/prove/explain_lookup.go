package prove

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/denial"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// lookup looks up what a text leaves open. What it needs for several denials is looked up once.
type lookup struct {
	explainFlags
	connection command.Connection
	where      boundary.Scope // the credentials' account and region; without an account, AWS is not asked

	snapshot *registry.Snapshot // nil: the registry is not known
	unknown  string             // why the registry is not known; empty: it was not asked
	roles    map[roleKey]roleFound
}

type roleKey struct {
	name      string
	withStack bool
}

// roleFound is a role that was denied, as far as it could be looked up.
type roleFound struct {
	account.Role
	words   string // its stack, environment, and boundary
	unknown []string
}

// newLookup opens what can be looked up: nothing, a registry file, or AWS.
func (o *explainFlags) newLookup(ctx context.Context) *lookup {
	l := &lookup{explainFlags: *o, roles: make(map[roleKey]roleFound)}
	var err error
	if !o.offline {
		if l.connection, err = o.registry.ConnectAWS(ctx); err == nil {
			l.where, err = l.connection.Account(ctx)
		}
		if err != nil {
			l.where = boundary.Scope{}
			o.io.Say("warning", "AWS was not asked: %v; or give --offline", err)
		}
	}
	if l.where.AccountID == "" && o.registry.File == "" {
		return l
	}
	if l.where.AccountID == "" {
		l.connection, _ = o.registry.Connect(ctx) // a file needs no AWS
		l.where.Region = l.connection.Region()
	}
	parameters, err := l.connection.Reader("").List(ctx, o.registry.Prefix)
	if err != nil {
		l.unknown = err.Error()
		return l
	}
	snapshot := registry.NewSnapshot(o.registry.Prefix, parameters)
	l.snapshot = &snapshot
	return l
}

// asksAWS reports whether there are credentials to ask AWS.
func (l *lookup) asksAWS() bool { return l.where.AccountID != "" }

// explain explains what was found, and looks up the rest.
func (l *lookup) explain(ctx context.Context, f denial.Found) explainedItem {
	unknown := []string{}
	if f.Encoded != "" && f.Policy == denial.Unnamed && l.asksAWS() {
		text, err := account.Decode(ctx, l.connection.AWS, f.Encoded)
		if err == nil {
			f, err = f.Decode(text)
		}
		if err != nil {
			unknown = append(unknown, err.Error())
		}
	}
	words := f.Explain()
	item := explainedItem{
		Kind: "denial", Count: f.Count, Principal: f.Principal, Action: f.Action, Resource: f.Resource, Policy: string(f.Policy), PolicyARN: f.PolicyARN,
		Explicit: f.Explicit, Message: f.Text, Macro: f.Macro, Environments: []string{}, Cause: words.Cause, Remedy: words.Remedy, Unknown: unknown,
	}
	if f.Message != nil {
		item.Kind = "message"
	}
	if f.Sids != "" {
		item.Statement = "the encoded message names statement " + f.Sids
	}
	if f.Message != nil || f.Policy != denial.Boundary {
		return item
	}
	arn := f.PolicyARN
	if role := f.Role(); role != "" && l.asksAWS() {
		found := l.role(ctx, f, role)
		item.Unknown = append(item.Unknown, found.unknown...)
		if arn == "" {
			arn = found.Boundary
		}
		if !f.ConcernsNewRole() {
			item.Role = found.words
		}
	}
	if arn == "" {
		return item
	}
	item.PolicyARN = arn
	l.addEnvironments(&item, arn)
	if l.asksAWS() {
		l.addStatement(ctx, &item, f, arn)
	}
	return item
}

func (l *lookup) addEnvironments(item *explainedItem, arn string) {
	if l.snapshot == nil {
		if l.unknown != "" {
			item.Unknown = append(item.Unknown, "the environments of the boundary: "+l.unknown)
		}
		return
	}
	for _, e := range l.snapshot.Environments() {
		entry, err := l.snapshot.Pick(e)
		if err != nil || entry.Value.IsNone() {
			continue
		}
		if resolved, err := entry.Resolve(e.Scope(denial.Account(arn), l.where.Region)); err == nil && resolved == arn {
			item.Environments = append(item.Environments, e.String()+" (SSM parameter "+entry.Name+")")
		}
	}
	if len(item.Environments) == 0 {
		item.Unknown = append(item.Unknown, "no environment of the registry has this boundary now")
	}
}

func (l *lookup) addStatement(ctx context.Context, item *explainedItem, f denial.Found, arn string) {
	simulation := account.Simulation{Actions: []string{f.Action}, Resources: []string{"*"}}
	if strings.HasPrefix(f.Resource, "arn:") {
		simulation.Resources = []string{f.Resource}
	}
	var results []account.Result
	var err error
	if simulation.Boundary, err = account.NewPolicies(l.connection.AWS).Document(ctx, arn); err == nil {
		results, err = account.Simulate(ctx, l.connection.AWS, simulation)
	}
	if err != nil {
		item.Unknown = append(item.Unknown, "the statement: "+err.Error())
		return
	}
	r := results[0]
	item.Statement = inWords(arn, r)
	if r.Decision == account.Allowed {
		item.Statement = "the boundary allows it in IAM's simulation: it was changed since, or a condition decides"
	}
	if len(r.MissingContext) > 0 {
		item.Statement += "; conditions on " + strings.Join(r.MissingContext, ", ") + " can change that"
	}
}

// role looks up a role that was denied, its stack, and whether it has the current boundary of its environment.
func (l *lookup) role(ctx context.Context, f denial.Found, name string) (found roleFound) {
	key := roleKey{name, !f.ConcernsNewRole()}
	if known, isKnown := l.roles[key]; isKnown {
		return known
	}
	defer func() { l.roles[key] = found }()
	if id := denial.Account(f.Principal); id != l.where.AccountID {
		found.unknown = []string{fmt.Sprintf("role %s: it is in account %s, but the credentials are of account %s", name, id, l.where.AccountID)}
		return found
	}
	var err error
	if found.Role, err = account.FindRole(ctx, l.connection.AWS, name); err != nil {
		found.unknown = []string{err.Error()}
		return found
	}
	if !key.withStack {
		return found
	}
	stack, err := account.StackOf(ctx, l.connection.AWS, cfn.TypeRole, name)
	if errors.Is(err, account.ErrNoStack) {
		found.words = fmt.Sprintf("%s belongs to no stack of region %s, and has %s", name, l.where.Region, boundaryInWords(found.Boundary))
		return found
	}
	if err != nil {
		found.unknown = []string{err.Error()}
		return found
	}
	found.words = fmt.Sprintf("%s belongs to stack %s", name, stack)
	switch wanted, e, err := l.wanted(ctx, stack); {
	case err != nil:
		found.unknown = []string{"whether the role has the current boundary: " + err.Error()}
	case wanted == found.Boundary:
		found.words += ", and has the current boundary of " + e.String()
	default:
		found.words += fmt.Sprintf(", and has %s, but %s has %s now: deploy the stack again", boundaryInWords(found.Boundary), e.String(), boundaryInWords(wanted))
	}
	return found
}

func boundaryInWords(arn string) string {
	if arn == "" {
		return "no boundary"
	}
	return "boundary " + arn
}

// wanted returns the boundary that the registry has for a stack's environment; empty is none.
func (l *lookup) wanted(ctx context.Context, stack string) (arn string, e environment.Environment, err error) {
	if l.snapshot == nil {
		return "", e, errors.New(l.unknown)
	}
	settings, err := macro.ReadSettings(l.io.Getenv)
	if err != nil {
		return "", e, err
	}
	fixed, err := l.snapshot.SettingsOf(l.where.AccountID, settings.Environment)
	if err != nil {
		return "", e, err
	}
	region := audit.New(l.connection.AWS, nil, []string{l.where.Region}, false).Regions[0]
	if e, err = region.EnvironmentOf(ctx, stack, l.macro, fixed); err != nil {
		return "", e, err
	}
	if e.Name == "" {
		return "", e, fmt.Errorf("stack %s names no environment", stack)
	}
	entry, err := l.snapshot.Pick(e)
	if err != nil || entry.Value.IsNone() {
		return "", e, err
	}
	arn, err = entry.Resolve(e.Scope(l.where.AccountID, l.where.Region))
	return arn, e, err
}
