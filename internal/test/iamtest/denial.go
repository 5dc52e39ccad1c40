package iamtest

import (
	"fmt"
	"net/http"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"amplify-boundary/internal/test/mototest"
)

// decode answers what an encoded message says, see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html.
func (i *IAM) decode(w http.ResponseWriter, message string) {
	text, found := i.Decoded[message]
	if !found {
		refuse(w, "InvalidAuthorizationMessageException", "the message is not valid")
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<DecodeAuthorizationMessageResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><DecodeAuthorizationMessageResult>`+
		`<DecodedMessage>%s</DecodedMessage></DecodeAuthorizationMessageResult></DecodeAuthorizationMessageResponse>`, mototest.Escape(text))
}

// scope matches the region in a request's signature.
var scope = regexp.MustCompile(`/([a-z0-9-]+)/cloudformation/aws4_request`)

// resources answers with the resource of a physical ID, which moto finds only by the name of its stack, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html.
func (i *IAM) resources(w http.ResponseWriter, r *http.Request, id string) {
	region := scope.FindStringSubmatch(r.Header.Get("Authorization"))
	if region == nil {
		http.Error(w, "the request names no region", http.StatusBadRequest)
		return
	}
	client := cloudformation.NewFromConfig(mototest.Config(i.next, region[1]))
	stacks, err := client.DescribeStacks(r.Context(), &cloudformation.DescribeStacksInput{})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	for _, stack := range stacks.Stacks {
		answer, err := client.DescribeStackResources(r.Context(), &cloudformation.DescribeStackResourcesInput{StackName: stack.StackName})
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		for _, resource := range answer.StackResources {
			if aws.ToString(resource.PhysicalResourceId) == id {
				w.Header().Set("Content-Type", "text/xml")
				fmt.Fprintf(w, `<DescribeStackResourcesResponse><DescribeStackResourcesResult><StackResources><member><StackName>%s</StackName><ResourceType>%s</ResourceType>`+
					`<PhysicalResourceId>%s</PhysicalResourceId></member></StackResources></DescribeStackResourcesResult></DescribeStackResourcesResponse>`, *stack.StackName, *resource.ResourceType, id)
				return
			}
		}
	}
	refuse(w, "ValidationError", "Stack for "+id+" does not exist")
}
