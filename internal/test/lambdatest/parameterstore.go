package lambdatest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
)

// Answer answers a call for SSM parameters by their names.
type Answer func(w http.ResponseWriter, r *http.Request, names []string)

// NewParameterStore starts a server that stands in for Parameter Store. It supports GetParameters with decryption, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html, and refuses every other operation.
func NewParameterStore(answer Answer) *httptest.Server {
	return httptest.NewServer(ParameterStore(answer))
}

// ParameterStore is the handler of such a server.
func ParameterStore(answer Answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		var input struct {
			Names          []string
			WithDecryption bool
		}
		if r.Header.Get("X-Amz-Target") != "AmazonSSM.GetParameters" || json.NewDecoder(r.Body).Decode(&input) != nil || !input.WithDecryption {
			Refuse(http.StatusBadRequest, "ValidationException", "the stand-in supports only GetParameters with decryption")(w, r, nil)
			return
		}
		answer(w, r, input.Names)
	})
}

// Serve answers with the values of those SSM parameters that exist.
func Serve(values map[string]string) Answer {
	type parameter struct{ Name, Value, Type string }
	return func(w http.ResponseWriter, _ *http.Request, names []string) {
		output := struct {
			Parameters        []parameter
			InvalidParameters []string
		}{[]parameter{}, []string{}}
		for _, name := range names {
			if value, found := values[name]; found {
				output.Parameters = append(output.Parameters, parameter{name, value, "String"})
			} else {
				output.InvalidParameters = append(output.InvalidParameters, name)
			}
		}
		_ = json.NewEncoder(w).Encode(output)
	}
}

// Refuse answers with an error, as Parameter Store does.
func Refuse(status int, code, message string) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ []string) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message})
	}
}
