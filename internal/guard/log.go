package guard

import (
	"context"
	"log/slog"
	"time"

	"amplify-boundary/internal/cfn"
)

// record writes the log line of an event. Of the role, it holds only its name, its type, and what the message says about its
// boundary. A role that does not pass is a warning, which names the exceptions that cannot leave any role out; an error of the
// guard itself is an error.
func (h *Handler) record(ctx context.Context, kind, status, message string, began time.Time, v verdict, isError bool, more ...slog.Attr) {
	level := slog.LevelInfo
	switch {
	case isError:
		level = slog.LevelError
	case !v.passes && v.why != "": // without a reason, nothing was judged
		level = slog.LevelWarn
	}
	attributes := append([]slog.Attr{
		slog.String("status", status),
		slog.String("message", message),
		slog.Float64("durationMs", float64(time.Since(began).Microseconds())/1000),
	}, more...)
	h.log.LogAttrs(ctx, level, kind, append(attributes,
		slog.String("environment", v.rule.Environment.Name),
		slog.String("environmentSource", v.rule.Environment.Source),
		slog.Any("malformedExceptions", cfn.FirstNames(v.malformed, namesShown)),
	)...)
}
