package doctor

import (
	"context"
	"errors"
	"fmt"
	"path"
	"reflect"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// atOnce is how many change sets are under way at one time: CloudFormation throttles an account's calls.
const atOnce = 4

// checkChangeSets gives CloudFormation a template for each environment, and compares what the macro makes of it
// with what the registry wants.
func (d *Doctor) checkChangeSets(ctx context.Context) bool {
	if !d.read {
		d.found("change set", Warning, "", "none was made, since without the registry nobody can say what should come of it")
		return true
	}
	targets := d.targets()
	if len(targets) == 0 && len(d.snapshot.Environments()) > 0 {
		d.found("change set", Warning, "name an environment with --environment", "none was made, since no environment is named below %s", path.Join(d.Options.Prefix, d.Options.Project))
	}
	checks := make([]chan []Check, len(targets))
	free := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for i, e := range targets {
		checks[i] = make(chan []Check, 1)
		running.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			checks[i] <- d.prove(ctx, e)
		})
	}
	for _, done := range checks {
		for _, c := range <-done {
			d.add(c)
		}
	}
	running.Wait()
	return true
}

// targets are the environments that change sets are made for. A name that only _default answers for is proven
// where it is asked for. Where the environment is fixed, and none is asked for, there is only that one.
func (d *Doctor) targets() []environment.Environment {
	if len(d.Options.Environments) > 0 {
		return d.Options.Environments
	}
	fixed := environment.OfStack("", d.settings.Environment)
	if fixed.Name != "" {
		fixed.Project = "" // a template may not name it, and the function adds its own
		return []environment.Environment{fixed}
	}
	var targets []environment.Environment
	for _, e := range d.environments() {
		if e.Name != registry.DefaultName {
			targets = append(targets, e)
		}
	}
	return targets
}

// prove has CloudFormation run the macro over a template that names an environment.
func (d *Doctor) prove(ctx context.Context, e environment.Environment) []Check {
	if ctx.Err() != nil {
		return nil
	}
	processed, left, err := d.newTrial().process(ctx, source{body: d.roleTemplate(e)})
	if ctx.Err() != nil {
		return cleanedUp(left)
	}
	c := Check{Check: "change set", Environment: e.Name, Project: e.Project}
	c.Status, c.Message, c.Advice = d.judge(e, processed, err)
	return append([]Check{c}, cleanedUp(left)...)
}

// cleanedUp is the check of what could not be deleted, if there is anything.
func cleanedUp(left string) []Check {
	if left == "" {
		return nil
	}
	return []Check{{Check: CleanUp, Status: Warning, Message: left}}
}

// judge compares what came of a template with what should have.
func (d *Doctor) judge(e environment.Environment, processed string, err error) (status Status, message, advice string) {
	wanted, refused := d.wanted(e)
	reason := (*refusal)(nil)
	switch {
	case errors.As(err, &reason) && isOfMacro(reason.reason) && d.refusesByRight(e):
		return OK, "the macro refuses it, as it should: " + reason.reason, ""
	case errors.As(err, &reason):
		return Fault, "CloudFormation did not make the change set: " + reason.reason, d.refusalAdvice(reason.reason)
	case err != nil:
		return Fault, fmt.Sprintf("the change set could not be made: %v", err), ""
	}
	bound, err := boundaryOfRole(processed, d.roleTemplate(e))
	switch {
	case err != nil:
		return Fault, "the change set was made, but " + err.Error(), "find out what else is registered as " + d.Options.Macro
	case d.settings.Mode == macro.Report && bound == noBoundary:
		return Warning, "the role comes back as it went, since MODE is report", ""
	case refused != nil:
		why, _ := d.explain(refused)
		return Fault, fmt.Sprintf("the macro should have refused it (%s), but the role comes back with %s", why, display(bound)), findHierarchy
	case bound != wanted:
		return Fault, fmt.Sprintf("the role comes back with %s, but the registry wants %s", display(bound), display(wanted)), findHierarchy
	default:
		return OK, "the role comes back with " + display(bound), ""
	}
}

// findHierarchy is what to do where the function must have read something else than was read here.
const findHierarchy = "find out which hierarchy the function reads: its log names the SSM parameter"

func display(arn string) string {
	if arn == noBoundary {
		return "no boundary"
	}
	return arn
}

// refusesByRight reports whether the macro has to refuse the environment because another one is fixed.
func (d *Doctor) refusesByRight(e environment.Environment) bool {
	_, err := environment.Find(environment.Template{TransformParameters: transformParameters(e)}, d.settings.Environment)
	return err != nil
}

// refusalAdvice says what to do where CloudFormation says nothing of it.
func (d *Doctor) refusalAdvice(reason string) string {
	switch {
	case isOfMacro(reason):
		return ""
	case isMissingTransform(reason):
		return "register the macro here: deploy template.yaml, or member.template.yaml where the function is in another account"
	case strings.Contains(reason, invokeAction):
		return d.invokeAdvice()
	case isMalformedResponse(reason):
		return "look into the function's log: it did not start, ran out of time, or is gone"
	default:
		return ""
	}
}

// transformParameters name an environment.
func transformParameters(e environment.Environment) map[string]jsontext.Value {
	parameters := map[string]jsontext.Value{"Environment": text(e.Name)}
	if e.Project != "" {
		parameters["Project"] = text(e.Project)
	}
	return parameters
}

func text(s string) jsontext.Value {
	value, _ := jsontext.AppendQuote(nil, s) // a name is valid UTF-8
	return value
}

// roleTemplate is a template with a role that nobody may assume, which declares the macro.
func (d *Doctor) roleTemplate(e environment.Environment) string {
	return d.template(e, `{"Role":`+bareRole+`}`)
}

const bareRole = `{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17",` +
	`"Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}}}`

// template is a template with resources, which declares the macro.
func (d *Doctor) template(e environment.Environment, resources string) string {
	transform, _ := json.Marshal(map[string]any{"Name": d.Options.Macro, "Parameters": transformParameters(e)}, json.Deterministic(true))
	return `{"AWSTemplateFormatVersion":"2010-09-09","Description":"Made by amplify-boundary doctor, never to be deployed","Transform":[` + string(transform) + `],"Resources":` + resources + `}`
}

// boundaryOfRole returns the boundary of the role of a processed template. It fails where anything else is not
// as it was sent.
func boundaryOfRole(processed, sent string) (string, error) {
	got, err := decode(processed)
	if err != nil {
		return "", errors.New("its processed template cannot be read")
	}
	want, err := decode(sent)
	if err != nil {
		return "", err
	}
	properties := member(member(member(got, "Resources"), "Role"), "Properties")
	bound, isText := properties["PermissionsBoundary"].(string)
	if _, has := properties["PermissionsBoundary"]; has && !isText {
		return "", errors.New("the role's boundary is not an ARN")
	}
	delete(properties, "PermissionsBoundary")
	if !reflect.DeepEqual(got, want) {
		return "", errors.New("its processed template differs in more than the boundary")
	}
	return bound, nil
}

// decode reads a template, without what is taken out when it is processed.
func decode(template string) (map[string]any, error) {
	var object map[string]any
	err := json.Unmarshal([]byte(template), &object)
	delete(object, "Transform")
	return object, err
}

func member(object map[string]any, name string) map[string]any {
	value, _ := object[name].(map[string]any)
	return value
}

// isMissingTransform reports whether CloudFormation, or LocalStack, says that the macro is not registered. Its name
// alone does not mean that: the name of its function begins with it.
func isMissingTransform(reason string) bool {
	return strings.Contains(reason, "No transform named ") || strings.HasPrefix(reason, "Transformation ") && strings.HasSuffix(reason, " is not supported")
}

// isOfMacro reports whether CloudFormation repeats what the macro itself says.
func isOfMacro(reason string) bool { return strings.Contains(reason, " failed with: ") }

// isMalformedResponse reports whether CloudFormation says that the function gave no answer.
func isMalformedResponse(reason string) bool { return strings.Contains(reason, "malformed response") }
