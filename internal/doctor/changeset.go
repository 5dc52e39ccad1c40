package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/policy"
)

const (
	// ours begins the names of everything that doctor makes.
	ours = policy.TrialStacks

	// attemptLimit is for one call. It is long, because another attempt during a call could make a second change set.
	attemptLimit = time.Minute

	// processLimit is more than CloudFormation needs with a function that uses all of its time.
	processLimit = 3 * time.Minute

	// cleanUpLimit is for deleting, after an interrupt too. settleLimit is for a change set that is still being made then:
	// somewhat more than the function's time.
	cleanUpLimit = 2 * time.Minute
	settleLimit  = 45 * time.Second
)

// refusal is CloudFormation's reason for not making a change set. The calls themselves worked.
type refusal struct{ reason string }

func (r *refusal) Error() string { return r.reason }

// trial is a change set that is never executed, so that its stack stays empty.
type trial struct {
	client *cloudformation.Client
	region string
	name   string // the stack's
	pause  time.Duration
}

func newName() string {
	suffix := make([]byte, 6)
	_, _ = rand.Read(suffix) // it never fails
	return fmt.Sprintf("%s-%x", ours, suffix)
}

// process has CloudFormation process a template, and returns the processed template. It fails with a [*refusal] if
// CloudFormation does not make the change set. left names what could not be deleted afterwards, with the command that
// deletes it. After an interrupt too, process returns the template if it is ready soon: only there does the macro name what
// it wrote.
func (t trial) process(ctx context.Context, template source) (processed string, left string, err error) {
	outlasting, stop := outlast(ctx)
	defer stop()
	made, err := t.create(outlasting, template)
	if err == nil {
		processed, err = t.read(outlasting, template)
	}
	err = t.withValidations(outlasting, err)
	// The caller's context may have ended.
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpLimit)
	defer cancel()
	if cleanErr := t.cleanUp(cleaning); cleanErr != nil && made {
		left = fmt.Sprintf("stack %s, which is empty, could not be deleted: %v; delete it with: aws cloudformation delete-stack --stack-name %s --region %s",
			t.name, cleanErr, t.name, t.region)
	}
	return processed, left, err
}

// outlast returns a context for a change set. It continues for a while after the caller's has ended: nobody would delete
// what is made later.
func outlast(ctx context.Context) (context.Context, context.CancelFunc) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), processLimit)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-limited.Done():
		case <-time.After(settleLimit):
			cancel()
		}
	})
	return limited, func() { stop(); cancel() }
}

// source is a template: its text, and its URL if CloudFormation reads it there.
type source struct{ body, url string }

// create has CloudFormation make the change set. It reports whether that may have happened.
func (t trial) create(ctx context.Context, template source) (made bool, err error) {
	input := &cloudformation.CreateChangeSetInput{
		StackName: aws.String(t.name), ChangeSetName: aws.String(ours), ChangeSetType: types.ChangeSetTypeCreate,
		ClientToken:  aws.String(t.name),
		Description:  aws.String("Made by amplify-boundary doctor, which deletes it again; never execute it"),
		Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityAutoExpand},
	}
	if template.url != "" {
		input.TemplateURL = aws.String(template.url)
	} else {
		input.TemplateBody = aws.String(template.body)
	}
	_, err = t.client.CreateChangeSet(ctx, input)
	// An attempt without an answer may have made it before the SDK tried again; nobody else uses the name.
	if already := (*types.AlreadyExistsException)(nil); err == nil || errors.As(err, &already) {
		return true, nil
	}
	var api smithy.APIError
	refused := errors.As(err, &api) && api.ErrorFault() != smithy.FaultServer
	return !refused, t.explain(ctx, "cloudformation:CreateChangeSet", err)
}

func (t trial) read(ctx context.Context, template source) (string, error) {
	if err := t.wait(ctx); err != nil {
		return "", err
	}
	answer, err := t.client.GetTemplate(ctx, &cloudformation.GetTemplateInput{
		StackName: aws.String(t.name), ChangeSetName: aws.String(ours), TemplateStage: types.TemplateStageProcessed,
	})
	if err == nil {
		return aws.ToString(answer.TemplateBody), nil
	}
	if processed, found := t.fromChanges(ctx, template); found {
		return processed, nil
	}
	return "", t.explain(ctx, "cloudformation:GetTemplate", err)
}

// fromChanges builds the processed template from the properties of each resource in the change set. It is for a caller who
// must not read templates, and for LocalStack, which has no template of a change set.
func (t trial) fromChanges(ctx context.Context, template source) (processed string, found bool) {
	answer, err := t.client.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
		StackName: aws.String(t.name), ChangeSetName: aws.String(ours), IncludePropertyValues: aws.Bool(true),
	})
	object, _ := decode(template.body) // it is doctor's own
	if err != nil {
		return "", false
	}
	resources := make(map[string]any)
	for _, change := range answer.Changes {
		if change.ResourceChange == nil {
			continue
		}
		resource, err := decode(aws.ToString(change.ResourceChange.AfterContext))
		if err != nil {
			return "", false
		}
		resource["Type"] = aws.ToString(change.ResourceChange.ResourceType)
		resources[aws.ToString(change.ResourceChange.LogicalResourceId)] = resource
	}
	object["Resources"] = resources
	text, err := json.Marshal(object)
	return string(text), err == nil
}

func (t trial) wait(ctx context.Context) error {
	for {
		answer, err := t.client.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{StackName: aws.String(t.name), ChangeSetName: aws.String(ours)})
		if err != nil {
			return t.explain(ctx, "cloudformation:DescribeChangeSet", err)
		}
		switch answer.Status {
		case types.ChangeSetStatusCreateComplete:
			return nil
		case types.ChangeSetStatusCreatePending, types.ChangeSetStatusCreateInProgress:
		default:
			return &refusal{strings.TrimSuffix(aws.ToString(answer.StatusReason), ".")}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the change set was not made in time: %w", ctx.Err())
		case <-time.After(t.pause):
		}
	}
}

// explain says why a call failed. A fault that CloudFormation finds in the template is a refusal.
func (t trial) explain(ctx context.Context, action string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && isValidation(err) {
		return &refusal{strings.TrimSuffix(api.ErrorMessage(), ".")}
	}
	return awsapi.Call{Service: "CloudFormation", Action: action}.Explain(ctx, err)
}

// isValidation reports whether CloudFormation rejects a request, for example because a stack does not exist.
func isValidation(err error) bool { return awsapi.Code(err) == "ValidationError" }

// cleanUp deletes the change set and the stack that CloudFormation made for it, whether or not they exist, and waits until
// they are gone.
func (t trial) cleanUp(ctx context.Context) error {
	settling, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	_ = t.wait(settling) // while the change set is still being made, deleting it or its stack can fail
	// Deleting the stack deletes its change sets, so this call may fail.
	_, _ = t.client.DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{StackName: aws.String(t.name), ChangeSetName: aws.String(ours)})
	if _, err := t.client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: aws.String(t.name)}); err != nil && !isValidation(err) {
		return awsapi.Call{Service: "CloudFormation", Action: "cloudformation:DeleteStack"}.Explain(ctx, err)
	}
	waiter := cloudformation.NewStackDeleteCompleteWaiter(t.client, func(o *cloudformation.StackDeleteCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = t.pause, t.pause
	})
	if err := waiter.Wait(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(t.name)}, cleanUpLimit); err != nil {
		return awsapi.Call{Service: "CloudFormation", Action: "cloudformation:DescribeStacks"}.Explain(ctx, err)
	}
	return nil
}

// earlyValidation begins the names of CloudFormation's validations before a deployment, in its reasons.
const earlyValidation = "AWS::EarlyValidation::"

// validationAttempts is how often a change set is made that early validation refuses. It is known to refuse change sets with
// macros, and to make them a moment later.
const validationAttempts = 3

// process has CloudFormation process a template, each time for another stack. left names what could not be deleted.
func (d *Doctor) process(ctx context.Context, template source) (processed string, left []Check, err error) {
	client := cloudformation.NewFromConfig(awsapi.LimitedTo(d.AWS, attemptLimit), func(o *cloudformation.Options) {
		o.RetryMaxAttempts = 10 // throttling is common in CloudFormation
	})
	for range validationAttempts {
		var notDeleted string
		processed, notDeleted, err = trial{client, d.AWS.Region, newName(), d.Options.Pause}.process(ctx, template)
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
	})
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
