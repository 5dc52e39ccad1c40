package audit_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"amplify-boundary/internal/test/mototest"
)

// front stands before moto and mends what an audit needs of AWS: pages, the stack around a nested one, throttling
// and denials.
type front struct {
	parents  map[string]string // the name of a nested stack -> the ID of the one around it
	throttle int               // how many calls of each action are throttled before the first that is answered
	denied   map[string]bool   // "action stack"
	lists    *sync.Map         // what moto answered before: it is slow with a thousand roles, and nothing changes

	regions sync.Map // that were asked for stacks

	mutex sync.Mutex
	calls map[string]int // answered, by action
	asked map[string]int
}

// perPage is the most on a page; AWS gives more, but may give less. It is 0 for actions without pages.
func perPage(action string) int {
	return map[string]int{"GetAccountAuthorizationDetails": 250, "DescribeStacks": 20, "ListStackResources": 100}[action]
}

// start starts the front, which ends with the test, and returns its URL.
func (f *front) start(t *testing.T, moto string) string {
	t.Helper()
	f.calls, f.asked = map[string]int{}, map[string]int{}
	return mototest.Before(t, moto, f.serve)
}

func (f *front) serve(w http.ResponseWriter, r *http.Request, moto http.Handler) {
	call := mototest.ReadCall(r)
	form := call.Form // none for Parameter Store, which is not throttled
	action, stack := form.Get("Action"), form.Get("StackName")
	if parts := strings.Split(stack, "/"); len(parts) > 1 {
		stack = parts[1]
	}
	if action == "DescribeStacks" {
		f.regions.Store(call.Region, true)
	}
	f.mutex.Lock()
	f.asked[action]++
	isThrottled := action != "" && action != "GetCallerIdentity" && f.asked[action] <= f.throttle
	if !isThrottled {
		f.calls[action]++
	}
	f.mutex.Unlock()
	switch {
	case isThrottled:
		mototest.Refuse(w, http.StatusBadRequest, "Throttling", "Rate exceeded")
		return
	case f.denied[action+" "+stack]:
		mototest.Refuse(w, http.StatusBadRequest, "AccessDenied", "User: arn:aws:iam::123456789012:user/test is not authorized")
		return
	}
	if perPage(action) == 0 {
		moto.ServeHTTP(w, r)
		return
	}
	token := form.Get("NextToken") + form.Get("Marker")
	form.Del("Marker")
	form.Del("NextToken")
	members, err := f.list(r, call, moto)
	if err != nil {
		mototest.Refuse(w, http.StatusBadRequest, "ValidationError", err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(w, f.page(action, members, token))
}

// list returns all that moto has for a call.
func (f *front) list(r *http.Request, call mototest.Call, moto http.Handler) (members []member, err error) {
	form := call.Form
	key := form.Encode() // of a global service
	if call.Action != "GetAccountAuthorizationDetails" {
		key += call.Region
	}
	if known, found := f.lists.Load(key); found {
		return known.([]member), nil
	}
	for next := ""; ; {
		if next != "" {
			form.Set("NextToken", next)
		}
		response := httptest.NewRecorder()
		moto.ServeHTTP(response, withBody(r, form.Encode()))
		var answer answer
		if err := xml.Unmarshal(response.Body.Bytes(), &answer); err != nil || response.Code != http.StatusOK {
			return nil, fmt.Errorf("moto answers %d, %v", response.Code, err)
		}
		members = slices.Concat(members, answer.Roles, answer.Stacks, answer.Resources)
		if next = answer.Next; next == "" {
			f.lists.Store(key, members)
			return members, nil
		}
	}
}

// withBody returns a request with another body.
func withBody(r *http.Request, body string) *http.Request {
	other := r.Clone(r.Context())
	other.Body, other.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	other.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return other
}

// member is an element of a list in an answer.
type member struct {
	Text string `xml:",innerxml"`
}

// answer is one of moto's.
type answer struct {
	Roles     []member `xml:"GetAccountAuthorizationDetailsResult>RoleDetailList>member"`
	Stacks    []member `xml:"DescribeStacksResult>Stacks>member"`
	Next      string   `xml:"DescribeStacksResult>NextToken"`
	Resources []member `xml:"ListStackResourcesResult>StackResourceSummaries>member"`
}

// page is the answer with the members from a token on.
func (f *front) page(action string, members []member, token string) string {
	list := map[string]struct{ name, next string }{
		"GetAccountAuthorizationDetails": {"RoleDetailList", "<IsTruncated>true</IsTruncated><Marker>%d</Marker>"},
		"DescribeStacks":                 {"Stacks", "<NextToken>%d</NextToken>"},
		"ListStackResources":             {"StackResourceSummaries", "<NextToken>%d</NextToken>"},
	}[action]
	from, _ := strconv.Atoi(token)
	to := min(len(members), from+perPage(action))
	var page strings.Builder
	for _, m := range members[from:to] {
		page.WriteString("<member>" + m.Text + f.parent(action, m.Text) + "</member>")
	}
	next := ""
	if to < len(members) {
		next = fmt.Sprintf(list.next, to)
	}
	return fmt.Sprintf("<%[1]sResponse><%[1]sResult><%[2]s>%[3]s</%[2]s>%[4]s</%[1]sResult></%[1]sResponse>", action, list.name, page.String(), next)
}

// parent is what DescribeStacks says of the stack around a nested one, which moto leaves out.
func (f *front) parent(action, text string) string {
	var stack struct {
		Name string `xml:"StackName"`
	}
	if action != "DescribeStacks" || xml.Unmarshal([]byte("<x>"+text+"</x>"), &stack) != nil {
		return ""
	}
	id, isNested := f.parents[stack.Name]
	if !isNested {
		return ""
	}
	return "<ParentId>" + id + "</ParentId><RootId>" + id + "</RootId>"
}
