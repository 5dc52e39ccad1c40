package exchange

import (
	"context"
	"fmt"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// Import writes what a file says to the registry: all of it, or nothing.
type Import struct {
	Parameters []registry.Parameter          // of the registry
	Stored     map[string]registry.Parameter // the same by name

	session   *command.Session
	file      string
	overwrite bool
	writes    []registry.Write
	refused   int
	differs   bool // whether --overwrite would resolve an error
}

// NewImport reads what the registry has below a path. Where file and registry differ, the import fails unless overwrite
// is set.
func NewImport(ctx context.Context, s *command.Session, file, path string, overwrite bool) (*Import, error) {
	i := &Import{Stored: make(map[string]registry.Parameter), session: s, file: command.FileName(file), overwrite: overwrite}
	var err error
	i.Parameters, err = s.Store.List(ctx, path)
	for _, p := range i.Parameters {
		i.Stored[p.Name] = p
	}
	return i, err
}

// Refuse says what is wrong with a part of the file, so that nothing will be written. Of many errors, it says the first.
func (i *Import) Refuse(part string, err error) {
	const shown = 20
	if i.refused++; i.refused <= shown {
		i.session.Say("error", "%s: %v", part, err)
	}
}

// Set plans to write a part of the file to an SSM parameter. It returns what that does: [Added], [Changed], or
// [Unchanged] if the stored value means the same. Before is the stored value, safe to print.
func (i *Import) Set(part, name, value, before string, isSame bool) string {
	stored, found := i.Stored[name]
	switch {
	case !found:
		i.writes = append(i.writes, registry.Write{Name: name, Value: value})
		return Added
	case isSame:
		return Unchanged
	case !i.overwrite:
		i.differs = true
		i.Refuse(part, fmt.Errorf("the file says %s, the registry %s (SSM parameter %s)", value, before, name))
	default:
		i.writes = append(i.writes, registry.Write{Name: name, Value: value, Read: &stored})
	}
	return Changed
}

// Check fails if anything was refused.
func (i *Import) Check() error {
	switch {
	case i.refused == 0:
		return nil
	case i.differs:
		return fmt.Errorf("nothing was imported from %s; give --overwrite to use the file's values", i.file)
	default:
		return fmt.Errorf("nothing was imported from %s", i.file)
	}
}

// Write writes what is planned, and shows the progress; things is what the SSM parameters stand for.
func (i *Import) Write(ctx context.Context, things string) error {
	written, err := i.session.Store.WriteAll(ctx, i.writes, i.session.Progress(things))
	if err != nil && written > 0 {
		i.session.Say("warning", "%d of %d %s are written; the command can be run again, and leaves these unchanged", written, len(i.writes), things)
	}
	return err
}
