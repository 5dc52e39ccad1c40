package template

import (
	"context"
	"errors"

	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/declare"
)

// source is the text of a template that is to be edited.
type source struct {
	name    string // for messages
	target  string // where it is written
	text    []byte
	before  []byte // the text, if it is written in place
	section *declare.Section
	err     error // why it cannot be read, or is not a template
}

// read reads what the arguments name: files, directories, and "-", each file once.
func (o *editFlags) read(ctx context.Context, arguments []string) (sources []source, err error) {
	set, err := files.Find(arguments, o.exclude)
	if err != nil {
		return nil, err
	}
	defer set.Close()
	hint := false
	for _, file := range set.Files {
		if o.to != "" && !file.Named {
			return nil, errors.New("--to accepts one template, not a directory")
		}
		s, isTemplate := o.readFile(ctx, set, file)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if isTemplate {
			sources = append(sources, s)
		}
		if s.err != nil && !file.Named {
			hint = true
		}
	}
	set.WarnSkipped(o.io)
	if hint {
		o.io.Say("hint", "%s", files.ExcludeHint)
	}
	if len(sources) == 0 && !o.allowEmpty && !set.HasExcluded() {
		return nil, files.ErrEmpty
	}
	return sources, nil
}

// readFile reads a file, which can turn out not to be a template, and to be skipped.
func (o *editFlags) readFile(ctx context.Context, set *files.Set, file files.File) (s source, isTemplate bool) {
	text, err := file.Read(ctx, o.io)
	s = source{name: file.Path, target: file.Path, text: text, before: text}
	if o.to != "" {
		s.target, s.before = o.to, nil
	}
	if err == nil {
		s.section, err = declare.Read(text)
	}
	if err != nil {
		s.err = set.Skip(file, text, err)
	}
	return s, s.section != nil || s.err != nil
}
