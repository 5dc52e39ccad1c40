// Package guard judges one role by the registry, for two callers: event bytes in, answer bytes out, one log line each.
// As a CloudFormation hook, it lets a role be created or updated only with an accepted boundary. As a rule of AWS Config,
// it says whether a role that exists complies, however it was made.
//
// It sees what a macro cannot: stacks that do not declare it, and roles that no template has. When in doubt, it
// never passes a role: an error of its own is a failure of the hook, with another code, and no evaluation of the rule.
package guard

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// Hierarchy reads every SSM parameter below a path.
type Hierarchy interface {
	List(ctx context.Context, path string) ([]registry.Parameter, error)
}

// PartReader is a [Hierarchy] that can read the part that one account needs, and a project, if one is named. The
// result isWhole reports whether the hierarchy has nothing else. An error comes without a list. See
// [registry.ParameterStore.Part].
type PartReader interface {
	Hierarchy
	Part(ctx context.Context, prefix, accountID, project string) (list []registry.Parameter, isWhole bool, err error)
}

// Handler answers the events of the hook and of the rule. It has the form of aws-lambda-go's lambda.Handler.
type Handler struct {
	settings  Settings
	hierarchy Hierarchy
	account   Account
	region    string
	log       *slog.Logger
}

// NewHandler returns a handler that reads the registry for each event and writes its log as JSON lines. From a
// [PartReader], it reads the whole registry only for a role that does not pass by the part. The region is the
// function's; if it is empty, the stack's counts. Only the rule asks the account.
func NewHandler(settings Settings, hierarchy Hierarchy, account Account, region string, log io.Writer) *Handler {
	return &Handler{settings, hierarchy, account, region, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: settings.LogLevel}))}
}

// workLimit leaves a third of the 30 s that CloudFormation waits to each of its attempts.
const workLimit = 10 * time.Second

// Invoke answers an event of CloudFormation or of AWS Config. For CloudFormation, the error is always nil: it would
// retry, and then say only that the hook failed.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	members, malformed := cfn.Members(payload, "the event")
	if members["invokingEvent"] != nil { // it is from AWS Config
		return h.invokeRule(ctx, payload)
	}
	began := time.Now()
	event, v, answer := h.handle(ctx, payload, malformed)
	h.record(ctx, "guard", answer.HookStatus, answer.Message, began, v, answer.ErrorCode == InternalFailure,
		slog.String("errorCode", answer.ErrorCode),
		slog.String("account", event.AccountID),
		slog.String("region", event.Region),
		slog.String("stack", event.Stack),
		slog.String("logicalId", event.LogicalID),
		slog.String("type", event.TargetName))
	return json.Marshal(answer)
}

// handle does the work of an event, unless it is malformed. A panic becomes a failure.
func (h *Handler) handle(ctx context.Context, payload []byte, malformed error) (event Event, v verdict, answer Answer) {
	defer func() {
		if recover() != nil {
			answer = newAnswer(failed, InternalFailure, event.Token, errPanic.Error(), "")
		}
	}()
	ctx, cancelWork := macro.WithTimeToAnswer(ctx)
	defer cancelWork()
	ctx, cancel := context.WithTimeout(ctx, workLimit)
	defer cancel()
	err := malformed
	if err == nil {
		event, err = decode(payload)
	}
	if err == nil && (!h.settings.bounds(event.TargetName) || strings.HasPrefix(event.InvocationPoint, "DELETE")) {
		return event, v, newAnswer(skipped, "", event.Token, event.name()+": the guard checks only roles that are created or updated", "")
	}
	if err == nil {
		r := event.role(h.region)
		v, err = h.judge(ctx, r.AccountID, false, func(snapshot registry.Snapshot) (verdict, error) { return h.settings.judge(snapshot, r, time.Now()) })
	}
	switch {
	case err != nil:
		answer = newAnswer(failed, InternalFailure, event.Token, "the guard could not check the role: "+err.Error(), "")
	case v.passes:
		answer = newAnswer(passed, "", event.Token, v.why, "")
	default:
		answer = newAnswer(failed, NonCompliant, event.Token, v.why, v.remedy)
	}
	return event, v, answer
}

// judge decides by as much of the registry as necessary, and returns what a decision by the whole would be. Most of an
// organisation's registry is entries of accounts, read ten at a time: if every role took them all, a stack with a few
// roles would need more calls than Parameter Store allows within a hook's time. A role that passes by the part of its own
// account passes by the whole, which only has more accepted boundaries, and so does one that an exception leaves out. Any
// other role is compared with the whole, which also says what could not be read. With exceptions first, no decision is
// made without them.
func (h *Handler) judge(ctx context.Context, accountID string, exceptionsFirst bool, decide func(registry.Snapshot) (verdict, error)) (v verdict, err error) {
	prefix := h.settings.ParameterPrefix
	var part []registry.Parameter // what most roles of the account need; nil where it cannot be read
	isWhole := false
	if reader, can := h.hierarchy.(PartReader); can {
		part, isWhole, _ = reader.Part(ctx, prefix, accountID, environment.OfStack("", h.settings.Environment).Project)
	}
	if part != nil && (isWhole || !exceptionsFirst) {
		if v, err = decide(registry.NewSnapshot(prefix, part)); isWhole || err == nil && v.passes {
			return v, err
		}
	}
	if part != nil {
		if exceptions, listErr := h.hierarchy.List(ctx, registry.ExceptionsPath(prefix)); listErr == nil {
			if v, err = decide(registry.NewSnapshot(prefix, append(part, exceptions...))); err == nil && v.passes {
				return v, nil
			}
		}
	}
	list, err := h.hierarchy.List(ctx, prefix)
	if err != nil {
		return verdict{}, err
	}
	return decide(registry.NewSnapshot(prefix, list))
}
