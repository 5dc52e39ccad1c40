package lambdatest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Function is a running Lambda function.
type Function struct {
	runtime *runtime
	process *exec.Cmd
	log     *os.File // a file, because what is written to it can be read at once
	died    chan struct{}
	stop    context.CancelFunc
}

// Start starts a function's program with Lambda's environment variables and those given, and no others. The program runs until
// the context ends or [Function.Stop] is called.
func Start(ctx context.Context, command []string, variables ...string) (*Function, error) {
	log, err := os.CreateTemp("", "lambda-log")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(log.Name()) // the file exists until it is closed
	ctx, stop := context.WithCancel(ctx)
	f := &Function{runtime: newRuntime(), log: log, died: make(chan struct{}), stop: stop}
	f.process = exec.CommandContext(ctx, command[0], command[1:]...)
	f.process.Stderr = log
	f.process.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + f.runtime.address(),
		"AWS_LAMBDA_FUNCTION_NAME=AmplifyBoundary",
		"AWS_REGION=eu-west-1",
		"AWS_DEFAULT_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"AWS_SESSION_TOKEN=test",
	}, variables...)
	if err := f.process.Start(); err != nil {
		stop()
		f.runtime.close()
		return nil, err
	}
	go func() {
		_ = f.process.Wait()
		f.runtime.close()
		close(f.died)
	}()
	return f, nil
}

// Invoke sends a request to the function, which must answer within the limit. It returns an error where Lambda would: if the
// function posts an error or an answer that is too long, ends, or exceeds the limit.
func (f *Function) Invoke(payload []byte, limit time.Duration) ([]byte, error) {
	if len(payload) > PayloadLimit {
		return nil, fmt.Errorf("a request of %d bytes is longer than Lambda accepts", len(payload))
	}
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	requests, given := f.runtime.requests, request{payload, time.Now().Add(limit)}
	for {
		select {
		case requests <- given:
			requests = nil
		case o := <-f.runtime.outcomes:
			if o.Path != "response" {
				return nil, fmt.Errorf("the function posted %s: %.500s", o.Path, o.Body)
			}
			return o.Body, nil
		case <-f.died:
			return nil, fmt.Errorf("the function ended (%v): %s", f.process.ProcessState, f.Log())
		case <-timeout.C:
			return nil, errors.New("no answer before the deadline")
		}
	}
}

// Log returns all that the function has written to its log.
func (f *Function) Log() string {
	text, _ := io.ReadAll(io.NewSectionReader(f.log, 0, math.MaxInt64))
	return string(text)
}

// PeakMemory returns the running function's peak resident memory in bytes, which Linux reports.
func (f *Function) PeakMemory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return 0, fmt.Errorf("peak memory of the function: %w", err)
	}
	return kilobytes << 10, nil
}

// Stop ends the function, and returns its exit status and resource usage.
func (f *Function) Stop() *os.ProcessState {
	f.stop()
	return f.Wait()
}

// Wait waits until the function ends, and returns its exit status and resource usage.
func (f *Function) Wait() *os.ProcessState {
	<-f.died
	f.stop()
	return f.process.ProcessState
}

// Polled reports whether the function has asked for a request.
func (f *Function) Polled() bool { return len(f.runtime.polled) > 0 }

// Posted returns what the function posted without an invocation.
func (f *Function) Posted() (o Outcome, posted bool) {
	select {
	case o = <-f.runtime.outcomes:
		return o, true
	default:
		return Outcome{}, false
	}
}
