// Package iamtest answers for tests what moto lacks: IAM's policy simulations and what roles used last, the findings of
// IAM Access Analyzer about a policy, the decoding of denials by STS, and which stack of moto has a resource. A simulation
// evaluates actions and resources. A condition never holds; its keys are reported as missing, as IAM does for keys without
// a value.
package iamtest

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/test/mototest"
)

// IAM stands in for IAM in front of an endpoint that answers all other calls.
type IAM struct {
	PerPage  int                  // results on a page; 0 for all
	Older    bool                 // a result for each action and resource, the form before 2026
	Refuse   map[string]string    // action of IAM or of another service -> error code
	Position int                  // added to each column
	Decoded  map[string]string    // encoded message of EC2 -> what STS decodes
	Stacks   bool                 // answer which stack of moto, the next endpoint, has a resource
	Used     map[string][]Service // ARN of a role -> what it used
	Failing  map[string]bool      // ARN of a role -> whether the job fails that finds out what it used
	Running  int                  // how often a job is asked for before it has ended; 0: twice
	Findings []Finding            // of IAM Access Analyzer about any policy
	Throttle int                  // how many calls of each action are refused before the first that is answered

	next  string
	mutex sync.Mutex
	calls []url.Values
	asked map[string]int // of an action, and of a job
	seen  map[string]bool
}

// Start starts the stand-in, which ends with the test, and returns its URL. If next is empty, it answers only simulations.
func (i *IAM) Start(t testing.TB, next string) string {
	t.Helper()
	i.next = next
	var rest http.Handler = http.NotFoundHandler()
	if next != "" {
		target, err := url.Parse(next)
		if err != nil {
			t.Fatal(err)
		}
		rest = httputil.NewSingleHostReverseProxy(target)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { i.serve(w, r, rest) }))
	t.Cleanup(server.Close)
	return server.URL
}

// Calls returns the calls that the stand-in itself answered.
func (i *IAM) Calls() []url.Values {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	return slices.Clone(i.calls)
}

func (i *IAM) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	form := url.Values{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err = url.ParseQuery(string(body))
	}
	action := i.see(r, form)
	i.mutex.Lock()
	i.asked[action]++
	isThrottled := action != "" && i.asked[action] <= i.Throttle
	i.mutex.Unlock()
	switch code := i.Refuse[action]; {
	case isThrottled:
		refuse(w, "Throttling", "Rate exceeded")
	case err != nil:
		refuse(w, "MalformedInput", err.Error())
	case code != "" && action == "ValidatePolicy":
		w.Header().Set("X-Amzn-Errortype", code+"Exception")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"message":"because the test says so"}`)
	case code != "":
		refuse(w, code, "because the test says so")
	case action == "DecodeAuthorizationMessage":
		i.decode(w, form.Get("EncodedMessage"))
	case action == "DescribeStackResources" && i.Stacks && form.Has("PhysicalResourceId"):
		i.resources(w, r, form.Get("PhysicalResourceId"))
	case action == "ValidatePolicy":
		i.validate(w)
	case slices.Contains([]string{"SimulateCustomPolicy", "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"}, action):
		i.mutex.Lock()
		i.calls = append(i.calls, form)
		i.mutex.Unlock()
		i.answer(w, form)
	default:
		next.ServeHTTP(w, r)
	}
}

// see remembers a call, and returns its action.
func (i *IAM) see(r *http.Request, form url.Values) (action string) {
	action = form.Get("Action")
	if _, target, found := strings.Cut(r.Header.Get("X-Amz-Target"), "."); found {
		action = target
	}
	if r.URL.Path == validation {
		action = "ValidatePolicy"
	}
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if i.asked == nil {
		i.asked, i.seen = make(map[string]int), make(map[string]bool)
	}
	if scope := strings.Split(r.Header.Get("Authorization"), "/"); len(scope) > 3 {
		i.seen[scope[3]+":"+action] = true // the signature's scope: key, date, region, service
	}
	return action
}

// Seen lists the actions that were called, as policies name them, also those that the next endpoint answered.
func (i *IAM) Seen() []string {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	return slices.Sorted(maps.Keys(i.seen))
}

func refuse(w http.ResponseWriter, code, message string) {
	if code == "AccessDenied" {
		message = "User: arn:aws:iam::123456789012:user/test is not authorized"
	}
	mototest.Refuse(w, http.StatusBadRequest, code, message)
}

// list returns the elements of a list, whose indexes begin with 1.
func list(form url.Values, name string) []string {
	var values []string
	for n := 1; form.Has(name + ".member." + strconv.Itoa(n)); n++ {
		values = append(values, form.Get(name+".member."+strconv.Itoa(n)))
	}
	return values
}

// answer answers a call of those that moto lacks.
func (i *IAM) answer(w http.ResponseWriter, form url.Values) {
	switch form.Get("Action") {
	case "GenerateServiceLastAccessedDetails":
		i.startJob(w, form.Get("Arn"))
	case "GetServiceLastAccessedDetails":
		i.describeJob(w, form)
	default:
		i.simulate(w, form)
	}
}

func (i *IAM) simulate(w http.ResponseWriter, form url.Values) {
	// The SDK closes a request's body once the answer begins. If net/http still looks for the body's end, it closes the
	// connection, and a long answer is asked for again. No service answers so soon.
	time.Sleep(5 * time.Millisecond)
	var identity, boundary []source
	for n, text := range list(form, "PolicyInputList") {
		identity = append(identity, source{fmt.Sprintf("PolicyInputList.%d", n+1), text})
	}
	for n, text := range list(form, "PermissionsBoundaryPolicyInputList") {
		boundary = append(boundary, source{fmt.Sprintf("PermissionsBoundaryPolicyInputList.%d", n+1), text})
	}
	for _, action := range list(form, "ActionNames") {
		if strings.HasPrefix(action, "nosuch:") {
			refuse(w, "InvalidInput", "Invalid Input Actions: ["+action+"]")
			return
		}
	}
	results, err := i.results(list(form, "ActionNames"), list(form, "ResourceArns"), identity, boundary)
	if err != nil {
		refuse(w, "PolicyEvaluation", "a policy cannot be read")
		return
	}
	i.write(w, form, results)
}

// source is a policy with IAM's name for it.
type source struct{ id, text string }

// result is an EvaluationResult.
type result struct {
	Action    string            `xml:"EvalActionName"`
	Resource  string            `xml:"EvalResourceName,omitempty"`
	Decision  string            `xml:"EvalDecision"`
	Matched   []matched         `xml:"MatchedStatements>member"`
	Missing   []string          `xml:"MissingContextValues>member"`
	Boundary  *boundaryDecision `xml:"PermissionsBoundaryDecisionDetail"`
	Resources []specific        `xml:"ResourceSpecificResults>member"`
}

// specific is a ResourceSpecificResult.
type specific struct {
	Resource string            `xml:"EvalResourceName"`
	Decision string            `xml:"EvalResourceDecision"`
	Matched  []matched         `xml:"MatchedStatements>member"`
	Missing  []string          `xml:"MissingContextValues>member"`
	Boundary *boundaryDecision `xml:"PermissionsBoundaryDecisionDetail"`
}

type boundaryDecision struct {
	Allowed bool `xml:"AllowedByPermissionsBoundary"`
}

type matched struct {
	Source string   `xml:"SourcePolicyId"`
	Start  position `xml:"StartPosition"`
	End    position `xml:"EndPosition"`
}

type position struct{ Line, Column int }

func (i *IAM) results(actions, resources []string, identity, boundary []source) ([]result, error) {
	var all []result
	for _, action := range actions {
		var of []specific
		for _, resource := range resources {
			s, err := i.decide(action, resource, identity, boundary)
			if err != nil {
				return nil, err
			}
			of = append(of, s)
		}
		if i.Older {
			for _, s := range of {
				all = append(all, result{action, s.Resource, s.Decision, s.Matched, s.Missing, s.Boundary, []specific{s}})
			}
			continue
		}
		strict := slices.MaxFunc(of, func(a, b specific) int { return order(a.Decision) - order(b.Decision) })
		top := result{action, "arn:${Partition}:service:${Region}:${Account}:thing/${Name}", strict.Decision, nil, nil, strict.Boundary, of}
		for _, s := range of {
			top.Missing = append(top.Missing, s.Missing...)
			if s.Decision == strict.Decision {
				top.Matched = append(top.Matched, s.Matched...)
			}
		}
		if slices.Equal(resources, []string{"*"}) {
			top.Resource, top.Resources = "*", nil
		}
		all = append(all, top)
	}
	return all, nil
}

func order(decision string) int { return strings.Index("allowed implicitDeny explicitDeny", decision) }

// decide evaluates an action on a resource.
func (i *IAM) decide(action, resource string, identity, boundary []source) (specific, error) {
	s := specific{Resource: resource, Decision: "allowed"}
	granted, err := i.evaluate(action, resource, identity)
	if err != nil {
		return s, err
	}
	bounded, err := i.evaluate(action, resource, boundary)
	if err != nil {
		return s, err
	}
	s.Missing = append(granted.missing, bounded.missing...)
	if boundary != nil {
		s.Boundary = &boundaryDecision{bounded.denies == nil && bounded.allows != nil}
	}
	switch {
	case granted.denies != nil || bounded.denies != nil:
		s.Decision, s.Matched = "explicitDeny", append(granted.denies, bounded.denies...)[:1]
	case granted.allows == nil, boundary != nil && bounded.allows == nil:
		s.Decision = "implicitDeny"
	default:
		s.Matched = append(granted.allows, bounded.allows...)
	}
	return s, nil
}

// found has the statements of policies that match.
type found struct {
	allows, denies []matched
	missing        []string
}

func (i *IAM) evaluate(action, resource string, sources []source) (f found, err error) {
	for _, policy := range sources {
		begins, values, err := statements(policy.text)
		if err != nil {
			return f, err
		}
		for n, value := range values {
			var s struct {
				Effect                      string
				Action, NotAction, Resource jsontext.Value
				Condition                   map[string]map[string]any
			}
			if err := json.Unmarshal(value, &s); err != nil {
				return f, err
			}
			isNamed := matches(s.Action, action, true)
			if s.NotAction != nil {
				isNamed = !matches(s.NotAction, action, true)
			}
			if !isNamed || !matches(s.Resource, resource, false) {
				continue
			}
			if len(s.Condition) > 0 { // no key has a value, so the condition does not hold
				for _, keys := range s.Condition {
					for key := range keys {
						f.missing = append(f.missing, key)
					}
				}
				continue
			}
			m := matched{policy.id, i.position(policy.text, begins[n]), i.position(policy.text, begins[n]+len(value)-1)}
			if s.Effect == "Deny" {
				f.denies = append(f.denies, m)
			} else {
				f.allows = append(f.allows, m)
			}
		}
	}
	return f, nil
}

// position is IAM's position of a character: its columns begin with 2.
func (i *IAM) position(text string, offset int) position {
	before := text[:offset]
	return position{strings.Count(before, "\n") + 1, offset - strings.LastIndex(before, "\n") - 1 + 2 + i.Position}
}

// statements returns a policy's statements with their offsets.
func statements(text string) (begins []int, values []jsontext.Value, err error) {
	var policy struct{ Statement jsontext.Value }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return nil, nil, err
	}
	values = []jsontext.Value{policy.Statement}
	if policy.Statement.Kind() == '[' {
		values = nil
		if err := json.Unmarshal(policy.Statement, &values); err != nil {
			return nil, nil, err
		}
	}
	from := 0
	for _, value := range values {
		from += strings.Index(text[from:], string(value))
		begins = append(begins, from)
		from += len(value)
	}
	return begins, values, nil
}

// matches reports whether a text matches a pattern, or one of a list of patterns.
func matches(value jsontext.Value, text string, fold bool) bool {
	var patterns []string
	if value.Kind() == '"' {
		patterns = make([]string, 1)
		_ = json.Unmarshal(value, &patterns[0])
	} else if err := json.Unmarshal(value, &patterns); err != nil {
		return false
	}
	for _, pattern := range patterns {
		if fold {
			pattern, text = strings.ToLower(pattern), strings.ToLower(text)
		}
		// In IAM, an asterisk matches a slash too.
		slashless := strings.NewReplacer("/", "\x00", "[", `\[`)
		if ok, err := path.Match(slashless.Replace(pattern), strings.ReplaceAll(text, "/", "\x00")); ok && err == nil {
			return true
		}
	}
	return false
}

// write answers with a page of results.
func (i *IAM) write(w http.ResponseWriter, form url.Values, results []result) {
	from, to, marker := i.page(form, len(results))
	send(w, form.Get("Action"), struct {
		XMLName   xml.Name
		Results   []result `xml:"EvaluationResults>member"`
		Truncated bool     `xml:"IsTruncated"`
		Marker    string   `xml:"Marker,omitempty"`
	}{XMLName: xml.Name{Local: form.Get("Action") + "Result"}, Results: results[from:to], Truncated: marker != "", Marker: marker})
}

// page returns where the page begins and ends that a request asks for, and the marker of the next one.
func (i *IAM) page(form url.Values, all int) (from, to int, marker string) {
	from, _ = strconv.Atoi(form.Get("Marker"))
	to = all
	if i.PerPage > 0 {
		to = min(to, from+i.PerPage)
	}
	if to < all {
		marker = strconv.Itoa(to)
	}
	return from, to, marker
}

// send sends the result of a call.
func send(w http.ResponseWriter, action string, result any) {
	text, err := xml.Marshal(result)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<%[1]sResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">%[2]s</%[1]sResponse>`, action, text)
}
