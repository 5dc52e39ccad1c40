package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
)

// startParameterStore serves the operation GetParameters of Parameter Store, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html. It runs in this
// process, so that its own time hardly counts.
func startParameterStore(values map[string]string) *httptest.Server {
	type parameter struct{ Name, Value, Type string }
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var input struct{ Names []string }
		if r.Header.Get("X-Amz-Target") != "AmazonSSM.GetParameters" || json.NewDecoder(r.Body).Decode(&input) != nil {
			http.Error(w, `{"__type":"ValidationException"}`, http.StatusBadRequest)
			return
		}
		output := struct {
			Parameters        []parameter
			InvalidParameters []string
		}{[]parameter{}, []string{}}
		for _, name := range input.Names {
			if value, found := values[name]; found {
				output.Parameters = append(output.Parameters, parameter{name, value, "String"})
			} else {
				output.InvalidParameters = append(output.InvalidParameters, name)
			}
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(output)
	}))
}
