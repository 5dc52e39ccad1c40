package doctor

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/cfn"
)

const checkOfRule = "config rule"

// checkRecorder says whether the AWS Config rule of the stack, if it has one, gets the account's roles: a recorder must
// record them in this region, see https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html.
func (d *Doctor) checkRecorder(ctx context.Context) {
	rule := d.installed.stack.Outputs["ConfigRuleName"]
	if rule == "" {
		return
	}
	client := configservice.NewFromConfig(awsapi.Limited(d.AWS))
	recorders, err := client.DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{})
	if err != nil {
		d.found(checkOfRule, Warning, "", "cannot read what AWS Config records: %v", awsapi.Call{Service: "AWS Config", Action: "config:DescribeConfigurationRecorders"}.Explain(ctx, err))
		return
	}
	status, err := client.DescribeConfigurationRecorderStatus(ctx, &configservice.DescribeConfigurationRecorderStatusInput{})
	if err != nil {
		d.found(checkOfRule, Warning, "", "cannot read whether AWS Config records: %v", awsapi.Call{Service: "AWS Config", Action: "config:DescribeConfigurationRecorderStatus"}.Explain(ctx, err))
		return
	}
	const advice = "record AWS::IAM::Role in this region, or move the rule to a region that does (parameter ConfigRule)"
	switch {
	case !slices.ContainsFunc(recorders.ConfigurationRecorders, func(r types.ConfigurationRecorder) bool { return recordsRoles(r.RecordingGroup) }):
		d.found(checkOfRule, Fault, advice, "no recorder of AWS Config records IAM roles here, so rule %s evaluates nothing", rule)
	case !slices.ContainsFunc(status.ConfigurationRecordersStatus, func(s types.ConfigurationRecorderStatus) bool { return s.Recording }):
		d.found(checkOfRule, Fault, "start the recorder", "the recorder of AWS Config is stopped, so rule %s evaluates nothing", rule)
	default:
		d.found(checkOfRule, OK, "", "AWS Config records the roles that rule %s evaluates", rule)
	}
}

// recordsRoles reports whether a recorder has IAM roles among its types.
func recordsRoles(group *types.RecordingGroup) bool {
	switch {
	case group == nil:
		return false
	case group.RecordingStrategy != nil && group.RecordingStrategy.UseOnly == types.RecordingStrategyTypeExclusionByResourceTypes:
		return group.ExclusionByResourceTypes == nil || !slices.Contains(group.ExclusionByResourceTypes.ResourceTypes, types.ResourceType(cfn.TypeRole))
	case group.AllSupported:
		return group.IncludeGlobalResourceTypes
	default:
		return slices.Contains(group.ResourceTypes, types.ResourceType(cfn.TypeRole))
	}
}

// checkRoleManager reads whether IAM's role manager is on in the account. AWS documents that it is an account property, but
// not which.
func (d *Doctor) checkRoleManager(ctx context.Context) {
	answer, err := iam.NewFromConfig(awsapi.Limited(d.AWS)).GetAccountProperties(ctx, &iam.GetAccountPropertiesInput{})
	if err != nil {
		d.found("role manager", Warning, "", "cannot read whether role manager is on: %v", awsapi.Call{Service: "IAM", Action: "iam:GetAccountProperties"}.Explain(ctx, err))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(answer.Properties)) {
		spelled := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
		if strings.Contains(spelled, "rolemanager") && strings.EqualFold(answer.Properties[name], "true") {
			d.found("role manager", Warning, "watch its roles with an audit, and keep it off where you can: the SCP denies iam:PutAccountProperties",
				"role manager is on in this account (account property %s): it makes roles that no template shows", name)
			return
		}
	}
	d.found("role manager", OK, "", "role manager is off in this account: no account property turns it on")
}
