package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// earlyValidation begins the names of CloudFormation's validations before a deployment, in its reasons.
const earlyValidation = "AWS::EarlyValidation::"

// validationAttempts is how often a change set is made that early validation refuses. It is known to refuse change sets with
// macros, and to make them a moment later.
const validationAttempts = 3

// process has CloudFormation process a template, each time for another stack. left names what could not be deleted.
func (d *Doctor) process(ctx context.Context, template source) (processed string, left []Check, err error) {
	for range validationAttempts {
		var notDeleted string
		processed, notDeleted, err = d.newTrial().process(ctx, template)
		left = append(left, cleanedUp(notDeleted)...)
		if !isEarlyValidation(err) || ctx.Err() != nil {
			break
		}
	}
	return processed, left, err
}

func isEarlyValidation(err error) bool {
	refused := (*refusal)(nil)
	return errors.As(err, &refused) && strings.Contains(refused.reason, earlyValidation)
}

// withValidations adds to a refusal by early validation what it found: the change set itself does not say.
func (t trial) withValidations(ctx context.Context, err error) error {
	if !isEarlyValidation(err) {
		return err
	}
	answer, eventsErr := t.client.DescribeEvents(ctx, &cloudformation.DescribeEventsInput{
		StackName: aws.String(t.name), ChangeSetName: aws.String(ours), Filters: &types.EventFilter{FailedEvents: aws.Bool(true)},
	}, patiently)
	if eventsErr != nil {
		return &refusal{fmt.Sprintf("%v; cannot read what it found: %v", err, t.explain(ctx, "cloudformation:DescribeEvents", eventsErr))}
	}
	found := err.Error()
	for _, e := range answer.OperationEvents {
		if e.EventType == types.EventTypeValidationError {
			found += fmt.Sprintf("; %s: %s %s", aws.ToString(e.ValidationName), aws.ToString(e.ValidationPath), aws.ToString(e.ValidationStatusReason))
		}
	}
	return &refusal{found}
}
