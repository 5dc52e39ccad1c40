package guard

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Event is what CloudFormation or Cloud Control asks of a hook before it provisions a resource, see
// https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html.
type Event struct {
	Token           string // comes back in the answer
	AccountID       string
	StackID         string // empty for Cloud Control
	InvocationPoint string // CREATE_PRE_PROVISION, UPDATE_PRE_PROVISION or DELETE_PRE_PROVISION
	TargetName      string // the resource's type
	LogicalID       string
	Properties      jsontext.Value // of the resource, everything in it resolved
}

// decode reads an event. The documentation spells some members in two ways, so the case of their names
// does not matter; that of the resource's properties does. On error the event holds the token, as far as
// it could be read.
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
	if _, err := cfn.Members(payload, "the event"); err != nil {
		return Event{}, err
	}
	if err := json.Unmarshal(payload, &wire, json.MatchCaseInsensitiveNames(true)); err != nil {
		// The library's own text quotes the input.
		return Event{Token: wire.ClientRequestToken}, fmt.Errorf("the event does not have the form of a hook's; a member has another type than it should")
	}
	data := wire.RequestData
	event := Event{wire.ClientRequestToken, wire.AWSAccountID, wire.StackID, wire.ActionInvocationPoint, data.TargetName, data.TargetLogicalID, data.TargetModel.ResourceProperties}
	for _, member := range []struct{ name, value string }{
		{"clientRequestToken", event.Token},
		{"awsAccountId", event.AccountID},
		{"actionInvocationPoint", event.InvocationPoint},
		{"requestData.targetName", event.TargetName},
	} {
		if member.value == "" {
			return event, fmt.Errorf("the event has no member %s; it does not look like a hook's", member.name)
		}
	}
	return event, nil
}

// deletes reports whether the resource is about to be deleted, which no boundary could prevent.
func (e Event) deletes() bool { return strings.HasPrefix(e.InvocationPoint, "DELETE") }

// stack returns the stack's name and region, out of
// arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>; both are empty for Cloud Control.
func (e Event) stack() (name, region string) {
	parts := strings.SplitN(e.StackID, ":", 6)
	if len(parts) != 6 {
		return "", ""
	}
	resource := strings.Split(parts[5], "/")
	if len(resource) < 2 || resource[0] != "stack" {
		return "", ""
	}
	return resource[1], parts[3]
}

// boundary returns the value of the resource's PermissionsBoundary; it is empty where there is none.
func (e Event) boundary() (string, error) {
	if e.Properties == nil {
		return "", nil
	}
	properties, err := cfn.Members(e.Properties, "the resource's properties")
	if err != nil {
		return "", err
	}
	value := properties["PermissionsBoundary"]
	if value == nil || value.Kind() == 'n' {
		return "", nil
	}
	text, isText := cfn.Text(value)
	if !isText {
		return "", fmt.Errorf("its PermissionsBoundary is not a string")
	}
	return text, nil
}

// name is what messages call the resource.
func (e Event) name() string {
	name := e.TargetName
	if e.LogicalID != "" {
		name = e.LogicalID + " (" + e.TargetName + ")"
	}
	if stack, _ := e.stack(); stack != "" {
		name += " of stack " + stack
	}
	return name
}
