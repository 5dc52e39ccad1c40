package registry

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// WriteAll changes the file once. See [Store].
func (f *File) WriteAll(ctx context.Context, writes []Write, progress func(written, all int)) (written int, err error) {
	if len(writes) == 0 {
		return 0, nil
	}
	if err := f.rewrite(ctx, func(c contents) ([]byte, error) { return f.writeAll(c, writes) }); err != nil {
		return 0, err
	}
	if progress != nil {
		progress(len(writes), len(writes))
	}
	return len(writes), nil
}

// writeAll returns the text of a file with all writes.
func (f *File) writeAll(c contents, writes []Write) ([]byte, error) {
	at := make(map[string]int, len(c.parameters))
	for i, p := range c.parameters {
		at[p.Name] = i
	}
	var edits []cfn.Edit
	object := c.object
	for _, w := range writes {
		value, err := jsontext.AppendQuote(nil, w.Value)
		if err != nil {
			return nil, err
		}
		i, exists := at[w.Name]
		switch {
		case w.Read == nil && exists:
			return nil, f.entryError(w.Name, ErrExists)
		case w.Read != nil && (!exists || c.parameters[i] != *w.Read):
			return nil, f.entryError(w.Name, ErrChanged)
		case w.Read != nil:
			edits = append(edits, cfn.Edit{At: object.Members[i].Value, Text: value})
		case len(object.Members) == 0:
			// The first entry rewrites the empty object, and those behind it follow its layout.
			first, err := cfn.Apply(c.text, []cfn.Edit{cfn.Append(c.text, object, w.Name, value)})
			if err != nil {
				return nil, err
			}
			if c, err = f.parse(first); err != nil {
				return nil, err
			}
			object = c.object
		default:
			edits = append(edits, cfn.Append(c.text, object, w.Name, value))
		}
	}
	return cfn.Apply(c.text, edits)
}
