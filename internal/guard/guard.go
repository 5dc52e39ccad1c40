// Package guard is a CloudFormation hook that lets a role be created or updated only with a boundary of the
// registry: event bytes in, answer bytes out, one log line each.
//
// It sees what a macro cannot: stacks that do not declare it, and roles that Cloud Control creates. When in doubt, it
// never passes a role: an error of its own is a failure too, with another code.
package guard

import (
	"context"
	"io"
	"log/slog"
	"time"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// Hierarchy reads every SSM parameter below a path.
type Hierarchy interface {
	List(ctx context.Context, path string) ([]registry.Parameter, error)
}

// PartReader is a [Hierarchy] that can read the part that one account needs, and a project, if one is named. The
// result isWhole reports whether that is all there is. See [registry.ParameterStore.Part].
type PartReader interface {
	Hierarchy
	Part(ctx context.Context, prefix, accountID, project string) (list []registry.Parameter, isWhole bool, err error)
}

// Handler answers the events of a hook. It has the form of aws-lambda-go's lambda.Handler.
type Handler struct {
	settings  Settings
	hierarchy Hierarchy
	region    string
	log       *slog.Logger
}

// NewHandler returns a handler that reads the registry for each event and writes its log as JSON lines. From a
// [PartReader], it reads the whole registry only for a role that does not pass by the part. The region is the
// function's; if it is empty, the stack's counts.
func NewHandler(settings Settings, hierarchy Hierarchy, region string, log io.Writer) *Handler {
	return &Handler{settings, hierarchy, region, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: settings.LogLevel}))}
}

// workLimit leaves a third of the 30 s that CloudFormation waits to each of its attempts.
const workLimit = 10 * time.Second

// Invoke answers an event. The error is always nil: CloudFormation would retry, and then say only that the hook
// failed.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	began := time.Now()
	event, v, answer := h.handle(ctx, payload)
	h.log.LogAttrs(ctx, level(answer), "guard", attributes(event, v, answer, time.Since(began))...)
	return answer.encode()
}

// handle does the work of an event. A panic becomes a failure.
func (h *Handler) handle(ctx context.Context, payload []byte) (event Event, v verdict, answer Answer) {
	defer func() {
		if recover() != nil {
			answer = failed(InternalFailure, event.Token, "internal error of the guard; please report it", "")
		}
	}()
	ctx, cancelWork := macro.WithTimeToAnswer(ctx)
	defer cancelWork()
	ctx, cancel := context.WithTimeout(ctx, workLimit)
	defer cancel()
	event, err := decode(payload)
	if err == nil && !h.settings.guards(event) {
		return event, v, skipped(event.Token, event.name()+": the guard checks only roles that are created or updated")
	}
	if err == nil {
		v, err = h.judge(ctx, event.role(h.region))
	}
	switch {
	case err != nil:
		answer = failed(InternalFailure, event.Token, "the guard could not check the role: "+err.Error(), "")
	case v.passes:
		answer = passed(event.Token, v.why)
	default:
		answer = failed(NonCompliant, event.Token, v.why, v.remedy)
	}
	return event, v, answer
}

// judge compares a role with as much of the registry as necessary. Most of an organisation's registry is entries of
// accounts, read ten at a time: if every role took them all, a stack with a few roles would need more calls than
// Parameter Store allows within a hook's time. A role that passes by the part of its own account passes by the whole,
// which only has more accepted boundaries, and so does one that an exception leaves out. Any other role is compared with
// the whole, which also says what could not be read.
func (h *Handler) judge(ctx context.Context, r role) (verdict, error) {
	if reader, can := h.hierarchy.(PartReader); can {
		project := environment.OfStack("", h.settings.Environment).Project
		list, isWhole, err := reader.Part(ctx, h.settings.ParameterPrefix, r.AccountID, project)
		if err == nil {
			v, err := h.judgeBy(list, r)
			if isWhole || err == nil && v.passes {
				return v, err
			}
			exceptions, listErr := h.hierarchy.List(ctx, registry.ExceptionsPath(h.settings.ParameterPrefix))
			if err == nil && listErr == nil {
				if v, err := h.judgeBy(append(list, exceptions...), r); err == nil && v.passes {
					return v, nil
				}
			}
		}
	}
	list, err := h.hierarchy.List(ctx, h.settings.ParameterPrefix)
	if err != nil {
		return verdict{}, err
	}
	return h.judgeBy(list, r)
}

func (h *Handler) judgeBy(list []registry.Parameter, r role) (verdict, error) {
	return h.settings.judge(registry.NewSnapshot(h.settings.ParameterPrefix, list), r, time.Now())
}
