// Package guard is a CloudFormation hook that lets a role be created or changed only with a boundary of the
// registry: event bytes in, answer bytes out, one log line each.
//
// It sees what a macro cannot: stacks that do not declare it, and roles that Cloud Control makes. It never
// passes on doubt: its own trouble is a failure too, of another kind than a role's.
package guard

import (
	"context"
	"io"
	"log/slog"
	"time"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// Hierarchy reads every SSM parameter below a path.
type Hierarchy interface {
	List(ctx context.Context, path string) ([]registry.Parameter, error)
}

// PartReader is a [Hierarchy] of which the part can be read that one account needs, and a project, if one is
// named; whole reports whether that is all there is. See [registry.PathReader.Part].
type PartReader interface {
	Hierarchy
	Part(ctx context.Context, prefix, accountID, project string) (list []registry.Parameter, whole bool, err error)
}

// Handler answers the events of a hook. It has the form of aws-lambda-go's lambda.Handler.
type Handler struct {
	settings  Settings
	hierarchy Hierarchy
	region    string // of the function: Cloud Control's events name none
	log       *slog.Logger
}

// NewHandler returns a handler that reads the registry anew for each event and writes its log as JSON lines. Of a
// [PartReader] it reads the whole only for a role that does not pass by the part.
func NewHandler(settings Settings, hierarchy Hierarchy, region string, log io.Writer) *Handler {
	return &Handler{settings, hierarchy, region, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: settings.LogLevel}))}
}

// workLimit leaves a third of the 30 s that CloudFormation waits to each of its attempts.
const workLimit = 10 * time.Second

// Invoke answers an event. The error is always nil: for an error, CloudFormation tries again and in the end
// says only that the hook failed.
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
	ctx, cancel := context.WithTimeout(ctx, workLimit)
	defer cancel()
	event, err := decode(payload)
	if err != nil {
		return event, v, trouble(event, err)
	}
	if !h.settings.guards(event) {
		return event, v, skipped(event.Token, event.name()+": the guard looks at roles that are created or updated")
	}
	v, err = h.judge(ctx, event)
	switch {
	case err != nil:
		return event, v, trouble(event, err)
	case v.passes:
		return event, v, passed(event.Token, event.name()+": "+v.why)
	default:
		return event, v, failed(NonCompliant, event.Token, v.why, v.remedy)
	}
}

// judge holds a role against as much of the registry as it takes. Of an organisation's registry most are
// accounts' entries, ten a call: if each role took them all, a stack with a few roles would take more calls than
// Parameter Store allows in the time that a hook has. A role that passes by the part of its own account passes by
// the whole, which has only more boundaries that are right; any other is held against the whole, which says also
// what could not be read.
func (h *Handler) judge(ctx context.Context, event Event) (verdict, error) {
	if reader, can := h.hierarchy.(PartReader); can {
		project := environment.OfStack("", h.settings.Environment).Project
		list, whole, err := reader.Part(ctx, h.settings.ParameterPrefix, event.AccountID, project)
		if err == nil {
			v, err := h.judgeBy(list, event)
			if whole || err == nil && v.passes {
				return v, err
			}
		}
	}
	list, err := h.hierarchy.List(ctx, h.settings.ParameterPrefix)
	if err != nil {
		return verdict{}, err
	}
	return h.judgeBy(list, event)
}

func (h *Handler) judgeBy(list []registry.Parameter, event Event) (verdict, error) {
	return h.settings.judge(registry.NewSnapshot(h.settings.ParameterPrefix, list), event, h.region)
}

// trouble answers that the guard could not find out. What it says is about the registry or the event, not
// about the role.
func trouble(event Event, err error) Answer {
	return failed(InternalFailure, event.Token, "the guard cannot tell whether the role is bounded: "+err.Error(), "")
}
