package guard

import (
	"context"
	"log/slog"
	"time"

	"amplify-boundary/internal/cfn"
)

// level makes a role that does not pass a warning, and an error of the guard itself an error.
func level(a Answer) slog.Level {
	switch a.ErrorCode {
	case NonCompliant:
		return slog.LevelWarn
	case InternalFailure:
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// record writes the log line of an event. Of the role, it holds only its name, its type, and what the message says about its
// boundary. For a role that does not pass, it names the exceptions that cannot leave any role out.
func (h *Handler) record(ctx context.Context, level slog.Level, kind, status, message string, began time.Time, v verdict, more ...slog.Attr) {
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
