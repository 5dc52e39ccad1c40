package guard

import (
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

// attributes are the members of the log line. They hold nothing of the resource except its name, its type, and what
// the answer says about its boundary.
func attributes(event Event, v verdict, a Answer, took time.Duration) []slog.Attr {
	return []slog.Attr{
		slog.String("status", a.HookStatus),
		slog.String("errorCode", a.ErrorCode),
		slog.String("message", a.Message),
		duration(took),
		slog.String("account", event.AccountID),
		slog.String("region", event.Region),
		slog.String("stack", event.Stack),
		slog.String("logicalId", event.LogicalID),
		slog.String("type", event.TargetName),
		slog.String("environment", v.rule.Environment.Name),
		slog.String("environmentSource", v.rule.Environment.Source),
		v.malformedExceptions(),
	}
}

// malformedExceptions names, for a role that does not pass, the exceptions that cannot leave any role out.
func (v verdict) malformedExceptions() slog.Attr {
	return slog.Any("malformedExceptions", cfn.FirstNames(v.malformed, namesShown))
}

func duration(took time.Duration) slog.Attr {
	return slog.Float64("durationMs", float64(took.Microseconds())/1000)
}
