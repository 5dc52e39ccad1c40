package macro

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/transform"
)

// The status of a response.
const (
	Success = "success"
	Failure = "failure" // CloudFormation takes anything but success for a failure
)

const responseLimit = 6 << 20 // bytes, of a Lambda function's answer

// fragmentLimit is what an answer has room for, in bytes.
func fragmentLimit(requestID string) int { return responseLimit - len(success(requestID, nil)) }

// tooLarge says of a fragment that exceeds its limit what the answer would have had.
func tooLarge(fragment *transform.SizeError) error {
	around := responseLimit - fragment.Limit
	return fmt.Errorf("the answer would have %d bytes, more than the %d that Lambda passes on; split the template", fragment.Size+around, responseLimit)
}

// success answers with a fragment, which is JSON.
func success(requestID string, fragment []byte) []byte {
	response := appendMember([]byte{'{'}, "requestId", requestID)
	response = appendMember(append(response, ','), "status", Success)
	response = append(response, `,"fragment":`...)
	return bytes.Join([][]byte{response, fragment, {'}'}}, nil) // into memory that is not cleared first
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
	object, _ = jsontext.AppendQuote(object, text) // the error speaks of bad UTF-8, which has been replaced
	return object
}

// message formats an error for CloudFormation's event.
func message(err error) string {
	text := err.Error()
	if utf8.RuneCountInString(text) <= transform.MessageLimit {
		return text
	}
	return string([]rune(text)[:transform.MessageLimit-1]) + "…"
}
