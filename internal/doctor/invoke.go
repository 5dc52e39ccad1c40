package doctor

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/account"
)

// invokeAction is the permission that the deploying principal needs: CloudFormation invokes the macro on its behalf.
const invokeAction = "lambda:InvokeFunction"

// checkInvoke asks IAM whether the caller may invoke the function.
func (d *Doctor) checkInvoke(ctx context.Context) {
	if d.installed.function == "" {
		return
	}
	principal, err := d.principal(ctx)
	if err != nil {
		d.found("invoke", Warning, "", "cannot check whether the caller may invoke the function: %v", err)
		return
	}
	if principal == "" {
		d.found("invoke", OK, "", "the caller is the account's root user, which needs no policy")
		return
	}
	results, err := account.Simulate(ctx, d.AWS, account.Simulation{
		Actions: []string{invokeAction}, Resources: []string{d.installed.function}, Principal: principal,
	})
	switch {
	case err != nil:
		d.found("invoke", Warning, "", "cannot check whether %s may invoke the function: %v", principal, err)
	case results[0].Decision == account.Allowed:
		d.found("invoke", OK, "", "%s may invoke the function", principal)
	default:
		d.found("invoke", Fault, d.invokeAdvice(), "%s may not invoke the function (%s)", principal, results[0].Decision)
	}
}

// checkRoleManager reads whether IAM's role manager is on in the account. AWS documents that it is an account property, with
// a namespace and a name, but not which.
func (d *Doctor) checkRoleManager(ctx context.Context) {
	answer, err := iam.NewFromConfig(awsapi.Limited(d.AWS)).GetAccountProperties(ctx, &iam.GetAccountPropertiesInput{})
	if err != nil {
		d.found("role manager", Warning, "", "cannot read whether role manager is on: %v", awsapi.Call{Service: "IAM", Action: "iam:GetAccountProperties"}.Explain(ctx, err))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(answer.Properties)) {
		namespace, _, _ := strings.Cut(name, "/")
		isOfRoleManager := strings.EqualFold(strings.NewReplacer("-", "", "_", "").Replace(namespace), "rolemanager")
		if isOfRoleManager && strings.EqualFold(answer.Properties[name], "true") {
			d.found("role manager", Warning, "watch its roles with an audit, and keep it off where you can: the SCP denies iam:PutAccountProperties",
				"role manager is on in this account (account property %s): it makes roles that no template shows", name)
			return
		}
	}
	d.found("role manager", OK, "", "role manager is off in this account: no account property turns it on")
}

func (d *Doctor) invokeAdvice() string {
	if policy := d.installed.stack.Outputs["DeployerPolicyArn"]; policy != "" {
		return "attach policy " + policy + " to the deploying principals"
	}
	return "allow " + invokeAction + " on " + cmp.Or(d.installed.function, "the macro's function") + " for the deploying principals (amplify-boundary policy deployer)"
}

// principal returns the ARN of the caller in the form that IAM simulates; it is empty for the root user.
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
		return "", fmt.Errorf("IAM simulates only users and roles; the caller is %s", arn)
	}
}
