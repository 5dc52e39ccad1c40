package registry

import (
	"errors"
	"time"

	"amplify-boundary/internal/atomicfile"
)

// Parameter is an SSM parameter, or an entry of a file, as it was read.
type Parameter struct {
	Name      string
	Value     string
	Version   int64 // from 1; 0 in a file, which has no versions
	Encrypted bool  // whether it is a SecureString; Value is decrypted
}

// NextVersion returns the version that the next write gives to a parameter; 0 in a file.
func (p Parameter) NextVersion() int64 {
	if p.Version == 0 {
		return 0
	}
	return p.Version + 1
}

// Write is the new value of one SSM parameter.
type Write struct {
	Name, Value string
	Read        *Parameter // as it was read; nil: the parameter does not exist yet
}

// Version is an earlier or the current value of an SSM parameter.
type Version struct {
	Number int64 // from 1
	Date   time.Time
	Author string // the ARN of the principal that wrote it
	Value  string // decrypted
}

// Errors of writes and of histories.
var (
	ErrExists    = errors.New("it exists already")
	ErrChanged   = atomicfile.ErrChanged // by another operator, or by an editor
	ErrNoHistory = errors.New("only Parameter Store keeps a history, a registry file does not")
)
