// Package denial finds in a text what AWS denied, and what the product refused, and explains it. A text is a message,
// the log of a deployment, or events of CloudTrail: it can hold anything, so only what was recognized in it is returned,
// as text that is safe to print and cut to a length.
package denial

import (
	"cmp"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/printable"
)

// PolicyType is a type of policy, in AWS's words.
type PolicyType string

// The types that AWS names in denials, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html.
const (
	Unnamed         PolicyType = ""
	Boundary        PolicyType = "permissions boundary"
	Identity        PolicyType = "identity-based policy"
	Resource        PolicyType = "resource-based policy"
	Session         PolicyType = "session policy"
	ServiceControl  PolicyType = "service control policy"
	ResourceControl PolicyType = "resource control policy"
	Endpoint        PolicyType = "VPC endpoint policy"
	Trust           PolicyType = "role trust policy"
)

// Found is a denial by AWS, or a message of the product or about it. A field that the text does not have is empty.
type Found struct {
	Principal string     // the ARN of who was denied, or AWS's word for it
	Action    string     // such as iam:CreateRole
	Resource  string     // an ARN, or the type and the name
	Policy    PolicyType // of the policy that decided
	PolicyARN string
	Explicit  bool   // whether a statement denies it; otherwise nothing allows it, or the text does not say
	Encoded   string // EC2's encoded message, which only AWS can decode
	Sids      string // of the statements that an encoded message named, once it is decoded

	Message *Message // nil: a denial
	Text    string   // which of the message's texts was found
	Macro   string   // the macro that failed with the message, as CloudFormation names it

	Count int // how often the text has it
}

// Role returns the name of the role that was denied, if the principal is a role or a role's session.
func (f Found) Role() string {
	_, resource, _ := strings.Cut(f.Principal, ":assumed-role/")
	if name, _, isSession := strings.Cut(resource, "/"); isSession {
		return name
	}
	if _, path, isRole := strings.Cut(f.Principal, ":role/"); isRole {
		return path[strings.LastIndexByte(path, '/')+1:]
	}
	return ""
}

// Account returns the ID of the account in an ARN, or "".
func Account(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[4]
	}
	return ""
}

// Find returns the denials and refusals of a text, each distinct one once, in the order in which they first occur. Its
// time grows with the text's length.
func Find(text string) []Found {
	text = decodeUTF16(text)
	c := &collection{index: make(map[Found]int)}
	unruled := strings.NewReplacer("\r\n", "\n", "\n│", "\n").Replace(text) // Terraform draws a rule before each line of an error
	c.read(rejoin(escape.ReplaceAllString(unruled, "")))
	if len(c.list) == 0 && len(text) <= messageLimit {
		c.add(messagesIn(text, enoughWords, false)...)
	}
	return c.list
}

// enoughWords is how many words a message has that is found even where nothing shows that it is one of the product.
const enoughWords = 6

type collection struct {
	list  []Found
	index map[Found]int
}

// fieldLimit is how many bytes of a field are kept. AWS's ARNs are shorter.
const fieldLimit = 500

// add adds denials and messages, or counts them.
func (c *collection) add(list ...Found) {
	for _, f := range list {
		key := f
		if f.Resource != "" {
			key.Encoded = "" // a repeated call has another one
		}
		i, known := c.index[key]
		if !known {
			i = len(c.list)
			c.index[key] = i
			for _, field := range []*string{&f.Principal, &f.Action, &f.Resource, &f.PolicyARN, &f.Macro} {
				*field = safe(*field)
			}
			c.list = append(c.list, f)
		}
		c.list[i].Count++
	}
}

// safe returns a text cut to a length and safe to print.
func safe(text string) string {
	if len(text) > fieldLimit {
		text = text[:fieldLimit] + "..."
	}
	return printable.Line(strings.ToValidUTF8(text, ""))
}

// Decode returns the denial with what its encoded message says, which AWS has decoded to JSON.
func (f Found) Decode(text string) (Found, error) {
	var d struct { // see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
		ExplicitDeny      bool `json:"explicitDeny"`
		MatchedStatements struct {
			Items []struct {
				Sid string `json:"statementId"`
			} `json:"items"`
		} `json:"matchedStatements"`
		Context struct {
			Principal struct {
				ARN string `json:"arn"`
			} `json:"principal"`
			Action   string `json:"action"`
			Resource string `json:"resource"`
		} `json:"context"`
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil || d.Context.Action == "" {
		return f, errors.New("the decoded message is not one of a denial")
	}
	f.Principal = cmp.Or(f.Principal, safe(d.Context.Principal.ARN))
	f.Action = safe(d.Context.Action)
	f.Resource = cmp.Or(f.Resource, safe(d.Context.Resource))
	f.Explicit, f.Encoded = d.ExplicitDeny, ""
	var sids []string
	for _, item := range d.MatchedStatements.Items {
		if item.Sid != "" {
			sids = append(sids, item.Sid)
		}
	}
	f.Sids = safe(strings.Join(sids, ", "))
	return f, nil
}
