package denial

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// failedBytes is how many bytes can be read as JSON that is none: every line can begin a value.
const failedBytes = 1 << 20

// read reads a text in which lines can begin JSON values: events of CloudTrail, alone, in a list, or as what another
// event carries.
func (c *collection) read(text string) {
	begin, attempts := 0, failedBytes
	for at := 0; at < len(text); {
		if length := jsonAt(text[at:], &attempts); length > 0 {
			c.add(scan(text[begin:at])...)
			c.value(decoder(text[at : at+length]))
			at += length
			begin = at
			continue
		}
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
	c.add(scan(text[begin:])...)
}

func decoder(text string) *jsontext.Decoder {
	return jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// jsonAt returns the length of an object or a list with which a text begins, or 0. An attempt that fails reduces how many
// bytes others can read.
func jsonAt(text string, attempts *int) int {
	value := strings.TrimLeft(text[:min(len(text), fieldLimit)], whiteSpace+"\ufeff")
	if *attempts <= 0 || value == "" || value[0] != '{' && value[0] != '[' {
		return 0
	}
	blank := len(text[:min(len(text), fieldLimit)]) - len(value)
	d := decoder(text[blank:])
	if err := d.SkipValue(); err != nil {
		*attempts -= int(d.InputOffset()) + 1
		return 0
	}
	return blank + int(d.InputOffset())
}

// event has those members of an object by which it is known as an event of CloudTrail, or as its userIdentity, of which
// only the ARN counts. See
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
type event map[string]string

// value reads a valid JSON value. It returns a string's text, and the members of an object.
func (c *collection) value(d *jsontext.Decoder) (text string, e event) {
	token, _ := d.ReadToken()
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case '[':
		for d.PeekKind() != ']' {
			element, _ := c.value(d)
			c.nested(element)
		}
		_, _ = d.ReadToken()
	case '{':
		e = make(event)
		for d.PeekKind() != '}' {
			name, _ := c.value(d)
			member, child := c.value(d)
			switch name {
			case "errorCode", "errorMessage", "eventSource", "eventName", "arn":
				e[name] = member
			case "userIdentity":
				e[name] = child["arn"]
			default:
				c.nested(member)
			}
		}
		_, _ = d.ReadToken()
		c.addEvent(e)
	}
	return "", e
}

// nested reads a string, which can be a message or JSON itself.
func (c *collection) nested(text string) {
	if strings.ContainsAny(text, whiteSpace+"{") { // otherwise it is a name
		c.read(text)
	}
}

// addEvent adds the denial of an event, whose fields say what its message leaves open.
func (c *collection) addEvent(e event) {
	isDenial := strings.HasPrefix(e["errorCode"], "AccessDenied") || strings.HasSuffix(e["errorCode"], "UnauthorizedOperation")
	if !isDenial || e["eventName"] == "" {
		c.nested(e["errorMessage"])
		return
	}
	list := scan(e["errorMessage"])
	if len(list) == 0 {
		list = []Found{{}}
	}
	for i := range list {
		f := &list[i]
		if f.Message != nil {
			continue
		}
		f.Principal = cmp.Or(f.Principal, e["userIdentity"])
		if f.Action == "" {
			service, _, _ := strings.Cut(e["eventSource"], ".")
			f.Action = service + ":" + e["eventName"]
		}
	}
	c.add(list...)
}
