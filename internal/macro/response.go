package macro

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/transform"
)

// The status of a response.
const (
	Success = "success"
	Failure = "failure" // CloudFormation treats anything except success as a failure
)

const responseLimit = 6 << 20 // bytes of a Lambda function's answer

// fragmentLimit is the number of bytes that an answer has room for.
func fragmentLimit(requestID string) int { return responseLimit - len(success(requestID)) }

// tooLarge is the error for a fragment beyond its limit, in terms of the whole answer.
func tooLarge(fragment *transform.SizeError) error {
	around := responseLimit - fragment.Limit
	return fmt.Errorf("the answer would have %d bytes, more than the %d that Lambda passes on; split the template", fragment.Size+around, responseLimit)
}

// success answers with a fragment, which is JSON.
func success(requestID string, fragment ...[]byte) []byte {
	response := appendMember([]byte{'{'}, "requestId", requestID)
	response = appendMember(append(response, ','), "status", Success)
	response = append(response, `,"fragment":`...)
	return cfn.Pieces(slices.Concat([][]byte{response}, fragment, [][]byte{{'}'}})).Join()
}

// failure answers with a message, which CloudFormation shows and ends with a period.
func failure(requestID, message string) []byte {
	response := appendMember([]byte{'{'}, "requestId", requestID)
	response = appendMember(append(response, ','), "status", Failure)
	response = appendMember(append(response, ','), "errorMessage", message)
	return append(response, '}')
}

func appendMember(object []byte, name, text string) []byte {
	object = append(append(append(object, '"'), name...), `":`...)
	object, _ = jsontext.AppendQuote(object, text) // the only error is bad UTF-8, which has been replaced
	return object
}

// message formats an error for CloudFormation's event.
func message(err error) string {
	return cfn.Shorten(err.Error(), transform.MessageLimit)
}
