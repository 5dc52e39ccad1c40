package iamtest

import (
	"net/http"

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
	mototest.Answer(w, "DecodeAuthorizationMessage", "<DecodedMessage>"+mototest.Escape(text)+"</DecodedMessage>")
}

// owner answers with the resource of a physical ID, which moto finds only by the name of its stack, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html.
func (i *IAM) owner(w http.ResponseWriter, r *http.Request, call mototest.Call) {
	id := call.Form.Get("PhysicalResourceId")
	client := cloudformation.NewFromConfig(mototest.Config(i.next, call.Region))
	stacks, err := client.DescribeStacks(r.Context(), &cloudformation.DescribeStacksInput{})
	if err != nil {
		panic(err)
	}
	for _, stack := range stacks.Stacks {
		answer, err := client.DescribeStackResources(r.Context(), &cloudformation.DescribeStackResourcesInput{StackName: stack.StackName})
		if err != nil {
			panic(err)
		}
		for _, resource := range answer.StackResources {
			if aws.ToString(resource.PhysicalResourceId) == id {
				mototest.AnswerOwner(w, *stack.StackName, *resource.ResourceType, id)
				return
			}
		}
	}
	mototest.AnswerOwner(w, "", "", id)
}
