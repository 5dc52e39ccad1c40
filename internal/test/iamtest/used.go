package iamtest

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"amplify-boundary/internal/test/mototest"
)

// Service is what IAM says of a role's use of a service, see
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceLastAccessed.html.
type Service struct {
	Namespace string
	Last      time.Time // zero: never used
	Actions   []Action  // nil: IAM tracks none
}

// Action is an action that IAM tracks.
type Action struct {
	Name string
	Last time.Time // zero: never used
}

// The jobs are named after their roles.
const jobPrefix = "job-of-"

// startJob answers GenerateServiceLastAccessedDetails. A role that the test does not know does not exist.
func (i *IAM) startJob(w http.ResponseWriter, arn string) {
	if _, found := i.Used[arn]; !found {
		refuse(w, "NoSuchEntity", "no such role")
		return
	}
	mototest.Answer(w, "GenerateServiceLastAccessedDetails", "<JobId>"+jobPrefix+arn+"</JobId>")
}

// describeJob answers GetServiceLastAccessedDetails.
func (i *IAM) describeJob(w http.ResponseWriter, form url.Values) {
	id := form.Get("JobId")
	i.mutex.Lock()
	i.asked[id]++
	isDone := i.asked[id] > cmp.Or(i.Running, 2)
	i.mutex.Unlock()
	arn := id[min(len(jobPrefix), len(id)):]
	answer := "<JobStatus>IN_PROGRESS</JobStatus>"
	switch {
	case !isDone:
	case i.Failing[arn]:
		answer = "<JobStatus>FAILED</JobStatus><Error><Code>ServiceFailure</Code><Message>because the test says so</Message></Error>"
	default:
		from, to, next := i.page(form, len(i.Used[arn]))
		answer = "<JobStatus>COMPLETED</JobStatus><ServicesLastAccessed>"
		for _, s := range i.Used[arn][from:to] {
			answer += "<member>" + s.xml() + "</member>"
		}
		answer += "</ServicesLastAccessed>" + next
	}
	mototest.Answer(w, "GetServiceLastAccessedDetails", answer)
}

func (s Service) xml() string {
	text := "<ServiceNamespace>" + s.Namespace + "</ServiceNamespace>" + stamp("LastAuthenticated", s.Last)
	if s.Actions == nil {
		return text
	}
	text += "<TrackedActionsLastAccessed>"
	for _, a := range s.Actions {
		text += "<member><ActionName>" + a.Name + "</ActionName>" + stamp("LastAccessedTime", a.Last) + "</member>"
	}
	return text + "</TrackedActionsLastAccessed>"
}

func stamp(name string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return "<" + name + ">" + t.UTC().Format(time.RFC3339) + "</" + name + ">"
}
