package policy

// TrialStacks begins the names of the stacks, and of the folder of templates, that doctor makes and deletes.
const TrialStacks = "amplify-boundary-doctor"

// Doctor returns a managed policy with what doctor calls, besides what a deployer needs ([Request.Deployer]). It changes
// only what doctor makes itself.
func Doctor(prefix string) ([]byte, error) {
	return Document{Version: version, Statement: []Statement{
		{Sid: "ReadTheInstallation", Effect: allow, Resource: []string{"*"}, Action: []string{
			"cloudformation:DescribeStacks", "cloudformation:DescribeStackResources", "lambda:GetFunctionConfiguration",
			"config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus",
			"iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetAccountProperties", "sts:GetCallerIdentity"}},
		{Sid: "ReadTheRegistry", Effect: allow, Action: []string{"ssm:GetParametersByPath"},
			Resource: []string{"arn:*:ssm:*:*:parameter" + prefix, "arn:*:ssm:*:*:parameter" + prefix + "/*"}},
		{Sid: "MakeChangeSets", Effect: allow, Action: []string{
			"cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:DeleteChangeSet",
			"cloudformation:GetTemplate", "cloudformation:DescribeEvents", "cloudformation:DeleteStack"},
			Resource: []string{"arn:*:cloudformation:*:*:stack/" + TrialStacks + "-*", "arn:*:cloudformation:*:*:transform/*"}},
		{Sid: "PutTemplates", Effect: allow, Action: []string{"s3:PutObject", "s3:DeleteObject"},
			Resource: []string{"arn:*:s3:::*/" + TrialStacks + "/*"}},
		{Sid: "DeleteCopies", Effect: allow, Action: []string{"s3:DeleteObject"}, Resource: []string{"arn:*:s3:::*-nestedtemplatebucket-*/*"}},
	}}.encode(managedPolicyLimit)
}
