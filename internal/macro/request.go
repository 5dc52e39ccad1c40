package macro

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
)

// Request is what CloudFormation asks of a macro, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html.
type Request struct {
	ID        string
	Region    string // empty only where a command does not know it
	AccountID string // empty only where a command does not know it
	Macro     string // the name under which the template declares the macro
	Fragment  jsontext.Value
	Template  environment.Template
}

// memberLimit is what an object of a request may have, but for the fragment's. CloudFormation allows 200
// template parameters.
const memberLimit = 10_000

// requestName is what errors call the request.
const requestName = "the request"

// decode reads a request, but for the inside of its fragment, which the transform reads anyway. Where that
// fails on what is no JSON, [decodeWhole] says what is wrong with the request.
func decode(payload []byte) (Request, error) {
	values, err := cfn.MembersBut("fragment", memberLimit, payload, requestName)
	request, err := requestOf(values, err, payload)
	if err != nil {
		return decodeWhole(payload)
	}
	return request, nil
}

// decodeWhole reads a request; members without a meaning here are ignored. On error the request holds what
// the answer needs of it, as far as it could be read; a fragment only where the request is valid JSON. The
// fragment shares the payload's memory.
func decodeWhole(payload []byte) (Request, error) {
	values, err := cfn.MembersUpTo(memberLimit, payload, requestName)
	return requestOf(values, err, payload)
}

// requestOf makes a request of its members, those before an error included.
func requestOf(values map[string]jsontext.Value, err error, payload []byte) (Request, error) {
	request := Request{Macro: macroName(values["transformId"])}
	request.ID, _ = cfn.Text(values["requestId"])
	request.Region, _ = cfn.Text(values["region"])
	request.AccountID, _ = cfn.Text(values["accountId"])
	if err != nil {
		if request.ID == "" {
			request.ID = scanRequestID(payload)
		}
		return request, err
	}
	request.Fragment = values["fragment"]
	switch {
	case request.ID == "":
		return request, malformed("requestId", "a string")
	case request.Region == "":
		return request, malformed("region", "a string")
	case !boundary.ValidAccount(request.AccountID):
		return request, malformed("accountId", "a string of 12 digits")
	case request.Fragment == nil:
		return request, malformed("fragment", "a part of a template")
	}
	if request.Template.TransformParameters, err = optionalMembers(values, "params"); err != nil {
		return request, err
	}
	request.Template.ParameterValues, err = optionalMembers(values, "templateParameterValues")
	return request, err
}

func malformed(member, want string) error {
	return fmt.Errorf("the request has no member %s that is %s; it does not look like CloudFormation's", member, want)
}

// macroName returns the name in a transformId, <account>::<name>, if it is fit to stand in a message.
func macroName(transformID jsontext.Value) string {
	const (
		limit      = 128
		characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
	)
	id, _ := cfn.Text(transformID)
	_, name, _ := strings.Cut(id, "::")
	if name == "" || len(name) > limit || strings.Trim(name, characters) != "" {
		return cfn.DefaultMacro
	}
	return name
}

// optionalMembers returns the members of a member that is an object, if it is there.
func optionalMembers(values map[string]jsontext.Value, name string) (map[string]jsontext.Value, error) {
	switch values[name].Kind() {
	case '{':
		return cfn.MembersUpTo(memberLimit, values[name], "the request's "+name)
	case 0, 'n':
		return nil, nil
	default:
		return nil, malformed(name, "an object")
	}
}
