package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ruleEvent is what AWS Config asks a custom Lambda rule, see
// https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html.
type ruleEvent struct {
	Token         string `json:"resultToken"`   // comes back in the report
	InvokingEvent string `json:"invokingEvent"` // JSON in a string: the message
	RuleARN       string `json:"configRuleArn"`
	LeftScope     bool   `json:"eventLeftScope"` // whether the rule no longer covers the resource

	region      string // the rule's; a role's own is "global"
	messageType string
	item        item
}

// The types of messages that are about one resource. The second has no configuration, which would be too large.
const (
	itemChanged      = "ConfigurationItemChangeNotification"
	largeItemChanged = "OversizedConfigurationItemChangeNotification"
)

// item is a resource, as AWS Config recorded it.
type item struct {
	ResourceType  string         `json:"resourceType"`
	ResourceID    string         `json:"resourceId"`
	ResourceName  string         `json:"resourceName"`
	AccountID     string         `json:"awsAccountId"`
	Status        string         `json:"configurationItemStatus"`
	Time          time.Time      `json:"configurationItemCaptureTime"`
	Configuration jsontext.Value `json:"configuration"` // in the form of the resource's type; absent where it is too large
}

// decodeRuleEvent reads an event of AWS Config. Its errors quote nothing of the event.
func decodeRuleEvent(payload []byte) (ruleEvent, error) {
	var event ruleEvent
	if json.Unmarshal(payload, &event) != nil {
		return ruleEvent{}, errors.New("the event is not one of AWS Config: a member has the wrong type")
	}
	var message struct {
		Type    string `json:"messageType"`
		Item    *item  `json:"configurationItem"`
		Summary *item  `json:"configurationItemSummary"`
	}
	// A configuration has whatever its type has, so names that appear twice are not this rule's concern.
	if json.Unmarshal([]byte(event.InvokingEvent), &message, jsontext.AllowDuplicateNames(true)) != nil {
		return ruleEvent{}, errors.New("the event is not one of AWS Config: its invokingEvent is not a message about a resource")
	}
	event.messageType = message.Type
	if rule := strings.Split(event.RuleARN, ":"); len(rule) > 3 { // arn:<partition>:config:<region>:<account>:config-rule/<id>
		event.region = rule[3]
	}
	switch {
	case message.Type == "":
		return event, errors.New("the event is not one of AWS Config: its invokingEvent has no messageType")
	case !event.isAboutResource():
		return event, nil
	case message.Type == itemChanged && message.Item != nil:
		event.item = *message.Item
	case message.Type == largeItemChanged && message.Summary != nil:
		event.item = *message.Summary
		event.item.Configuration = nil
	default:
		return event, fmt.Errorf("the event is not one of AWS Config: %s has no configuration item", message.Type)
	}
	i, missing := event.item, ""
	switch {
	case i.ResourceType == "":
		missing = "resourceType"
	case i.ResourceID == "":
		missing = "resourceId"
	case i.AccountID == "":
		missing = "awsAccountId"
	case i.Status == "":
		missing = "configurationItemStatus"
	case i.Time.IsZero():
		missing = "configurationItemCaptureTime"
	case i.ResourceName == "" && !i.isDeleted():
		missing = "resourceName"
	default:
		return event, nil
	}
	return event, fmt.Errorf("the configuration item has no member %s", missing)
}

// isAboutResource reports whether a message asks for an evaluation of one resource.
func (e ruleEvent) isAboutResource() bool {
	return e.messageType == itemChanged || e.messageType == largeItemChanged
}

// isDeleted reports whether the resource exists no longer, or is no longer recorded.
func (i item) isDeleted() bool {
	return slices.Contains([]string{"ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"}, i.Status)
}
