package doctor

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"amplify-boundary/internal/awsapi"
)

// invokeAction is the permission that the deploying principal needs: CloudFormation invokes the macro on its behalf.
const invokeAction = "lambda:InvokeFunction"

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

// invokeAdvice says how a deploying principal may invoke the function.
func (d *Doctor) invokeAdvice() string {
	if policy := d.installed.stack.Outputs["DeployerPolicyArn"]; policy != "" {
		return "attach policy " + policy + " to the deploying principals"
	}
	return "allow " + invokeAction + " on " + cmp.Or(d.installed.function, "the macro's function") + " for the deploying principals (amplify-boundary policy deployer)"
}
