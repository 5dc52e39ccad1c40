package guard

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/awsapi/compliance"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// Account is what the rule asks of the account that it works for. See [compliance.Account].
type Account interface {
	StackOf(ctx context.Context, resourceType, name string) (string, error)
	Identity(ctx context.Context, resourceType, name string) (found compliance.Identity, exists bool, err error)
	Report(ctx context.Context, token string, e compliance.Evaluation) error
}

// RuleName is the rule's name in AWS Config, where template.yaml's parameter GuardName has its default.
const RuleName = "AmplifyBoundary-permissions-boundary"

// errPanic ends an invocation after a panic, whose value could quote the event.
var errPanic = errors.New("internal error of the guard; please report it")

// invokeRule evaluates the resource in an event of AWS Config, reports the evaluation, and returns it. What cannot be
// evaluated is an error: Lambda then tries again, and an alarm shows it.
func (h *Handler) invokeRule(ctx context.Context, payload []byte) ([]byte, error) {
	began := time.Now()
	ctx, cancel := macro.WithTimeToAnswer(ctx)
	defer cancel()
	event, v, e, err := h.evaluate(ctx, payload)
	response := []byte("{}") // for a message that is not about a resource
	if err == nil && event.isAboutResource() {
		response, err = json.Marshal(e)
		err = errors.Join(err, h.account.Report(ctx, event.Token, e))
	}
	message := e.Annotation
	if err != nil {
		message = err.Error()
	}
	h.record(ctx, "rule", e.Result, message, began, v, err != nil,
		slog.String("messageType", cfn.Shorten(event.messageType, messageLimit)),
		slog.String("account", event.item.AccountID),
		slog.String("name", event.item.ResourceName),
		slog.String("type", event.item.ResourceType))
	if err != nil {
		return nil, err
	}
	return response, nil
}

// evaluate does the work of an event, except the report. A message that is not about a resource has no evaluation.
func (h *Handler) evaluate(ctx context.Context, payload []byte) (event ruleEvent, v verdict, e compliance.Evaluation, err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	event, err = decodeRuleEvent(payload)
	if err != nil || !event.isAboutResource() {
		return event, v, e, err
	}
	if v, err = h.verdictOn(ctx, event); err != nil {
		return event, v, e, err
	}
	i := event.item
	e = compliance.Evaluation{ResourceType: i.ResourceType, ResourceID: i.ResourceID, Time: i.Time, Result: compliance.NonCompliant}
	switch {
	case v.leftOut:
		e.Result = compliance.NotApplicable
	case v.passes:
		e.Result = compliance.Compliant
	}
	_, e.Annotation = fit(v.why, v.remedy, compliance.AnnotationLimit)
	return event, v, e, nil
}

// verdictOn judges the resource of an event as the hook judges it, and leaves out what is not the rule's concern.
func (h *Handler) verdictOn(ctx context.Context, event ruleEvent) (verdict, error) {
	i, reason := event.item, ""
	switch {
	case event.LeftScope:
		reason = "the rule no longer covers it"
	case i.isDeleted():
		reason = "it is deleted, or not recorded any more"
	case !h.settings.bounds(i.ResourceType):
		reason = "the rule checks only roles"
	default:
		found, exists, err := i.identity(ctx, h.account)
		switch {
		case err != nil:
			return verdict{}, err
		case !exists:
			reason = "it is deleted"
		case exception.IsReserved(found.Path):
			reason = "it belongs to an AWS service"
		default:
			return h.judgeItem(ctx, event, found)
		}
	}
	return verdict{passes: true, leftOut: true, why: i.ResourceName + " (" + i.ResourceType + "): " + reason}, nil
}

// identity returns the path and the boundary of a resource: as AWS Config recorded them, or, where that is too large to
// be in the event, as they are in IAM.
func (i item) identity(ctx context.Context, a Account) (found compliance.Identity, exists bool, err error) {
	if i.Configuration == nil || i.Configuration.Kind() == 'n' {
		return a.Identity(ctx, i.ResourceType, i.ResourceName)
	}
	var recorded struct {
		Path     string `json:"path"`
		Boundary struct {
			ARN string `json:"permissionsBoundaryArn"`
		} `json:"permissionsBoundary"`
	}
	if json.Unmarshal(i.Configuration, &recorded, jsontext.AllowDuplicateNames(true)) != nil {
		return found, false, errors.New("the configuration item has no member configuration of a role's form")
	}
	found.Path, found.Boundary = recorded.Path, recorded.Boundary.ARN
	return found, true, nil
}

// judgeItem compares a role or a user with the registry. It asks for the stack only where the stack can matter: for the
// environment, or for an exception.
func (h *Handler) judgeItem(ctx context.Context, asked ruleEvent, found compliance.Identity) (verdict, error) {
	i := asked.item
	event := Event{
		AccountID: i.AccountID, Region: asked.region, TargetName: i.ResourceType, LogicalID: i.ResourceName,
		Boundary: found.Boundary, Role: i.ResourceName, Path: found.Path,
	}
	isStackKnown := false
	return h.judge(ctx, i.AccountID, true, func(snapshot registry.Snapshot) (verdict, error) {
		settings, err := snapshot.SettingsOf(i.AccountID, h.settings.Environment)
		if err != nil {
			return verdict{}, err
		}
		if !isStackKnown && (!settings.IsFixed() || snapshot.Exceptions().NameStacks()) {
			if event.Stack, err = h.account.StackOf(ctx, i.ResourceType, i.ResourceName); err != nil {
				return verdict{}, err
			}
			isStackKnown = true
		}
		r := event.role(h.region)
		if e, isExcepted := snapshot.Exceptions().Find(r.Role, time.Now()); isExcepted {
			return r.except(e), nil
		}
		return h.settings.judge(snapshot, r, time.Now())
	})
}
