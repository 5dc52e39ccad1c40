package mototest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"amplify-boundary/internal/test/must"
)

// Before starts a server that handles calls before moto, or another endpoint, and ends with the test. It returns its URL.
func Before(t testing.TB, endpoint string, handle func(w http.ResponseWriter, r *http.Request, next http.Handler)) string {
	t.Helper()
	target, err := url.Parse(endpoint)
	must.Succeed(t, err)
	next := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handle(w, r, next) }))
	t.Cleanup(server.Close)
	return server.URL
}

// Call is a call of AWS.
type Call struct {
	Service, Region string     // of the signature; empty without one
	Action          string     // empty in protocols that have none
	Form            url.Values // the parameters in the query protocol
}

// ReadCall returns the call of a request, whose body can be read again.
func ReadCall(r *http.Request) (c Call) {
	body, _ := io.ReadAll(r.Body) // the next reader meets the same end
	r.Body = io.NopCloser(bytes.NewReader(body))
	if scope := strings.Split(r.Header.Get("Authorization"), "/"); len(scope) > 3 { // key, date, region, service
		c.Region, c.Service = scope[2], scope[3]
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		c.Form, _ = url.ParseQuery(string(body))
	}
	c.Action = c.Form.Get("Action")
	if _, target, isJSON := strings.Cut(r.Header.Get("X-Amz-Target"), "."); isJSON {
		c.Action = target
	}
	return c
}

// Answer answers a call instead of moto, with the members of a result in AWS's query protocol.
func Answer(w http.ResponseWriter, action, members string) {
	w.Header().Set("Content-Type", "text/xml")
	_, _ = fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, members)
}

// AnswerOwner answers which stack has a resource, or refuses the call where the stack is empty: there is none.
func AnswerOwner(w http.ResponseWriter, stack, resourceType, physicalID string) {
	if stack == "" {
		Refuse(w, http.StatusBadRequest, "ValidationError", "Stack for "+physicalID+" does not exist")
		return
	}
	Answer(w, "DescribeStackResources", fmt.Sprintf("<StackResources><member><StackName>%s</StackName><ResourceType>%s</ResourceType>"+
		"<PhysicalResourceId>%s</PhysicalResourceId></member></StackResources>", stack, resourceType, physicalID))
}

// Refuse answers a call instead of moto, with an error of AWS's query protocol.
func Refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, Escape(message))
}

// Escape escapes a text for XML.
func Escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder returns no error
	return b.String()
}
