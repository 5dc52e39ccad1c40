package template

import (
	"context"
	"fmt"
	"os"

	"amplify-boundary/internal/command"
)

// source is a text that is to be edited.
type source struct {
	name    string // for messages
	target  string // where it is written
	text    []byte
	before  []byte // the text, where it is written in place
	isNamed bool   // on the command line, and not found in a directory
}

// sources reads what the arguments name: files, directories, URLs, and "-", each file once.
func (o *rewriteOptions) sources(ctx context.Context, arguments []string) ([]source, error) {
	var found []source
	seen := make(map[string]int) // places in found
	for _, argument := range arguments {
		some, err := o.sourcesOf(ctx, argument)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			at, isSeen := seen[s.key()]
			if !isSeen {
				at = len(found)
				seen[s.key()] = at
				found = append(found, s)
			}
			found[at].isNamed = found[at].isNamed || s.isNamed
		}
	}
	return found, nil
}

func (o *rewriteOptions) sourcesOf(ctx context.Context, argument string) ([]source, error) {
	if isURL(argument) {
		s, err := o.remote(ctx, argument)
		return []source{s}, err
	}
	if info, err := os.Stat(argument); err == nil && info.IsDir() {
		return o.sourcesBelow(argument)
	}
	text, err := o.ReadFile(ctx, argument)
	if err != nil {
		return nil, err
	}
	s := source{name: argument, target: argument, text: text, before: text, isNamed: true}
	if o.to != "" {
		s.target, s.before = o.to, nil
	}
	return []source{s}, nil
}

// remote fetches a template by its URL.
func (o *rewriteOptions) remote(ctx context.Context, argument string) (source, error) {
	address, err := parseURL(argument)
	if err != nil {
		return source{}, err
	}
	s := source{name: withoutQuery(address), target: o.to, isNamed: true}
	if o.to == "" && !o.check {
		return s, fmt.Errorf("%s: where is it to be written? give --to FILE", s.name)
	}
	if s.text, err = download(ctx, address); err != nil {
		return s, fmt.Errorf("%s: %w", s.name, err)
	}
	return s, nil
}

func (o *rewriteOptions) sourcesBelow(dir string) ([]source, error) {
	if o.to != "" {
		return nil, fmt.Errorf("%s is a directory; --to takes one template", dir)
	}
	files, err := command.TemplateFiles(dir)
	if err != nil {
		return nil, err
	}
	var found []source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		found = append(found, source{name: file, target: file, text: text, before: text})
	}
	return found, nil
}

// key returns the same text for sources that are the same file.
func (s source) key() string {
	if s.before == nil || s.target == "-" {
		return s.name
	}
	return command.RealPath(s.target)
}
