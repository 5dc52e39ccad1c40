package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// checkChangeSets has CloudFormation process a template for each environment, and compares the boundary that the macro sets
// with what the registry wants.
func (d *Doctor) checkChangeSets(ctx context.Context) {
	if !d.read {
		d.found("change set", Warning, "", "none was made: the registry could not be read, so the expected boundary is unknown")
		return
	}
	targets := d.targets()
	if len(targets) == 0 && len(d.snapshot.Environments()) > 0 {
		d.found("change set", Warning, "name an environment with --environment", "none was made: there is no environment below %s", path.Join(d.Options.Prefix, d.Options.Project))
	}
	checks := make([]chan []Check, len(targets))
	free := make(chan struct{}, 4) // CloudFormation throttles an account's calls
	for i, e := range targets {
		checks[i] = make(chan []Check, 1)
		go func() {
			free <- struct{}{}
			defer func() { <-free }()
			checks[i] <- d.check(ctx, e)
		}()
	}
	for _, done := range checks {
		for _, c := range <-done {
			d.add(c)
		}
	}
}

// targets are the environments that change sets are made for: those that are asked for, otherwise the fixed one, otherwise
// all that the registry names.
func (d *Doctor) targets() []environment.Environment {
	if len(d.Options.Environments) > 0 {
		return d.Options.Environments
	}
	fixed := environment.OfStack("", d.settings.Environment)
	if fixed.Name != "" {
		fixed.Project = "" // a template must not name it, and the function adds its own
		return []environment.Environment{fixed}
	}
	return slices.DeleteFunc(d.environments(), func(e environment.Environment) bool { return e.Name == registry.DefaultName })
}

// check has CloudFormation process a template that names an environment.
func (d *Doctor) check(ctx context.Context, e environment.Environment) []Check {
	if ctx.Err() != nil {
		return nil
	}
	processed, left, err := d.process(ctx, source{body: d.roleTemplate(e)})
	if ctx.Err() != nil {
		return left
	}
	c := Check{Check: "change set", Environment: e.Name, Project: e.Project}
	c.Status, c.Message, c.Advice = d.judge(e, processed, err)
	return append([]Check{c}, left...)
}

// cleanedUp is the check that names what could not be deleted, if there is anything.
func cleanedUp(left string) []Check {
	if left == "" {
		return nil
	}
	return []Check{{Check: CleanUp, Status: Warning, Message: left}}
}

// judge compares a processed template with what the registry wants.
func (d *Doctor) judge(e environment.Environment, processed string, err error) (status Status, message, advice string) {
	wanted, refused := d.wanted(e)
	_, notAllowed := environment.Find(environment.Template{TransformParameters: transformParameters(e)}, d.settings.Environment) // another one is fixed
	reason := (*refusal)(nil)
	switch {
	case errors.As(err, &reason) && isOfMacro(reason.reason) && notAllowed != nil:
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
		return Warning, "the role is unchanged, since MODE is report", ""
	case refused != nil:
		why, _ := d.explain(refused)
		return Fault, fmt.Sprintf("the macro should have refused it (%s), but the role gets %s", why, display(bound)), findHierarchy
	case bound != wanted:
		return Fault, fmt.Sprintf("the role gets %s, but the registry wants %s", display(bound), display(wanted)), findHierarchy
	default:
		return OK, "the role gets " + display(bound), ""
	}
}

// findHierarchy is the advice if the function seems to read another hierarchy.
const findHierarchy = "find out which hierarchy the function reads: its log names the SSM parameter"

func display(arn string) string {
	if arn == noBoundary {
		return "no boundary"
	}
	return arn
}

func (d *Doctor) refusalAdvice(reason string) string {
	policy := d.installed.stack.Outputs["DeployerPolicyArn"]
	switch {
	case isOfMacro(reason):
		return ""
	case strings.Contains(reason, earlyValidation):
		return fmt.Sprintf("try again: early validation refused it %d times, and is known to do so now and then", validationAttempts)
	case strings.Contains(reason, "No transform named "),
		strings.HasPrefix(reason, "Transformation ") && strings.HasSuffix(reason, " is not supported"): // LocalStack's words
		return "register the macro here: deploy template.yaml, or member.template.yaml where the function is in another account"
	case strings.Contains(reason, invokeAction) && policy != "":
		return "attach policy " + policy + " to the deploying principals"
	case strings.Contains(reason, invokeAction):
		return "allow " + invokeAction + " on " + cmp.Or(d.installed.function, "the macro's function") +
			" for the deploying principals (amplify-boundary policy deployer)"
	case strings.Contains(reason, "malformed response"):
		return "read the function's log: it did not start, timed out, or no longer exists"
	default:
		return ""
	}
}

// invokeAction is the permission that the deploying principal needs: CloudFormation invokes the macro on its behalf.
const invokeAction = "lambda:InvokeFunction"

func transformParameters(e environment.Environment) map[string]jsontext.Value {
	parameters := map[string]jsontext.Value{"Environment": cfn.Quote(e.Name)}
	if e.Project != "" {
		parameters["Project"] = cfn.Quote(e.Project)
	}
	return parameters
}

// roleTemplate is a template that declares the macro, with a role that nobody can assume.
func (d *Doctor) roleTemplate(e environment.Environment) string {
	return d.template(e, `{"Role":`+bareRole+`}`)
}

const bareRole = `{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17",` +
	`"Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}}}`

// template is a template that declares the macro, with these resources.
func (d *Doctor) template(e environment.Environment, resources string) string {
	transform, _ := json.Marshal(map[string]any{"Name": d.Options.Macro, "Parameters": transformParameters(e)}, json.Deterministic(true))
	return `{"AWSTemplateFormatVersion":"2010-09-09","Description":"Made by amplify-boundary doctor; never deploy it","Transform":[` + string(transform) + `],"Resources":` + resources + `}`
}

// boundaryOfRole returns the boundary of the role in a processed template. It fails if anything else changed.
func boundaryOfRole(processed, sent string) (string, error) {
	got, err := decode(processed)
	if err != nil {
		return "", errors.New("its processed template cannot be read")
	}
	want, _ := decode(sent) // it is doctor's own
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

// decode reads a template without its transforms, which are removed when it is processed.
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

// isOfMacro reports whether CloudFormation repeats the macro's own message.
func isOfMacro(reason string) bool { return strings.Contains(reason, " failed with: ") }
