package doctor

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"amplify-boundary/internal/awsapi/account"
)

// invokeAction is what CloudFormation needs of whoever deploys, as whom it invokes the macro.
const invokeAction = "lambda:InvokeFunction"

// checkInvoke asks IAM whether the caller may invoke the function.
func (d *Doctor) checkInvoke(ctx context.Context) bool {
	if d.installed.function == "" {
		return true
	}
	principal, err := d.principal(ctx)
	if err != nil {
		d.found("invoke", Warning, "", "it is not known whether the caller may invoke the function: %v", err)
		return true
	}
	if principal == "" {
		d.found("invoke", OK, "", "the caller is the account's root user, which no policy of the account limits")
		return true
	}
	verdicts, err := account.Simulate(ctx, d.AWS, account.Simulation{
		Actions: []string{invokeAction}, Resources: []string{d.installed.function}, Principal: principal,
	})
	switch {
	case err != nil:
		d.found("invoke", Warning, "", "it is not known whether %s may invoke the function: %v", principal, err)
	case verdicts[0].Decision == account.Allowed:
		d.found("invoke", OK, "", "%s may invoke the function", principal)
	default:
		d.found("invoke", Fault, d.invokeAdvice(), "%s may not invoke the function (%s)", principal, verdicts[0].Decision)
	}
	return true
}

func (d *Doctor) invokeAdvice() string {
	if policy := d.installed.stack.Outputs["DeployerPolicyArn"]; policy != "" {
		return "attach policy " + policy + " to who deploys"
	}
	return "allow " + invokeAction + " on " + cmp.Or(d.installed.function, "the macro's function") + " to who deploys (amplify-boundary policy deployer)"
}

// principal returns the ARN of the caller as IAM takes it; it is empty for the root user.
func (d *Doctor) principal(ctx context.Context) (string, error) {
	arn := d.caller.ARN
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return "", fmt.Errorf("%q is not the ARN of a user or of a role", arn)
	}
	service, name := parts[2], parts[5]
	session, assumed := strings.CutPrefix(name, "assumed-role/")
	switch {
	case name == "root":
		return "", nil
	case service == "sts" && assumed:
		// The session's ARN lacks the role's path.
		role, _, _ := strings.Cut(session, "/")
		return account.FindRole(ctx, d.AWS, role)
	case service == "iam" && (strings.HasPrefix(name, "user/") || strings.HasPrefix(name, "role/")):
		return arn, nil
	default:
		return "", fmt.Errorf("IAM simulates users and roles, and the caller is %s", arn)
	}
}
