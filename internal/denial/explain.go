package denial

import (
	"cmp"
	"slices"
	"strings"
)

// Explanation says what a denial or a message means, and what to do about it.
type Explanation struct {
	Cause  string
	Remedy string
}

// Explain explains what was found, as far as its text says.
func (f Found) Explain() Explanation {
	switch {
	case f.Message != nil:
		return Explanation{plain(f.Message.Means), plain(f.Message.Do)}
	case f.Encoded != "" && f.Policy == Unnamed && !f.Explicit, f.Action == "":
		return Explanation{"Only AWS can decode the message: it says which action was denied, and by which statements.",
			"Explain it with credentials that allow sts:DecodeAuthorizationMessage, or ask someone who has them."}
	case f.ConcernsNewRole():
		return Explanation{"The role that is created or changed lacks the permissions boundary that its environment needs. This is not about the boundary of the caller.",
			"Declare the macro in the template that has the role: amplify-boundary declare TEMPLATE. If the template declares it, list it last; " +
				"a nested stack or a custom resource that creates the role needs its own declaration (docs/nested-stacks.md)."}
	case f.Policy == Boundary && f.Explicit:
		return Explanation{"A Deny statement of the permissions boundary denies the action. No other policy of " + f.who() + " can allow it.", askOwner}
	case f.Policy == Boundary:
		return Explanation{"No statement of the permissions boundary allows the action. No other policy of " + f.who() + " can allow it.", askOwner}
	case f.Action == "lambda:InvokeFunction" && strings.Contains(strings.ToLower(strings.ReplaceAll(f.Resource, "-", "")), "amplifyboundary"):
		return Explanation{"CloudFormation calls the macro with the credentials of the caller, who is not allowed to invoke its function.",
			"The operator attaches the policy in the output DeployerPolicyArn of the macro's stack to the principal that deploys."}
	case slices.Contains(boundaryActions(), f.name()):
		return Explanation{"The principal that deploys is not allowed to set or remove boundaries.", "The operator adds what this prints to its policy: amplify-boundary policy deployer"}
	}
	remedies := map[PolicyType]string{
		Identity:        "Change the policies of " + f.who() + ": in a template, its Policies or ManagedPolicyArns.",
		Resource:        "Ask the owner of the resource, whose policy decides, such as a bucket policy or a key policy.",
		Session:         "Ask those who start the session: they give it a policy that limits it.",
		ServiceControl:  "Ask the team that manages the organization's policies.",
		ResourceControl: "Ask the team that manages the policies of the organization that owns the resource.",
		Endpoint:        "Ask the owner of the VPC endpoint through which the call goes, whose policy decides.",
		Trust:           "Ask the owner of the role that is assumed, whose trust policy decides.",
	}
	remedy, isKnown := remedies[f.Policy]
	switch {
	case !isKnown:
		return Explanation{"AWS does not say which policy decides.", "Look for the event in CloudTrail, whose message can say more, or ask IAM with: aws iam simulate-principal-policy"}
	case f.Explicit:
		return Explanation{"A Deny statement of the " + string(f.Policy) + " denies the action. The permissions boundary is not the cause.", remedy}
	default:
		return Explanation{"The " + string(f.Policy) + " does not allow the action. The permissions boundary is not the cause.", remedy}
	}
}

const askOwner = "Ask the owner of the boundary, usually a platform or security team, with the action, the resource, and the environment. " +
	"Only they can change it; the change applies at once, without a deployment."

// who names the principal in a sentence.
func (f Found) who() string {
	if role := f.Role(); role != "" {
		return "role " + role
	}
	return cmp.Or(f.Principal, "the principal")
}

// name is the action without its service.
func (f Found) name() string { return strings.TrimPrefix(f.Action, "iam:") }

// boundaryActions set or remove a boundary.
func boundaryActions() []string {
	return []string{"PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"}
}

// ConcernsNewRole reports whether a policy that enforces boundaries denied an action on a role: the caller's own
// boundary, or a service control policy.
func (f Found) ConcernsNewRole() bool {
	enforces := f.Policy == Boundary || f.Policy == ServiceControl && f.Explicit
	return enforces && slices.Contains(append(boundaryActions(), "CreateRole", "PutRolePolicy", "AttachRolePolicy", "AcquireRole"), f.name())
}
