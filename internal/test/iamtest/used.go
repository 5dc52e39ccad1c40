package iamtest

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"time"
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

// serviceXML is a ServiceLastAccessed.
type serviceXML struct {
	Name      string      `xml:"ServiceName"`
	Namespace string      `xml:"ServiceNamespace"`
	Last      string      `xml:"LastAuthenticated,omitempty"`
	Entity    string      `xml:"LastAuthenticatedEntity,omitempty"`
	Entities  int         `xml:"TotalAuthenticatedEntities"`
	Actions   []actionXML `xml:"TrackedActionsLastAccessed>member,omitempty"`
}

// actionXML is a TrackedActionLastAccessed.
type actionXML struct {
	Name string `xml:"ActionName"`
	Last string `xml:"LastAccessedTime,omitempty"`
}

// jobXML is the result of GetServiceLastAccessedDetails.
type jobXML struct {
	XMLName   xml.Name     `xml:"GetServiceLastAccessedDetailsResult"`
	Status    string       `xml:"JobStatus"`
	Type      string       `xml:"JobType"`
	Services  []serviceXML `xml:"ServicesLastAccessed>member"`
	Truncated bool         `xml:"IsTruncated"`
	Marker    string       `xml:"Marker,omitempty"`
	Error     *jobError    `xml:"Error"`
}

// jobError is an ErrorDetails.
type jobError struct{ Message, Code string }

// The jobs are named after their roles.
const jobPrefix = "job-of-"

// startJob answers GenerateServiceLastAccessedDetails. A role that the test does not know does not exist.
func (i *IAM) startJob(w http.ResponseWriter, arn string) {
	if _, found := i.Used[arn]; !found {
		refuse(w, "NoSuchEntity", "no such role")
		return
	}
	send(w, "GenerateServiceLastAccessedDetails", struct {
		XMLName xml.Name `xml:"GenerateServiceLastAccessedDetailsResult"`
		JobID   string   `xml:"JobId"`
	}{JobID: jobPrefix + arn})
}

// describeJob answers GetServiceLastAccessedDetails.
func (i *IAM) describeJob(w http.ResponseWriter, form url.Values) {
	answer := jobXML{Status: "IN_PROGRESS", Type: "ACTION_LEVEL"}
	id := form.Get("JobId")
	i.mutex.Lock()
	i.asked[id]++
	isDone := i.asked[id] > cmp.Or(i.Running, 2)
	i.mutex.Unlock()
	arn := id[min(len(jobPrefix), len(id)):]
	switch {
	case !isDone:
	case i.Failing[arn]:
		answer.Status, answer.Error = "FAILED", &jobError{"because the test says so", "ServiceFailure"}
	default:
		answer.Status = "COMPLETED"
		services := i.Used[arn]
		from, to, marker := i.page(form, len(services))
		answer.Truncated, answer.Marker = marker != "", marker
		for _, s := range services[from:to] {
			answer.Services = append(answer.Services, s.xml(arn))
		}
	}
	send(w, "GetServiceLastAccessedDetails", answer)
}

func (s Service) xml(arn string) serviceXML {
	x := serviceXML{Name: fmt.Sprintf("AWS %s", s.Namespace), Namespace: s.Namespace, Last: stamp(s.Last)}
	if !s.Last.IsZero() {
		x.Entity, x.Entities = arn, 1
	}
	for _, a := range s.Actions {
		x.Actions = append(x.Actions, actionXML{a.Name, stamp(a.Last)})
	}
	return x
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
