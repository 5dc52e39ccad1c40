package guard

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// The status of an answer, and the codes of a failed one.
const (
	Success         = "SUCCESS"
	Failed          = "FAILED"
	NonCompliant    = "NonCompliant"    // the role is not bounded as it should be
	InternalFailure = "InternalFailure" // the guard could not find out
)

// messageLimit is what Cloud Control shows of a message, in characters; CloudFormation shows four times as
// much.
const messageLimit = 1024

// Answer is a hook's answer, see
// https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html.
// Some clients show its message, some its annotations, few both, so each says all that matters.
type Answer struct {
	HookStatus         string       `json:"hookStatus"`
	ErrorCode          string       `json:"errorCode,omitempty"`
	Message            string       `json:"message"`
	ClientRequestToken string       `json:"clientRequestToken"`
	Annotations        []Annotation `json:"annotations"`
}

// Annotation is the finding of one check, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html.
type Annotation struct {
	Name        string `json:"annotationName"`
	Status      string `json:"status"` // PASSED, FAILED or SKIPPED
	Message     string `json:"statusMessage"`
	Remediation string `json:"remediationMessage,omitempty"` // a command, or what to change
	Severity    string `json:"severityLevel,omitempty"`
}

const annotationName = "PermissionsBoundary"

// passed answers that the resource may be provisioned.
func passed(token, why string) Answer {
	return answer(Success, "", token, Annotation{Name: annotationName, Status: "PASSED", Message: why})
}

// skipped answers that the resource is none of the guard's business.
func skipped(token, why string) Answer {
	return answer(Success, "", token, Annotation{Name: annotationName, Status: "SKIPPED", Message: why})
}

// failed answers that the resource must not be provisioned: why, and what to do.
func failed(code, token, why, remedy string) Answer {
	return answer(Failed, code, token, Annotation{Name: annotationName, Status: "FAILED", Message: why, Remediation: remedy, Severity: "HIGH"})
}

func answer(status, code, token string, a Annotation) Answer {
	const between = "; set it right with: "
	rest := "" // what to do comes whole, if the limit lets it
	if a.Remediation != "" {
		rest = between + a.Remediation
	}
	a.Message = cut(a.Message, messageLimit-utf8.RuneCountInString(rest))
	return Answer{status, code, cut(a.Message+rest, messageLimit), token, []Annotation{a}}
}

// cut shortens a text to a number of characters.
func cut(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:max(0, limit-1)]) + "…"
	}
	return text
}

func (a Answer) encode() ([]byte, error) { return json.Marshal(a) }
