// Package progress shows at a terminal how far a command is, or that it waits for AWS.
package progress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
)

// Line is the last line of a terminal, which whatever is written to the terminal through it replaces.
type Line struct {
	out     io.Writer
	program string

	mutex    sync.Mutex
	done     string // how many things are done; empty if they are not counted
	pending  int    // calls to AWS that have not ended
	first    sync.Once
	slow     bool   // whether the first call began a while ago
	retrying string // why a call is tried again; empty if none is
	shown    string
}

// NewLine returns the line of a terminal, which begins with the program's name.
func NewLine(out io.Writer, program string) *Line { return &Line{out: out, program: program} }

// Count returns what shows how many of all things were done; once all are, it removes that.
func (l *Line) Count(things string) func(done, all int) {
	return func(done, all int) {
		l.change(func() { l.done = fmt.Sprintf("%d of %d %s", done, all, things) })
		if done == all {
			l.change(func() { l.done = "" })
		}
	}
}

func (l *Line) change(change func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	change()
	text := l.done
	if text == "" && l.pending > 0 && (l.slow || l.retrying != "") {
		text = "waiting for AWS"
	}
	if text != "" {
		text = l.program + ": " + text + l.retrying
	}
	if len(text) < len(l.shown) {
		l.erase()
	}
	if text != l.shown {
		fmt.Fprint(l.out, "\r", text)
	}
	l.shown = text
}

func (l *Line) erase() {
	if l.shown != "" {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
	l.shown = ""
}

// Write writes to the terminal, in place of the line.
func (l *Line) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.erase()
	return l.out.Write(text)
}

// Observe lets the line follow the calls of a client of AWS, and their attempts: it is one of the client's API options.
func (l *Line) Observe(stack *middleware.Stack) error {
	const patience = 2 * time.Second // before a command says that it calls AWS
	call := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		l.first.Do(func() { time.AfterFunc(patience, func() { l.change(func() { l.slow = true }) }) })
		l.change(func() { l.pending++ })
		defer l.change(func() {
			if l.pending--; l.pending == 0 {
				l.retrying = ""
			}
		})
		return next.HandleInitialize(ctx, in)
	}
	attempt := func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleFinalize(ctx, in)
		l.change(func() { l.retrying = retryReason(err) })
		return out, metadata, err
	}
	return errors.Join(
		stack.Initialize.Add(middleware.InitializeMiddlewareFunc("StatusOfCall", call), middleware.Before),
		stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("StatusOfAttempt", attempt), (*retry.Attempt)(nil).ID(), middleware.After),
	)
}

// retryReason returns why the SDK tries a call again after an error; empty if it does not.
func retryReason(err error) string {
	switch {
	case retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary:
		return ", retrying: throttled"
	case retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary:
		return ", retrying: no answer"
	default:
		return ""
	}
}
