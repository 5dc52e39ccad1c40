package guard

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
	Status      string `json:"status"`
	Message     string `json:"statusMessage"`
	Remediation string `json:"remediationMessage,omitempty"` // what to do, with the command
	Severity    string `json:"severityLevel,omitempty"`
}

const annotationName = "PermissionsBoundary"

// The statuses of an annotation.
const (
	passed  = "PASSED"  // the resource may be provisioned
	skipped = "SKIPPED" // the guard does not check the resource
	failed  = "FAILED"  // the resource must not be provisioned
)

// newAnswer returns an answer with one annotation: its status, why, and what to do. Only a failure has a code.
func newAnswer(status, code, token, why, remedy string) Answer {
	a := Answer{HookStatus: Success, ErrorCode: code, ClientRequestToken: token}
	check := Annotation{Name: annotationName, Status: status, Remediation: remedy}
	if status == failed {
		a.HookStatus, check.Severity = Failed, "HIGH"
	}
	check.Message, a.Message = fit(why, remedy, messageLimit)
	a.Annotations = []Annotation{check}
	return a
}
