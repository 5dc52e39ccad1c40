package macro

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// The status of a response.
const (
	Success = "success"
	Failure = "failure" // CloudFormation takes anything but success for a failure
)

const (
	messageLimit  = 4000    // characters
	responseLimit = 6 << 20 // bytes, of a Lambda function's answer
)

// success answers with a fragment, which is JSON.
func success(requestID string, fragment []byte) []byte {
	const overhead = 64
	response := make([]byte, 0, len(fragment)+len(requestID)+overhead)
	response = appendMember(append(response, '{'), "requestId", requestID)
	response = appendMember(append(response, ','), "status", Success)
	response = append(response, `,"fragment":`...)
	return append(append(response, fragment...), '}')
}

// failure answers with a message, which CloudFormation shows and ends with a period.
func failure(requestID, message string) []byte {
	response := appendMember([]byte{'{'}, "requestId", requestID)
	response = appendMember(append(response, ','), "status", Failure)
	response = appendMember(append(response, ','), "errorMessage", message)
	return append(response, '}')
}

func appendMember(object []byte, name, text string) []byte {
	object = append(slices.Grow(object, len(name)+len(text)+8), '"')
	object = append(append(object, name...), `":`...)
	object, _ = jsontext.AppendQuote(object, strings.ToValidUTF8(text, "\uFFFD"))
	return object
}

// message words an error for CloudFormation's event.
func message(err error) string {
	text := err.Error()
	if utf8.RuneCountInString(text) <= messageLimit {
		return text
	}
	return string([]rune(text)[:messageLimit-1]) + "…"
}
