package macro

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
	"amplify-boundary/transform"
)

// Request is what CloudFormation asks of a macro, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html.
type Request struct {
	ID        string
	Region    string // empty only if a command does not know it
	AccountID string // empty only if a command does not know it
	Macro     string // the name under which the template declares the macro
	Fragment  jsontext.Value
	Template  environment.Template

	// Portable leaves the placeholders ${AWS::...} in boundaries, for Fn::Sub. Only a command sets it.
	Portable bool

	parsed    *transform.Fragment // the fragment, if it was parsed with the request
	parsedErr error               // why it could not be
}

// memberLimit is the number of members that an object of a request can have, except the fragment. CloudFormation allows
// 200 template parameters.
const memberLimit = 10_000

const requestName = "the request" // in errors

// requestReader reads a request and parses its fragment in one pass.
type requestReader struct {
	*cfn.Reader
	request Request
	err     error // that leaves the rest of the request readable
}

// readRequest reads a request with its fragment. Members without a meaning here are ignored. With an error, the request
// has what the answer needs, as far as it could be read, and a fragment only if the request is valid JSON except for
// duplicate names. The fragment shares the payload's memory.
func readRequest(payload []byte, options transform.Options) (Request, error) {
	r := requestReader{Reader: cfn.NewReader(payload, requestName), request: Request{Macro: cfn.DefaultMacro}}
	_, err := r.Object(func(n cfn.Name) error { return r.member(string(n.Name), options) })
	if err == nil {
		err = r.End()
	}
	if err != nil {
		r.request.Fragment = findFragment(payload)
		return r.request, err
	}
	if err := r.request.check(); err != nil {
		return r.request, err
	}
	return r.request, r.err
}

func (r *requestReader) member(name string, options transform.Options) (err error) {
	request := &r.request
	switch name {
	case "fragment":
		return r.fragment(options)
	case "requestId":
		request.ID, err = r.text()
	case "region":
		request.Region, err = r.text()
	case "accountId":
		request.AccountID, err = r.text()
	case "transformId":
		var id string
		id, err = r.text()
		request.Macro = macroName(id)
	case "params":
		request.Template.TransformParameters, err = r.members(name)
	case "templateParameterValues":
		request.Template.ParameterValues, err = r.members(name)
	default:
		err = r.Skip()
	}
	return err
}

// fragment parses the fragment. A fragment without a shape leaves the rest of the request readable.
func (r *requestReader) fragment(options transform.Options) error {
	next := r.Next("the fragment")
	at, parsed, err := transform.Read(next, options)
	if shape := (*transform.ShapeError)(nil); err != nil && !errors.As(err, &shape) {
		return err
	}
	r.request.Fragment, r.request.parsed, r.request.parsedErr = next.Of(at), parsed, err
	return nil
}

// text reads a string. Another value is read as the empty string.
func (r *requestReader) text() (string, error) {
	at, err := r.Value()
	if err != nil {
		return "", err
	}
	text, _ := cfn.Text(r.Of(at))
	return text, nil
}

// members reads a member of the request that is an object, or null.
func (r *requestReader) members(name string) (map[string]jsontext.Value, error) {
	switch r.Kind() {
	case '{':
	case 'n':
		return nil, r.Skip()
	default:
		r.err = malformed(name, "an object")
		return nil, r.Skip()
	}
	members := make(map[string]jsontext.Value)
	next := r.Next("the request's " + name)
	_, err := next.Object(func(n cfn.Name) error {
		at, err := next.Value()
		if len(members) == memberLimit {
			r.err = fmt.Errorf("the request's %s has more than %d members", name, memberLimit)
			return err
		}
		members[string(n.Name)] = next.Of(at)
		return err
	})
	return members, err
}

// check returns an error if the request lacks what every request of CloudFormation has.
func (r *Request) check() error {
	switch {
	case r.ID == "":
		return malformed("requestId", "a string")
	case r.Region == "":
		return malformed("region", "a string")
	case !boundary.ValidAccount(r.AccountID):
		return malformed("accountId", "a string of 12 digits")
	case r.Fragment == nil:
		return malformed("fragment", "a part of a template")
	default:
		return nil
	}
}

func malformed(member, want string) error {
	return fmt.Errorf("the request has no member %s that is %s; it does not look like CloudFormation's", member, want)
}

// macroName returns the name in a transformId, <account>::<name>, if it can be used in a message.
func macroName(transformID string) string {
	const (
		limit      = 128
		characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
	)
	_, name, _ := strings.Cut(transformID, "::")
	if name == "" || len(name) > limit || strings.Trim(name, characters) != "" {
		return cfn.DefaultMacro
	}
	return name
}

// findFragment finds the fragment in a request in which another name appears twice.
func findFragment(payload []byte) (fragment jsontext.Value) {
	r := cfn.NewReader(payload, requestName, jsontext.AllowDuplicateNames(true))
	fragments := 0
	_, err := r.Object(func(n cfn.Name) error {
		at, err := r.Value()
		if string(n.Name) == "fragment" {
			fragments++
			fragment = r.Of(at)
		}
		return err
	})
	if err != nil || r.End() != nil || fragments != 1 {
		return nil
	}
	return fragment
}

// findRequestID finds the request ID in a request that is not valid JSON, as far as a lenient decoder can. With it,
// CloudFormation knows which request the failure answers, and shows its message. Otherwise, the result is empty.
func findRequestID(payload []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(payload)) // accepts bad UTF-8 and any depth
	for depth, member := 0, ""; ; {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		text, isString := token.(string)
		switch {
		case depth != 1:
		case member == "" && isString:
			member = ":" + text // names can be empty
		case member == ":requestId":
			return text
		default:
			member = ""
		}
	}
}
