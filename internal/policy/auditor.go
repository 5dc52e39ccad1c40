package policy

// AuditRole is the name of the role that member.template.yaml creates for the auditor of many accounts.
const AuditRole = "AmplifyBoundaryAudit"

// Auditor returns a managed policy with what audit, report, impact, simulate, and explain call: it only reads.
func Auditor(prefix string) ([]byte, error) {
	everything := []string{"*"}
	return Document{Version: version, Statement: []Statement{
		{Sid: "ReadRolesAndTheirUse", Effect: allow, Resource: everything, Action: []string{
			"iam:GetAccountAuthorizationDetails", "iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails",
			"iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:SimulateCustomPolicy"}},
		{Sid: "ReadStacks", Effect: allow, Resource: everything, Action: []string{
			"cloudformation:DescribeStacks", "cloudformation:DescribeStackResources", "cloudformation:ListStackResources", "cloudformation:GetTemplate"}},
		{Sid: "ReadTheRegistry", Effect: allow, Action: []string{"ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"},
			Resource: []string{"arn:*:ssm:*:*:parameter" + prefix, "arn:*:ssm:*:*:parameter" + prefix + "/*", "arn:*:ssm:*::parameter/aws/service/global-infrastructure/*"}},
		{Sid: "ReadPoliciesAndMessages", Effect: allow, Resource: everything, Action: []string{"access-analyzer:ValidatePolicy", "sts:DecodeAuthorizationMessage", "sts:GetCallerIdentity"}},
		{Sid: "AuditOtherAccounts", Effect: allow, Resource: []string{"arn:*:iam::*:role/" + AuditRole}, Action: []string{"sts:AssumeRole"}},
		{Sid: "ListAccounts", Effect: allow, Resource: everything, Action: []string{"organizations:ListAccounts"}},
	}}.encode(managedPolicyLimit)
}
