// Package macro is the CloudFormation macro: request bytes in, response bytes out, one log line each.
//
// It answers every request itself: with the bounded fragment, or with a failure that says what to do. It
// never passes a fragment through on doubt.
package macro

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"amplify-boundary/internal/registry"
)

// Handler answers macro requests. It has the form of aws-lambda-go's lambda.Handler, which hands over
// bytes: decoded into Go values, a fragment would not keep its spelling.
type Handler struct {
	settings Settings
	source   registry.Source
	log      *slog.Logger
}

// NewHandler returns a handler that reads boundaries from a source and writes its log as JSON lines.
func NewHandler(settings Settings, source registry.Source, log io.Writer) *Handler {
	return &Handler{settings, source, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: settings.LogLevel}))}
}

// Invoke answers a request. The error is always nil: for an error, CloudFormation says to
// the user only that the response was malformed.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	began := time.Now()
	request, result, err := h.handle(ctx, payload)
	var response []byte
	if err == nil {
		response = success(request.ID, result.Fragment)
		if len(response) > responseLimit {
			err = fmt.Errorf("the answer has %d bytes, more than the %d that Lambda passes on; split the template", len(response), responseLimit)
		}
	}
	if err != nil {
		response = failure(request.ID, message(err))
	}
	h.log.LogAttrs(ctx, level(result, err), "transform", attributes(request, result, err, time.Since(began))...)
	return response, nil
}

// handle does the work of a request. A panic becomes an error.
func (h *Handler) handle(ctx context.Context, payload []byte) (request Request, result Result, err error) {
	defer func() {
		if recover() != nil {
			err = &panicError{debug.Stack()}
		}
	}()
	ctx, cancel := withTimeToAnswer(ctx)
	defer cancel()
	if request, err = decode(payload); err != nil {
		return request, result, err
	}
	result, err = Transform(ctx, h.settings, h.source, request)
	return request, result, err
}

// withTimeToAnswer ends the work before the Lambda's deadline.
func withTimeToAnswer(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(time.Second, time.Until(deadline)/4)))
}

// panicError is a fault of this program. It leaves out the value of the panic, which may quote a fragment.
type panicError struct{ stack []byte }

func (e *panicError) Error() string {
	return "internal error; please report it with the stack in the function's log"
}
