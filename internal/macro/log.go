package macro

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/nested"
	"amplify-boundary/transform"
)

// A metric filter of CloudWatch Logs reads no more than 256 KB of a line, and people read less.
const (
	lineLimit  = 64 << 10 // bytes
	listLimit  = 100      // entries
	nameLimit  = 80       // characters of a name from a template or a request; a longer one is cut
	stackLimit = 8 << 10  // bytes of a stack trace
)

// reported is the status of a log line if the fragment came back unchanged because of [Report].
const reported = "report"

// logger writes the log, one JSON line for each request.
type logger struct {
	out   io.Writer
	least slog.Level
}

// write writes a request's line, with lists as long as the limit of the line allows.
func (l logger) write(ctx context.Context, r record) {
	if r.level() < l.least {
		return
	}
	var line bytes.Buffer
	for entries := listLimit; ; entries /= 2 {
		line.Reset()
		slog.New(slog.NewJSONHandler(&line, nil)).LogAttrs(ctx, r.level(), "transform", r.attributes(entries)...)
		if line.Len() < lineLimit || entries == 0 {
			break
		}
	}
	_, _ = l.out.Write(line.Bytes()) // a log that cannot be written does not stop a deployment
}

// record is what a log line says about a request. Of the fragment, it has only logical IDs and types; of the template
// parameters' values, only the names of the environment and the project.
type record struct {
	status  string
	took    time.Duration
	request Request
	result  Result
	err     error
}

// level is a warning if the operator might want to act although the fragment was bounded.
func (r record) level() slog.Level {
	switch {
	case r.err != nil:
		return slog.LevelError
	case r.result.Entry.Fallback, len(r.result.NestedStacks) > 0 && len(r.result.NestedTemplates) == 0:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}

// attributes are the members of the line, whose lists have at most the given number of entries.
func (r record) attributes(entries int) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("status", r.status),
		slog.Float64("durationMs", float64(r.took.Microseconds())/1000),
		slog.String("requestId", cut(r.request.ID)),
		slog.String("account", cut(r.request.AccountID)),
		slog.String("region", cut(r.request.Region)),
		slog.String("macro", r.request.Macro),
		slog.String("shape", string(r.result.Shape)),
		slog.String("project", r.result.Environment.Project),
		slog.String("environment", r.result.Environment.Name),
		slog.String("environmentSource", r.result.Environment.Source),
		slog.Bool("noEnvironmentNeeded", r.result.NoEnvironmentNeeded),
		slog.String("parameter", r.result.Entry.Name),
		slog.Bool("fallback", r.result.Entry.Fallback),
		slog.String("boundary", cmp.Or(r.result.ARN, r.result.Entry.Value.String())),
	}
	if r.err != nil {
		attrs = append(attrs, slog.String("error", message(r.err)))
		if fault := (*panicError)(nil); errors.As(r.err, &fault) {
			attrs = append(attrs, slog.String("stack", string(fault.stack[:min(len(fault.stack), stackLimit)])))
		}
	}
	// Logs Insights finds the first 200 fields of a line, and counts each entry of a list: so the counts come first.
	var lists []slog.Attr
	if stacks := r.result.NestedTemplates; len(stacks) > 0 {
		attrs = append(attrs, slog.Int("nestedTemplatesCount", len(stacks)))
		first := []nestedTemplate{}
		for _, s := range stacks[:min(entries, len(stacks))] {
			first = append(first, nestedTemplate{cut(s.LogicalID), s.Action, cut(s.Template.Bucket), cut(s.Template.Key), s.Copy})
		}
		lists = append(lists, slog.Any("nestedTemplates", first))
	}
	for _, list := range []struct {
		name      string
		resources []transform.Resource
		entry     func(transform.Resource) string
	}{
		{"bounded", r.result.Added, logicalID},
		{"replaced", r.result.Replaced, logicalID},
		{"kept", r.result.Kept, logicalID},
		{"same", r.result.Same, logicalID},
		{"nestedStacks", r.result.NestedStacks, logicalID},
		{"outOfSight", r.result.OutOfSight, transform.Resource.String},
		{"unboundedUsers", r.result.UnboundedUsers, logicalID},
	} {
		attrs = append(attrs, slog.Int(list.name+"Count", len(list.resources)))
		lists = append(lists, slog.Any(list.name, firstOf(list.resources, entries, list.entry)))
	}
	return append(attrs, lists...)
}

// firstOf lists the first resources. A resource without a name, as in a snippet, has no entry.
func firstOf(resources []transform.Resource, entries int, entry func(transform.Resource) string) []string {
	list := make([]string, 0, min(entries, len(resources)))
	for _, r := range resources {
		if len(list) == entries {
			break
		}
		if text := entry(r); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// nestedTemplate is what the line says about a nested stack that was processed: the location of its template, and the
// copy that replaces it. It has no signature.
type nestedTemplate struct {
	LogicalID string        `json:"logicalId"`
	Action    nested.Action `json:"action"`
	Bucket    string        `json:"bucket"`
	Key       string        `json:"key"`
	Copy      string        `json:"copy"`
}

func logicalID(r transform.Resource) string { return cut(r.LogicalID) }

func cut(name string) string { return cfn.Shorten(name, nameLimit) }
