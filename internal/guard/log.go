package guard

import (
	"log/slog"
	"time"
)

// level makes a role that does not pass a warning, and trouble of the guard's own an error.
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

// attributes are the members of the log line. Of the resource they have no more than its name, its type,
// and what the answer says of its boundary.
func attributes(event Event, v verdict, a Answer, took time.Duration) []slog.Attr {
	stack, region := event.stack()
	return []slog.Attr{
		slog.String("status", a.HookStatus),
		slog.String("errorCode", a.ErrorCode),
		slog.String("message", a.Message),
		slog.Float64("durationMs", float64(took.Microseconds())/1000),
		slog.String("account", event.AccountID),
		slog.String("region", region),
		slog.String("stack", stack),
		slog.String("logicalId", event.LogicalID),
		slog.String("type", event.TargetName),
		slog.String("environment", v.rule.Environment.Name),
		slog.String("environmentSource", v.rule.Environment.Source),
	}
}
