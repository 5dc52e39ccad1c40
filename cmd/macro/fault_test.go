package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"amplify-boundary/internal/test/lambdatest"
)

// newStore starts a stand-in for Parameter Store, and returns its URL.
func newStore(t *testing.T, answer lambdatest.Answer) (endpoint string) {
	t.Helper()
	server := lambdatest.NewParameterStore(answer)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// serve answers with a value for the first name.
func serve(value string) lambdatest.Answer {
	return func(w http.ResponseWriter, r *http.Request, names []string) {
		lambdatest.Serve(map[string]string{names[0]: value})(w, r, names)
	}
}

// say answers with a text that is none of Parameter Store's.
func say(status int, text string) lambdatest.Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ []string) {
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
}

// Each fault of Parameter Store is named as what it is, in time, and is never taken for a value that
// does not exist. The function goes on.
func TestFaultsOfParameterStore(t *testing.T) {
	const (
		reading    = "ssm:GetParameters of /amplify-boundary/dev, /amplify-boundary/_default, /amplify-boundary/_account/123456789012: "
		unreadable = reading + "the answer cannot be read as Parameter Store's; try again, and check the endpoint if one is set"
		late       = reading + "no answer in time; try again, and check that Parameter Store can be reached from here"
		denial     = "User: arn:aws:sts::123456789012:assumed-role/macro/f is not authorized to perform: ssm:GetParameters because no identity-based policy allows it"
		nothing    = "the answer of Parameter Store says nothing about /amplify-boundary/dev; try again, and check the endpoint if one is set"
	)
	for _, test := range []struct {
		name   string
		answer lambdatest.Answer
		limit  time.Duration
		want   string // of the message, as a pattern
		retry  bool   // as often as the SDK does of itself, which takes seconds
	}{
		{"access_denied", lambdatest.Refuse(http.StatusBadRequest, "AccessDeniedException", denial), ample,
			regexp.QuoteMeta(reading + "access denied (" + denial + "); allow ssm:GetParameters there, and the use of its KMS key if it is a SecureString"), false},
		{"key_disabled", lambdatest.Refuse(http.StatusBadRequest, "InvalidKeyId", "hunter2"), ample,
			regexp.QuoteMeta(reading + "the KMS key of a SecureString cannot be used (InvalidKeyId); enable it, or write the value again"), false},
		{"throttled_for_good", lambdatest.Refuse(http.StatusBadRequest, "ThrottlingException", "Rate exceeded"), ample,
			regexp.QuoteMeta(reading + "throttled, after several attempts; try again later"), true},
		{"a_fault_of_its_own", lambdatest.Refuse(http.StatusInternalServerError, "InternalServerError", "hunter2"), ample,
			regexp.QuoteMeta(reading + "error from Parameter Store: InternalServerError; try again"), false},
		{"an_error_without_a_word", say(http.StatusInternalServerError, ``), ample,
			regexp.QuoteMeta(reading + "error from Parameter Store: UnknownError; try again"), false},
		{"an_error_page", say(http.StatusBadGateway, `<html>hunter2</html>`), ample, regexp.QuoteMeta(unreadable), false},
		{"an_error_that_is_empty", say(http.StatusInternalServerError, `{}`), ample,
			regexp.QuoteMeta(reading + "error from Parameter Store: UnknownError; try again"), false},
		{"not_json", say(http.StatusOK, `hunter2`), ample, regexp.QuoteMeta(unreadable), false},
		{"nothing", say(http.StatusOK, ``), ample, regexp.QuoteMeta(nothing), false},
		{"an_empty_object", say(http.StatusOK, `{}`), ample, regexp.QuoteMeta(nothing), false},
		{"null", say(http.StatusOK, `null`), ample, regexp.QuoteMeta(nothing), false},
		{"a_list", say(http.StatusOK, `[]`), ample, regexp.QuoteMeta(unreadable), false},
		{"parameters_of_another_kind", say(http.StatusOK, `{"Parameters":"hunter2"}`), ample, regexp.QuoteMeta(unreadable), false},
		{"an_answer_about_other_parameters", say(http.StatusOK, `{"Parameters":[{"Name":"/other","Value":"hunter2"}],"InvalidParameters":["/another"]}`), ample, regexp.QuoteMeta(nothing), false},
		{"json_that_is_cut_off", say(http.StatusOK, `{"InvalidParameters":["/amplify-boundary/dev"`), ample, regexp.QuoteMeta(unreadable), false},
		{"an_answer_that_is_cut_off", cutOff, ample, regexp.QuoteMeta(unreadable), false},
		{"a_connection_that_is_closed", func(http.ResponseWriter, *http.Request, []string) { panic(http.ErrAbortHandler) }, ample,
			regexp.QuoteMeta(reading) + `no connection to Parameter Store \(Post "http://127\.0\.0\.1:\d+/": EOF\); check the network and the endpoint`, false},
		{"an_answer_that_never_comes", func(_ http.ResponseWriter, r *http.Request, _ []string) { <-r.Context().Done() }, time.Second, regexp.QuoteMeta(late), false},
		{"an_answer_that_never_ends", func(w http.ResponseWriter, r *http.Request, _ []string) {
			fmt.Fprint(w, `{"InvalidParameters":[`)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			// The SDK closes its request as soon as an answer begins, which may close the connection.
		}, time.Second, regexp.QuoteMeta(late) + "|" + regexp.QuoteMeta(unreadable), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var mended atomic.Bool
			endpoint := newStore(t, func(w http.ResponseWriter, r *http.Request, names []string) {
				if mended.Load() {
					serve(devARN)(w, r, names)
					return
				}
				test.answer(w, r, names)
			})
			attempts := 1
			if test.retry {
				attempts = 3 // the SDK's own choice
			}
			f := start(t, "AWS_ENDPOINT_URL_SSM="+endpoint, fmt.Sprint("AWS_MAX_ATTEMPTS=", attempts))
			checkFault(t, f, test.limit, test.want)

			mended.Store(true)
			functionCase{"", request("dev", ""), success(devARN), bounded(map[string]any{"parameter": "/amplify-boundary/dev"})}.run(t, f, ample)
		})
	}
}

// checkFault invokes the function, whose answer and log must hold a message.
func checkFault(t *testing.T, f function, limit time.Duration, want string) {
	t.Helper()
	answer, log := f.invoke(t, request("dev", ""), limit)
	var response struct{ RequestID, Status, ErrorMessage string }
	if err := json.Unmarshal(answer, &response); err != nil {
		t.Fatalf("got %s: %v", answer, err)
	}
	if response.RequestID != "id-1" || response.Status != "failure" {
		t.Errorf("got %s, want a failure", answer)
	}
	if !regexp.MustCompile(`^(?:` + want + `)$`).MatchString(response.ErrorMessage) {
		t.Errorf("got message %s\nwant        %s", response.ErrorMessage, want)
	}
	logged := line(t, log)
	if got := logged["error"]; got != response.ErrorMessage {
		t.Errorf("got error %q in the log, want %q", got, response.ErrorMessage)
	}
	if strings.Contains(string(answer)+log, "hunter2") {
		t.Errorf("the answer or the log repeats what the service said: %s %s", answer, log)
	}
}

// cutOff answers with fewer bytes than it announces.
func cutOff(w http.ResponseWriter, _ *http.Request, _ []string) {
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, `{"InvalidParameters":["/amplify-boundary/dev","/amplify-boundary/_default","/amplify-boundary/_account/123456789012"],"hunter2":`)
}

func TestAThrottledCallIsTriedAgain(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	endpoint := newStore(t, func(w http.ResponseWriter, r *http.Request, names []string) {
		if calls.Add(1) <= 2 {
			lambdatest.Refuse(http.StatusBadRequest, "ThrottlingException", "Rate exceeded")(w, r, names)
			return
		}
		serve(devARN)(w, r, names)
	})
	f := start(t, "AWS_ENDPOINT_URL_SSM="+endpoint)
	functionCase{"", request("dev", ""), success(devARN), bounded(map[string]any{"parameter": "/amplify-boundary/dev"})}.run(t, f, ample)
	if got, want := calls.Load(), int32(3); got != want {
		t.Errorf("got %d calls, want %d", got, want)
	}
}

func TestAnAnswerTakesOneCall(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	endpoint := newStore(t, func(w http.ResponseWriter, r *http.Request, names []string) {
		calls.Add(1)
		serve(devARN)(w, r, names)
	})
	f := start(t, "AWS_ENDPOINT_URL_SSM="+endpoint)
	for want := range int32(3) {
		if got := calls.Load(); got != want {
			t.Fatalf("got %d calls before invocation %d", got, want+1)
		}
		f.invoke(t, request("dev", "shop"), ample)
	}
}

func TestNobodyListensAtTheEndpoint(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	f := start(t, "AWS_ENDPOINT_URL_SSM=http://"+address, "AWS_MAX_ATTEMPTS=1")
	checkFault(t, f, ample, regexp.QuoteMeta(fmt.Sprintf("ssm:GetParameters of /amplify-boundary/dev, /amplify-boundary/_default, /amplify-boundary/_account/123456789012: no connection to Parameter Store "+
		`(Post "http://%[1]s/": dial tcp %[1]s: connect: connection refused); check the network and the endpoint`, address)))
}

// Lambda's own time-out would reach the user as a malformed response.
func TestTheFunctionAnswersBeforeAShortDeadline(t *testing.T) {
	t.Parallel()
	endpoint := newStore(t, func(_ http.ResponseWriter, r *http.Request, _ []string) { <-r.Context().Done() })
	f := start(t, "AWS_ENDPOINT_URL_SSM="+endpoint)
	for _, limit := range []time.Duration{300 * time.Millisecond, 2 * time.Second} {
		checkFault(t, f, limit, ".*: no answer in time; .*")
	}
}
