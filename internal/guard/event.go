package guard

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Event is what CloudFormation or Cloud Control asks a hook before it provisions a resource, see
// https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html.
type Event struct {
	Token           string // comes back in the answer
	AccountID       string
	Stack           string // the stack's name; empty for Cloud Control
	Region          string // the stack's; empty for Cloud Control
	InvocationPoint string // CREATE_PRE_PROVISION, UPDATE_PRE_PROVISION, or DELETE_PRE_PROVISION
	TargetName      string // the resource's type
	LogicalID       string
	Boundary        string // the resource's PermissionsBoundary, as JSON where it is not a string; empty where it is absent
	Role, Path      string // its RoleName and Path; empty where they are absent
}

// decode reads an event, a JSON object. The documentation spells some members in two ways, so the case of their names does not
// matter; that of the resource's properties does. With an error, the event holds the token if it could be read.
func decode(payload []byte) (Event, error) {
	var wire struct {
		ClientRequestToken    string
		AWSAccountID          string
		StackID               string
		ActionInvocationPoint string
		RequestData           struct {
			TargetName      string
			TargetLogicalID string
			TargetModel     struct{ ResourceProperties jsontext.Value }
		}
	}
	if err := json.Unmarshal(payload, &wire, json.MatchCaseInsensitiveNames(true)); err != nil {
		// The library's own text quotes the input.
		return Event{Token: wire.ClientRequestToken}, errors.New("the event is not a hook event: a member has the wrong type")
	}
	data := wire.RequestData
	event := Event{Token: wire.ClientRequestToken, AccountID: wire.AWSAccountID, InvocationPoint: wire.ActionInvocationPoint,
		TargetName: data.TargetName, LogicalID: data.TargetLogicalID}
	event.Stack, event.Region = parseStackID(wire.StackID)
	for _, member := range []struct{ name, value string }{
		{"clientRequestToken", event.Token},
		{"awsAccountId", event.AccountID},
		{"actionInvocationPoint", event.InvocationPoint},
		{"requestData.targetName", event.TargetName},
	} {
		if member.value == "" {
			return event, fmt.Errorf("the event is not a hook event: it has no member %s", member.name)
		}
	}
	if data.TargetModel.ResourceProperties == nil {
		return event, nil
	}
	properties, err := cfn.Members(data.TargetModel.ResourceProperties, "the resource's properties")
	if err != nil {
		return event, err
	}
	event.Role, _ = cfn.Text(properties["RoleName"])
	event.Path, _ = cfn.Text(properties["Path"])
	value := properties["PermissionsBoundary"]
	isText := false
	if event.Boundary, isText = cfn.Text(value); !isText && value != nil && value.Kind() != 'n' {
		event.Boundary = string(value)
	}
	return event, nil
}

// parseStackID returns the name and the region in arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>.
func parseStackID(id string) (name, region string) {
	parts := strings.SplitN(id, ":", 6)
	if len(parts) != 6 {
		return "", ""
	}
	resource := strings.Split(parts[5], "/")
	if len(resource) < 2 || resource[0] != "stack" {
		return "", ""
	}
	return resource[1], parts[3]
}

// name is what messages call the resource.
func (e Event) name() string {
	name := e.TargetName
	if e.LogicalID != "" {
		name = e.LogicalID + " (" + e.TargetName + ")"
	}
	if e.Stack != "" {
		name += " of stack " + e.Stack
	}
	return name
}
