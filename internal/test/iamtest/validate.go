package iamtest

import (
	"net/http"

	"github.com/go-json-experiment/json"
)

// Finding is a finding of IAM Access Analyzer, see
// https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html.
type Finding struct {
	Type    string `json:"findingType"`
	Code    string `json:"issueCode"`
	Details string `json:"findingDetails"`
	Link    string `json:"learnMoreLink"`
}

// validate answers ValidatePolicy.
func (i *IAM) validate(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.MarshalWrite(w, map[string][]Finding{"findings": i.Findings})
}
