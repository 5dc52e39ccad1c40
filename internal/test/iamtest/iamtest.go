// Package iamtest answers for tests what moto lacks: IAM's policy simulations and what roles used last, the findings of
// IAM Access Analyzer about a policy, the decoding of denials by STS, and which stack of moto has a resource. A simulation
// evaluates actions and resources. A condition never holds; its keys are reported as missing, as IAM does for keys without
// a value.
package iamtest

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
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
	if i.seen == nil { // what several servers of one stand-in saw counts together
		i.asked, i.seen = make(map[string]int), make(map[string]bool)
	}
	return mototest.Before(t, next, i.serve)
}

// Calls returns the calls that the stand-in itself answered.
func (i *IAM) Calls() []url.Values {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	return slices.Clone(i.calls)
}

func (i *IAM) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	call := mototest.ReadCall(r)
	action, form := call.Action, call.Form
	if r.URL.Path == "/policy/validation" {
		action = "ValidatePolicy"
	}
	isAnswered := slices.Contains([]string{"SimulateCustomPolicy", "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"}, action)
	code := i.Refuse[action]
	i.mutex.Lock()
	i.seen[call.Service+":"+action] = true
	i.asked[action]++
	if action != "" && i.asked[action] <= i.Throttle {
		code = "Throttling"
	}
	if isAnswered && code == "" {
		i.calls = append(i.calls, form)
	}
	i.mutex.Unlock()
	switch {
	case code != "" && action == "ValidatePolicy":
		w.Header().Set("X-Amzn-Errortype", code+"Exception")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"message":"because the test says so"}`)
	case code != "":
		refuse(w, code, "because the test says so")
	case action == "DecodeAuthorizationMessage":
		i.decode(w, form.Get("EncodedMessage"))
	case action == "DescribeStackResources" && i.Stacks && form.Has("PhysicalResourceId"):
		i.owner(w, r, call)
	case action == "ValidatePolicy":
		i.validate(w)
	case action == "GenerateServiceLastAccessedDetails":
		i.startJob(w, form.Get("Arn"))
	case action == "GetServiceLastAccessedDetails":
		i.describeJob(w, form)
	case action == "SimulateCustomPolicy":
		i.simulate(w, form)
	default:
		next.ServeHTTP(w, r)
	}
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

func (i *IAM) simulate(w http.ResponseWriter, form url.Values) {
	// The SDK closes a request's body once the answer begins. If net/http still looks for the body's end, it closes the
	// connection, and a long answer is asked for again. No service answers so soon.
	time.Sleep(5 * time.Millisecond)
	sources := func(name string) (policies []source) {
		for n, text := range list(form, name) {
			policies = append(policies, source{fmt.Sprintf("%s.%d", name, n+1), text})
		}
		return policies
	}
	for _, action := range list(form, "ActionNames") {
		if strings.HasPrefix(action, "nosuch:") {
			refuse(w, "InvalidInput", "Invalid Input Actions: ["+action+"]")
			return
		}
	}
	results := i.results(list(form, "ActionNames"), list(form, "ResourceArns"), sources("PolicyInputList"), sources("PermissionsBoundaryPolicyInputList"))
	from, to, next := i.page(form, len(results))
	text, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"EvaluationResults"`
		Results []result `xml:"member"`
	}{Results: results[from:to]})
	if err != nil {
		panic(err)
	}
	mototest.Answer(w, "SimulateCustomPolicy", string(text)+next)
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

func (i *IAM) results(actions, resources []string, identity, boundary []source) (all []result) {
	for _, action := range actions {
		var of []specific
		for _, resource := range resources {
			of = append(of, i.decide(action, resource, identity, boundary))
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
	return all
}

func order(decision string) int { return strings.Index("allowed implicitDeny explicitDeny", decision) }

// decide evaluates an action on a resource.
func (i *IAM) decide(action, resource string, identity, boundary []source) specific {
	s := specific{Resource: resource, Decision: "allowed"}
	granted, bounded := i.evaluate(action, resource, identity), i.evaluate(action, resource, boundary)
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
	return s
}

// found has the statements of policies that match.
type found struct {
	allows, denies []matched
	missing        []string
}

func (i *IAM) evaluate(action, resource string, sources []source) (f found) {
	for _, policy := range sources {
		var document struct{ Statement oneOrMore[jsontext.Value] }
		_ = json.Unmarshal([]byte(policy.text), &document)
		from := 0
		for _, value := range document.Statement {
			begin := from + strings.Index(policy.text[from:], string(value))
			from = begin + len(value)
			var s struct {
				Effect                      string
				Action, NotAction, Resource oneOrMore[string]
				Condition                   map[string]map[string]any
			}
			_ = json.Unmarshal(value, &s)
			isNamed := s.Action != nil && matches(s.Action, action, true) || s.NotAction != nil && !matches(s.NotAction, action, true)
			if !isNamed || !matches(s.Resource, resource, false) {
				continue
			}
			m := matched{policy.id, i.position(policy.text, begin), i.position(policy.text, from-1)}
			switch {
			case len(s.Condition) > 0: // no key has a value, so the condition does not hold
				for _, keys := range s.Condition {
					f.missing = slices.AppendSeq(f.missing, maps.Keys(keys))
				}
			case s.Effect == "Deny":
				f.denies = append(f.denies, m)
			default:
				f.allows = append(f.allows, m)
			}
		}
	}
	return f
}

// oneOrMore is a value, or a list of values.
type oneOrMore[T any] []T

// UnmarshalJSONFrom reads either.
func (l *oneOrMore[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '[' {
		return json.UnmarshalDecode(d, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.UnmarshalDecode(d, &(*l)[0])
}

// position is IAM's position of a character: its columns begin with 2.
func (i *IAM) position(text string, offset int) position {
	before := text[:offset]
	return position{strings.Count(before, "\n") + 1, offset - strings.LastIndex(before, "\n") - 1 + 2 + i.Position}
}

// matches reports whether a text matches one of some patterns, in which an asterisk matches a slash too.
func matches(patterns []string, text string, fold bool) bool {
	slashless := strings.NewReplacer("/", "\x00", "[", `\[`)
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if fold {
			pattern, text = strings.ToLower(pattern), strings.ToLower(text)
		}
		ok, _ := path.Match(slashless.Replace(pattern), strings.ReplaceAll(text, "/", "\x00"))
		return ok
	})
}

// page returns where the page begins and ends that a request asks for, and what an answer says of the next one.
func (i *IAM) page(form url.Values, all int) (from, to int, next string) {
	from, _ = strconv.Atoi(form.Get("Marker"))
	to = all
	if i.PerPage > 0 {
		to = min(to, from+i.PerPage)
	}
	if to < all {
		next = fmt.Sprintf("<IsTruncated>true</IsTruncated><Marker>%d</Marker>", to)
	}
	return from, to, next
}
