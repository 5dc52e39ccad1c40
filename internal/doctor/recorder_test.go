package doctor

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"amplify-boundary/internal/test/mototest"
)

// The rule of the stack evaluates nothing unless a recorder records IAM roles here.
func TestRecorder(t *testing.T) {
	const roles = types.ResourceType("AWS::IAM::Role")
	excluding := func(excluded ...types.ResourceType) *types.RecordingGroup {
		return &types.RecordingGroup{
			ExclusionByResourceTypes: &types.ExclusionByResourceTypes{ResourceTypes: excluded},
			RecordingStrategy:        &types.RecordingStrategy{UseOnly: types.RecordingStrategyTypeExclusionByResourceTypes},
		}
	}
	for name, test := range map[string]struct {
		group   *types.RecordingGroup // nil: no recorder
		stopped bool
		status  Status
		want    string
	}{
		"none":           {nil, false, Fault, "no recorder of AWS Config records IAM roles here"},
		"everything":     {&types.RecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true}, false, OK, "records the roles"},
		"without_global": {&types.RecordingGroup{AllSupported: true}, false, Fault, "no recorder"},
		"roles":          {&types.RecordingGroup{ResourceTypes: []types.ResourceType{roles}}, false, OK, "records the roles"},
		"other_types":    {&types.RecordingGroup{ResourceTypes: []types.ResourceType{"AWS::S3::Bucket"}}, false, Fault, "no recorder"},
		"excluded":       {excluding(roles), false, Fault, "no recorder"},
		"not_excluded":   {excluding("AWS::S3::Bucket"), false, OK, "records the roles"},
		"stopped":        {&types.RecordingGroup{ResourceTypes: []types.ResourceType{roles}}, true, Fault, "is stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := mototest.Config(mototest.Start(t), "eu-west-1")
			if test.group != nil {
				record(t, configservice.NewFromConfig(cfg), test.group, test.stopped)
			}
			d := Doctor{AWS: cfg}
			d.installed.stack.Outputs = map[string]string{"ConfigRuleName": "rule"}
			d.checkRecorder(t.Context())
			if len(d.report.Checks) != 1 || d.report.Checks[0].Status != test.status || !strings.Contains(d.report.Checks[0].Message, test.want) {
				t.Errorf("got %+v, want %s: %s", d.report.Checks, test.status, test.want)
			}
		})
	}
}

func TestRecorder_no_rule(t *testing.T) {
	var d Doctor
	if d.checkRecorder(t.Context()); d.report.Checks != nil {
		t.Errorf("got %+v for a stack without the rule", d.report.Checks)
	}
}

// record makes a recorder, and starts it unless it is to be stopped.
func record(t *testing.T, client *configservice.Client, group *types.RecordingGroup, stopped bool) {
	t.Helper()
	_, err := client.PutConfigurationRecorder(t.Context(), &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &types.ConfigurationRecorder{
		Name: aws.String("default"), RoleARN: aws.String("arn:aws:iam::123456789012:role/config"), RecordingGroup: group,
	}})
	if err == nil {
		_, err = client.PutDeliveryChannel(t.Context(), &configservice.PutDeliveryChannelInput{DeliveryChannel: &types.DeliveryChannel{Name: aws.String("default"), S3BucketName: aws.String("bucket")}})
	}
	if err == nil && !stopped {
		_, err = client.StartConfigurationRecorder(t.Context(), &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: aws.String("default")})
	}
	if err != nil {
		t.Fatal(err)
	}
}
