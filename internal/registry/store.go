package registry

import (
	"context"
	"errors"
	"time"

	"amplify-boundary/internal/atomicfile"
)

// Reader is a registry that can be read, in parts and as a whole.
type Reader interface {
	Source

	// List reads every parameter below a path, sorted by name.
	List(ctx context.Context, path string) ([]Parameter, error)
}

// Store is a registry that an operator changes.
type Store interface {
	Reader

	// Parameter reads one SSM parameter.
	Parameter(ctx context.Context, name string) (p Parameter, found bool, err error)

	// Add writes a parameter that does not exist; if it does, the error is [ErrExists].
	Add(ctx context.Context, name, value string) error

	// Replace gives a parameter another value and returns its new version. If the parameter is no longer
	// as it was read, the error is [ErrChanged] and nothing is written.
	Replace(ctx context.Context, read Parameter, value string) (version int64, err error)

	// WriteAll adds and replaces parameters, each of another name. A file has all of them afterwards, or none. Parameter Store
	// cannot take writes back: where one fails, written says how many were done. The order is not kept;
	// progress, which may be nil, hears how many are done.
	WriteAll(ctx context.Context, writes []Write, progress func(written, all int)) (written int, err error)

	// Remove deletes a parameter. If it is no longer as it was read, the error is [ErrChanged] and nothing
	// is deleted.
	Remove(ctx context.Context, read Parameter) error

	// History lists a parameter's versions, the newest first. A file keeps none: [ErrNoHistory].
	History(ctx context.Context, name string) ([]Version, error)
}

// Parameter is an SSM parameter, or an entry of a file, as it was read.
type Parameter struct {
	Name      string
	Value     string
	Version   int64 // from 1; 0 in a file, which has no versions
	Encrypted bool  // whether it is a SecureString; its value is decrypted here
}

// NextVersion returns the version that a parameter gets when it is written next; 0 in a file.
func (p Parameter) NextVersion() int64 {
	if p.Version == 0 {
		return 0
	}
	return p.Version + 1
}

// Version is what an SSM parameter once held.
type Version struct {
	Number int64 // from 1
	Date   time.Time
	Author string // the ARN of who wrote it
	Value  string // decrypted
}

// Errors of a [Store].
var (
	ErrExists    = errors.New("it exists already")
	ErrChanged   = atomicfile.ErrChanged // an editor may change a file, too
	ErrNoHistory = errors.New("only Parameter Store keeps a history, a registry file does not")
)
