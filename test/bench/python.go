package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

const rewriteScript = "test/bench/rewrite.py"

// pythonBaseline is a Python process that does what the transform does. It times itself, so that neither its
// start nor the way to it counts.
type pythonBaseline struct {
	process *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
}

// startPythonBaseline starts the script on a fragment. It ends with the context or [pythonBaseline.stop].
func startPythonBaseline(ctx context.Context, python string, fragment []byte) (*pythonBaseline, error) {
	process := exec.CommandContext(ctx, python, rewriteScript, boundaryARN)
	process.Stderr = os.Stderr
	orders, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("start Python: %w; run: make bench", err)
	}
	p := &pythonBaseline{process, orders, bufio.NewReader(answers)}
	if _, err := fmt.Fprintf(orders, "%s\n", fragment); err != nil {
		p.stop()
		return nil, fmt.Errorf("write to %s: %w", rewriteScript, err)
	}
	return p, nil
}

func (p *pythonBaseline) stop() {
	_ = p.orders.Close()
	_ = p.process.Wait()
}

// output is what the script makes of the fragment.
func (p *pythonBaseline) output() ([]byte, error) { return p.ask("output") }

// measure is a [subject].
func (p *pythonBaseline) measure(_ context.Context, length time.Duration) (sample, error) {
	answer, err := p.ask(fmt.Sprint("measure ", length.Seconds()))
	if err != nil {
		return sample{}, err
	}
	var seconds float64
	if err := json.Unmarshal(answer, &seconds); err != nil {
		return sample{}, fmt.Errorf("answer of %s: %w", rewriteScript, err)
	}
	return sample{time.Duration(seconds * float64(time.Second)), -1, -1}, nil
}

// ask gives an order, one line, and returns the answer, another.
func (p *pythonBaseline) ask(order string) ([]byte, error) {
	if _, err := fmt.Fprintln(p.orders, order); err != nil {
		return nil, fmt.Errorf("write to %s: %w", rewriteScript, err)
	}
	answer, err := p.answers.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("read from %s: %w", rewriteScript, err)
	}
	return answer, nil
}
