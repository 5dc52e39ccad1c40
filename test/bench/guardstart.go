package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"amplify-boundary/internal/guard"
)

// guardHierarchy starts a Parameter Store for the guard, which reads a hierarchy whole.
func guardHierarchy() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]any{"Parameters": []map[string]string{{"Name": parameterName, "Value": boundaryARN, "Type": "String"}}})
	}))
}

// guardEvent is a hook's event about a role that has the boundary.
func guardEvent() []byte {
	return fmt.Appendf(nil, `{"clientRequestToken": "token", "awsAccountId": "123456789012", "stackId": "", "actionInvocationPoint": "CREATE_PRE_PROVISION",
		"requestData": {"targetName": "AWS::IAM::Role", "targetLogicalId": "Role", "targetModel": {"resourceProperties": {"PermissionsBoundary": %q}}}}`, boundaryARN)
}

// passes fails unless the guard passes its event's role.
func passes(response []byte) error {
	var answer guard.Answer
	if err := json.Unmarshal(response, &answer); err != nil {
		return fmt.Errorf("the guard's answer: %w", err)
	}
	if answer.HookStatus != guard.Success {
		return fmt.Errorf("the guard answers %s: %s", answer.HookStatus, answer.Message)
	}
	return nil
}

// answersSuccess fails unless the macro's answer is a success.
func answersSuccess(response []byte) error {
	_, err := succeeded(response)
	return err
}
