package macro

import (
	"cmp"
	"errors"
	"log/slog"
	"time"

	"amplify-boundary/transform"
)

// level is that of a request's log line: a warning where the operator may want to look although the
// fragment was bounded.
func level(o Result, err error) slog.Level {
	switch {
	case err != nil:
		return slog.LevelError
	case o.Entry.Fallback, o.NestedStacks.Len() > 0 || o.OutOfSight.Len() > 0:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}

// attributes are a request's log line. They hold nothing of the fragment but logical IDs and types, and
// no template parameter's value but the names of the environment and the project.
func attributes(request Request, o Result, err error, took time.Duration) []slog.Attr {
	status := Success
	if err != nil {
		status = Failure
	}
	attrs := []slog.Attr{
		slog.String("status", status),
		slog.Float64("durationMs", float64(took.Microseconds())/1000),
		slog.String("requestId", request.ID),
		slog.String("account", request.AccountID),
		slog.String("region", request.Region),
		slog.String("macro", request.Macro),
		slog.String("shape", string(o.Shape)),
		slog.String("project", o.Environment.Project),
		slog.String("environment", o.Environment.Name),
		slog.String("environmentSource", o.Environment.Source),
		slog.String("parameter", o.Entry.Name),
		slog.Bool("fallback", o.Entry.Fallback),
		slog.String("boundary", cmp.Or(o.ARN, o.Entry.Value.String())),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", message(err)))
		if fault := (*panicError)(nil); errors.As(err, &fault) {
			attrs = append(attrs, slog.String("stack", string(fault.stack)))
		}
	}
	for _, list := range []struct {
		name      string
		resources transform.Resources
	}{
		{"bounded", o.Added},
		{"replaced", o.Replaced},
		{"kept", o.Kept},
		{"same", o.Same},
	} {
		attrs = append(attrs, slog.Int(list.name+"Count", list.resources.Len()), slog.Any(list.name, logicalIDs(list.resources)))
	}
	return append(attrs, slog.Any("outOfSight", append(labels(o.NestedStacks), labels(o.OutOfSight)...)))
}

func logicalIDs(resources transform.Resources) []string {
	ids := make([]string, 0, resources.Len())
	for r := range resources.All() {
		if r.LogicalID != "" { // of a snippet nobody knows it
			ids = append(ids, r.LogicalID)
		}
	}
	return ids
}

// labels gives resources with their types.
func labels(resources transform.Resources) []string {
	list := make([]string, 0, resources.Len())
	for r := range resources.All() {
		list = append(list, r.String())
	}
	return list
}
