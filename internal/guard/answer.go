package guard

import "github.com/go-json-experiment/json"

// The status of an answer, and the codes of a failed one.
const (
	Success         = "SUCCESS"
	Failed          = "FAILED"
	NonCompliant    = "NonCompliant"    // the role does not have an accepted boundary
	InternalFailure = "InternalFailure" // the guard could not check the role
)

// messageLimit is how many characters of a message Cloud Control shows. CloudFormation shows four times as many.
const messageLimit = 1024

// Answer is a hook's answer, see
// https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html.
// Some clients show its message, others its annotations, few both, so each says everything that matters.
type Answer struct {
	HookStatus         string       `json:"hookStatus"`
	ErrorCode          string       `json:"errorCode,omitempty"`
	Message            string       `json:"message"`
	ClientRequestToken string       `json:"clientRequestToken"`
	Annotations        []Annotation `json:"annotations"`
}

// Annotation is the result of one check, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html.
type Annotation struct {
	Name        string `json:"annotationName"`
	Status      string `json:"status"` // PASSED, FAILED, or SKIPPED
	Message     string `json:"statusMessage"`
	Remediation string `json:"remediationMessage,omitempty"` // what to do, with the command
	Severity    string `json:"severityLevel,omitempty"`
}

const annotationName = "PermissionsBoundary"

// passed answers that the resource may be provisioned.
func passed(token, why string) Answer {
	return answer(Success, "", token, Annotation{Name: annotationName, Status: "PASSED", Message: why})
}

// skipped answers that the guard does not check the resource.
func skipped(token, why string) Answer {
	return answer(Success, "", token, Annotation{Name: annotationName, Status: "SKIPPED", Message: why})
}

// failed answers that the resource must not be provisioned: why, and what to do.
func failed(code, token, why, remedy string) Answer {
	return answer(Failed, code, token, Annotation{Name: annotationName, Status: "FAILED", Message: why, Remediation: remedy, Severity: "HIGH"})
}

func answer(status, code, token string, a Annotation) Answer {
	var message string
	a.Message, message = fit(a.Message, a.Remediation, messageLimit)
	return Answer{status, code, message, token, []Annotation{a}}
}

func (a Answer) encode() ([]byte, error) { return json.Marshal(a) }
