package template

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"amplify-boundary/internal/command/files"
)

// source is the text of a template that is to be edited.
type source struct {
	name   string // for messages
	target string // where it is written
	text   []byte
	before []byte // the text, if it is written in place
	file   files.File
	err    error // why it cannot be read
}

// read reads what the arguments name: files, directories, URLs, and "-", each file once.
func (o *editFlags) read(ctx context.Context, arguments []string) ([]source, error) {
	var sources []source
	var local []string
	for _, argument := range arguments {
		if !isURL(argument) {
			local = append(local, argument)
			continue
		}
		s, err := o.readURL(ctx, argument)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	set, err := files.Find(local, o.exclude)
	if err != nil {
		return nil, err
	}
	defer set.Close()
	for _, skipped := range set.Skipped {
		if skipped.Reason != files.Excluded {
			o.io.Say("warning", "%s: not read: %s", skipped.Path, skipped.Reason)
		}
	}
	for _, file := range set.Files {
		s := o.readFile(ctx, file)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case o.to != "" && !file.Named:
			return nil, errors.New("--to accepts one template, not a directory")
		}
		sources = append(sources, s)
	}
	return sources, nil
}

func (o *editFlags) readFile(ctx context.Context, file files.File) source {
	text, err := file.Read(ctx, o.io)
	s := source{name: file.Path, target: file.Path, text: text, before: text, file: file, err: err}
	if o.to != "" {
		s.target, s.before = o.to, nil
	}
	return s
}

// readURL downloads a template.
func (o *editFlags) readURL(ctx context.Context, argument string) (source, error) {
	address, err := parseURL(argument)
	if err != nil {
		return source{}, err
	}
	s := source{name: withoutQuery(address), target: o.to, file: files.File{Named: true}}
	if o.to == "" && !o.check {
		return s, fmt.Errorf("%s: name the file to write with --to FILE", s.name)
	}
	if s.text, err = download(ctx, address); err != nil {
		return s, fmt.Errorf("%s: %w", s.name, err)
	}
	return s, nil
}

// isURL reports whether an argument is a URL, and not a file.
func isURL(argument string) bool { return strings.Contains(argument, "://") }
