// Package macro is the CloudFormation macro: request bytes in, response bytes out, and one log line for each request.
//
// It answers every request itself, with the bounded fragment or with a failure that says what to do. When in doubt, it
// never passes a fragment through, unless the operator has set it to report only, see [Report].
package macro

import (
	"context"
	"io"
	"runtime/debug"
	"time"

	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
)

// Handler answers macro requests. It has the form of aws-lambda-go's lambda.Handler, which passes bytes: if a fragment
// were decoded into Go values, it would lose its spelling.
type Handler struct {
	settings  Settings
	source    registry.Source
	templates nested.Store
	log       logger
}

// NewHandler returns a handler that reads boundaries from a source and writes its log as JSON lines. The templates of
// nested stacks can be nil if the settings ignore them.
func NewHandler(settings Settings, source registry.Source, templates nested.Store, log io.Writer) *Handler {
	return &Handler{settings, source, templates, logger{log, settings.LogLevel}}
}

// Invoke answers a request. The error is always nil: after an error, CloudFormation would tell the user only that the
// response was malformed.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	began := time.Now()
	request, result, err := h.handle(ctx, payload)
	done := record{request: request, result: result, err: err, status: Success}
	var response []byte
	switch {
	case h.settings.Mode == Report && request.ID != "" && request.Fragment != nil:
		done.status = reported
		response = success(request.ID, request.Fragment)
	case err != nil:
		done.status = Failure
		response = failure(request.ID, message(err))
	default:
		response = success(request.ID, result.Fragment...)
	}
	done.took = time.Since(began)
	h.log.write(ctx, done)
	return response, nil
}

// handle processes a request. A panic becomes an error. The request has an ID whenever the payload has one.
func (h *Handler) handle(ctx context.Context, payload []byte) (request Request, result Result, err error) {
	defer func() {
		if recover() != nil {
			err = &panicError{debug.Stack()}
		}
		if request.ID == "" {
			request.ID = findRequestID(payload)
		}
	}()
	ctx, cancel := WithTimeToAnswer(ctx)
	defer cancel()
	if request, err = readRequest(payload, h.settings.options()); err != nil {
		return request, result, err
	}
	result, err = Transform(ctx, h.settings, h.source, h.templates, request)
	return request, result, h.settings.advise(err)
}

// WithTimeToAnswer returns a context that ends before the Lambda's deadline: by a quarter of the time left, and at most a
// second.
func WithTimeToAnswer(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(time.Second, time.Until(deadline)/4)))
}

// panicError is an error of this program. It leaves out the value of the panic, which could quote a fragment.
type panicError struct{ stack []byte }

func (e *panicError) Error() string {
	return "internal error; please report it with the stack in the function's log"
}
