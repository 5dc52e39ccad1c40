package denial

import (
	"cmp"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
)

// decoded is what EC2 says of a denial, see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html.
type decoded struct {
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

// Decode returns the denial with what its encoded message says, which AWS has decoded to JSON.
func (f Found) Decode(text string) (Found, error) {
	var d decoded
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
