package nested

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/test/declaretest"
	"amplify-boundary/transform"
)

// fakeStore holds templates in memory and counts.
type fakeStore struct {
	templates map[string]string // by bucket/key
	delay     time.Duration
	writing   error

	mutex     sync.Mutex
	copies    map[string]string
	reads     int
	writes    int
	atOnce    int
	mostEver  int
	panicking bool
}

func (f *fakeStore) Read(ctx context.Context, location Location) ([]byte, error) {
	f.mutex.Lock()
	f.reads++
	f.atOnce++
	f.mostEver = max(f.mostEver, f.atOnce)
	f.mutex.Unlock()
	defer func() {
		f.mutex.Lock()
		f.atOnce--
		f.mutex.Unlock()
	}()
	if f.panicking {
		panic("hunter2")
	}
	select {
	case <-time.After(f.delay):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	text, found := f.templates[location.String()]
	if !found {
		return nil, errMissing
	}
	return []byte(text), nil
}

func (f *fakeStore) Write(_ context.Context, name string, copied []byte) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.writes++
	if f.writing != nil {
		return f.writing
	}
	if f.copies == nil {
		f.copies = make(map[string]string)
	}
	f.copies[name] = string(copied)
	return nil
}

func (f *fakeStore) URL(_ context.Context, name string) (string, error) {
	return "https://copies.s3.eu-west-1.amazonaws.com/" + name, nil
}

const (
	plainChild = `{"Resources":{"Role":{"Type":"AWS::IAM::Role"}}}`
	yamlChild  = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n"
)

func request(t *testing.T, mode Mode, fragment string) Request {
	t.Helper()
	f, err := transform.Parse([]byte(fragment), transform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Request{
		Mode:        mode,
		Declaration: declare.Macro{Name: "AmplifyBoundary", Environment: "dev"},
		AccountID:   "123456789012",
		Boundary:    "arn:aws:iam::123456789012:policy/dev",
		Context: intrinsic.Context{
			ParameterValues: map[string]jsontext.Value{"Bucket": jsontext.Value(`"assets"`), "Stored": jsontext.Value(`"/flag"`), "Long": jsontext.Value(`"` + strings.Repeat("a", 4096) + `"`)},
			Region:          "eu-west-1",
			AccountID:       "123456789012",
		},
		Stacks: f.Stacks(),
	}
}

// resourcesOf makes a template of nested stacks: name=URL, as JSON.
func resourcesOf(stacks ...string) string {
	var list []string
	for _, s := range stacks {
		name, url, _ := strings.Cut(s, "=")
		list = append(list, fmt.Sprintf(`%q:{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":%s}}`, name, url))
	}
	return `{"Resources":{` + strings.Join(list, ",") + `}}`
}

func TestProcess_bound(t *testing.T) {
	const declaring = `{"Transform":["AWS::Serverless-2016-10-31","123456789012::AmplifyBoundary"],"Resources":{}}`
	fragment := `{"Parameters":{"Stored":{"Type":"AWS::SSM::Parameter::Value<String>"}},
		"Conditions":{"No":{"Fn::Equals":["a","b"]},"Unknown":{"Fn::Equals":[{"Ref":"AWS::StackName"},"b"]},"Stored":{"Fn::Equals":[{"Ref":"Stored"},"b"]}},"Resources":{
		"Off": {"Type":"AWS::CloudFormation::Stack","Condition":"No","Properties":{"TemplateURL":{"Fn::GetAtt":["A","B"]}}},
		"Json": {"Type":"AWS::CloudFormation::Stack","Condition":"Unknown","Properties":{"TemplateURL":{"Fn::Sub":"https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/a.json"}}},
		"Again": {"Type":"AWS::CloudFormation::Stack","Condition":"Stored","Properties":{"TemplateURL":"https://assets.s3.eu-west-1.amazonaws.com/a.json"}},
		"Own": {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://assets.s3.eu-west-1.amazonaws.com/own.json"}},
		"Fn::ForEach::Loop": ["X",["1","2"],{"Yaml${X}": {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://assets.s3.eu-west-1.amazonaws.com/b.yaml"}}}]
	}}`
	store := &fakeStore{templates: map[string]string{"assets/a.json": plainChild, "assets/own.json": declaring, "assets/b.yaml": yamlChild}}
	r := request(t, Bound, fragment)
	seen, edits, err := Process(t.Context(), store, r)
	if err != nil {
		t.Fatal(err)
	}

	const jsonName = "ce1f.json"
	var names []string
	for _, s := range seen {
		names = append(names, s.Copy)
	}
	stack := func(id string) transform.Resource {
		return transform.Resource{LogicalID: id, Type: "AWS::CloudFormation::Stack"}
	}
	at := func(key string) Location { return Location{Bucket: "assets", Key: key, Region: "eu-west-1"} }
	want := []ProcessedStack{
		{stack("Off"), Skipped, Location{}, ""},
		{stack("Json"), Copied, at("a.json"), names[1]},
		{stack("Again"), Copied, at("a.json"), names[1]},
		{stack("Own"), Kept, at("own.json"), ""},
		{stack("Yaml${X}"), Copied, at("b.yaml"), names[4]},
	}
	if diff := cmp.Diff(want, seen, cmp.AllowUnexported(Location{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if store.reads != 3 || store.writes != 2 || len(store.copies) != 2 {
		t.Errorf("got %d reads and %d writes, want each location once", store.reads, store.writes)
	}
	for name, want := range map[string]string{
		names[1]: `"Transform"`,
		names[4]: "Transform:",
	} {
		copied := store.copies[name]
		if got, err := declare.Read([]byte(copied)); err != nil || got.State("123456789012::AmplifyBoundary") != declare.Last || !strings.Contains(copied, want) {
			t.Errorf("%s: got %s, %v", name, copied, err)
		}
	}

	edited, err := cfn.Apply([]byte(fragment), edits)
	if err != nil {
		t.Fatal(err)
	}
	got := string(edited)
	wantFragment := strings.NewReplacer(
		`{"Fn::Sub":"https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/a.json"}`, `"https://copies.s3.eu-west-1.amazonaws.com/`+names[1]+`"`,
		`"https://assets.s3.eu-west-1.amazonaws.com/a.json"`, `"https://copies.s3.eu-west-1.amazonaws.com/`+names[1]+`"`,
		`"https://assets.s3.eu-west-1.amazonaws.com/b.yaml"`, `"https://copies.s3.eu-west-1.amazonaws.com/`+names[4]+`"`,
	).Replace(fragment)
	if diff := cmp.Diff(wantFragment, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	if again, _, err := Process(t.Context(), store, r); err != nil || !cmp.Equal(seen, again, cmp.AllowUnexported(Location{})) || len(store.copies) != 2 {
		t.Errorf("a second time: got %v, %v and %d copies", again, err, len(store.copies))
	}
	r.Boundary += "-2"
	if other, _, err := Process(t.Context(), store, r); err != nil || other[1].Copy == seen[1].Copy || len(store.copies) != 4 {
		t.Errorf("with another boundary: got %v, %v and %d copies", other, err, len(store.copies))
	}
	r.Rules += "users"
	if other, _, err := Process(t.Context(), store, r); err != nil || other[1].Copy == seen[1].Copy || len(store.copies) != 6 {
		t.Errorf("with other rules: got %v, %v and %d copies", other, err, len(store.copies))
	}
	if !strings.HasSuffix(names[1], ".json") || !strings.HasSuffix(names[4], ".yaml") || len(names[1]) != len(jsonName)-4+64 {
		t.Errorf("got names %q", names)
	}
}

func TestProcess_refused(t *testing.T) {
	url := func(key string) string { return `"https://assets.s3.eu-west-1.amazonaws.com/` + key + `"` }
	large := `{"Resources":{},"Description":"` + strings.Repeat("x", sizeLimit-40) + `"}`
	store := &fakeStore{templates: map[string]string{
		"assets/plain":   plainChild,
		"assets/earlier": `{"Transform":["AmplifyBoundary","AWS::Serverless-2016-10-31"],"Resources":{}}`,
		"assets/other":   `{"Transform":"999999999999::AmplifyBoundary","Resources":{}}`,
		"assets/text":    "hunter2",
		"assets/broken":  `{"Resources": hunter2`,
		"assets/large":   large,
		"assets/scalar":  "Transform: |-\n  A\nResources: {}\n",
	}}
	const start = "AmplifyBoundary cannot set the permissions boundary on every role (Child (AWS::CloudFormation::Stack): "
	for name, test := range map[string]struct {
		mode Mode
		url  string
		want string
	}{
		"no_url":       {Bound, `"%zz"`, "TemplateURL is not a URL|" + adviceS3},
		"list":         {Bound, `["a"]`, "TemplateURL is not a string|" + adviceURL},
		"get_att":      {Bound, `{"Fn::GetAtt":["Bucket","Url"]}`, "TemplateURL cannot be evaluated: Fn::GetAtt: only CloudFormation knows its value|" + adviceURL},
		"another_name": {Bound, url("plain") + `,"Template${X}":""`, "TemplateURL is not a string|" + adviceURL},
		"absent":       {Bound, `{"Ref":"AWS::NoValue"}`, "TemplateURL is not a string|" + adviceURL},
		"stored":       {Bound, `{"Fn::Sub":"https://${Stored}.s3.amazonaws.com/k"}`, "the value that the macro gets does not give a URL of S3 (Fn::Sub Stored: only CloudFormation looks it up in Parameter Store)|" + adviceURL},
		"stack_output": {Bound, `{"Fn::GetStackOutput":["S","O"]}`, "TemplateURL cannot be evaluated: Fn::GetStackOutput: only CloudFormation knows its value|" + adviceURL},
		"costly":       {Bound, `{"Fn::Select":[60,[` + strings.Repeat(`{"Fn::Select":[0,{"Fn::Split":["a",{"Fn::Sub":"${Long}${Long}${Long}${Long}"}]}]},`, 60) + `"x"]]}`, "TemplateURL cannot be evaluated: the value: its evaluation would produce more than 1000000 list elements and bytes|" + adviceURL},
		"other_host":   {Bound, `"https://example.com/hunter2"`, "the host of TemplateURL is not a host of S3|" + adviceS3},
		"elsewhere":    {Bound, `{"Fn::Sub":"https://assets.s3.amazonaws.com/${Stored}"}`, "the template does not exist, at the value that the macro gets (Fn::Sub Stored: only CloudFormation looks it up in Parameter Store) [assets//flag]|" + adviceURL},
		"missing":      {Bound, url("nowhere"), "the template does not exist [assets/nowhere]|" + adviceUpload},
		"undeclared":   {Require, url("plain"), "it does not declare the macro [assets/plain]|" + adviceDeclare},
		"earlier":      {Bound, url("earlier"), "it declares the macro, but not last [assets/earlier]|" + adviceLast},
		"earlier_too":  {Require, url("earlier"), "it declares the macro, but not last [assets/earlier]|" + adviceLast},
		"other_macro":  {Bound, url("other"), "it declares a macro of this name of another account [assets/other]|" + errOtherAccount.advice},
		"large_copy":   {Bound, url("large"), "larger than 1 MB with the declaration of the macro [assets/large]|" + adviceSize},
		"not_editable": {Bound, url("scalar"), "the macro cannot be declared in it [assets/scalar]|line 1: " + declare.ErrNotEditable.Error()},
		"no_template":  {Bound, url("text"), "it is not a template [assets/text]|" + adviceTemplate},
		"not_readable": {Bound, url("broken"), "it cannot be read as a template (line 1: not valid JSON: a character or an escape does not belong there) [assets/broken]|" + adviceTemplate},
	} {
		t.Run(name, func(t *testing.T) {
			fragment := `{"Parameters":{"Stored":{"Type":"AWS::SSM::Parameter::Value<String>"}},` + resourcesOf("Child=" + test.url)[1:]
			seen, edits, err := Process(t.Context(), store, request(t, test.mode, fragment))
			if faults := (*FaultsError)(nil); !errors.As(err, &faults) || len(faults.Faults) != 1 || seen != nil {
				t.Fatalf("got %v, %v", seen, err)
			}
			if edits != nil {
				t.Errorf("got edits %v", edits)
			}
			detail, advice, _ := strings.Cut(test.want, "|")
			if want := start + detail + "); " + advice; err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %s", err)
			}
		})
	}
	if store.writes != 0 {
		t.Errorf("got %d writes", store.writes)
	}
}

// A copy has at most as many bytes as CloudFormation accepts.
func TestProcess_largest_copy(t *testing.T) {
	const head, tail = `{"Resources":{},"Description":"`, `"}`
	child := func(size int) string { return head + strings.Repeat("x", size-len(head)-len(tail)) + tail }
	r := request(t, Bound, resourcesOf(`Child="https://assets.s3.eu-west-1.amazonaws.com/large"`))
	copied, err := declaretest.Add([]byte(child(1000)), r.Declaration)
	if err != nil {
		t.Fatal(err)
	}
	largest := sizeLimit - (len(copied) - 1000)
	for size, want := range map[int]error{largest: nil, largest + 1: errCopyTooLarge} {
		_, _, err := Process(t.Context(), &fakeStore{templates: map[string]string{"assets/large": child(size)}}, r)
		if faults := (*FaultsError)(nil); errors.As(err, &faults) {
			err = faults.Faults[0].Err
		}
		if !errors.Is(err, want) {
			t.Errorf("%d bytes: got %v, want %v", size, err, want)
		}
	}
}

// AWS::LanguageExtensions makes no roles, so that it can follow the macro.
func TestProcess_language_extensions_last(t *testing.T) {
	store := &fakeStore{templates: map[string]string{"assets/k": `{"Transform":["AmplifyBoundary","AWS::LanguageExtensions"],"Resources":{}}`}}
	for _, mode := range []Mode{Require, Bound} {
		processed, edits, err := Process(t.Context(), store, request(t, mode, resourcesOf(`Child="https://assets.s3.eu-west-1.amazonaws.com/k"`)))
		if err != nil || len(edits) > 0 || processed[0].Action != Kept {
			t.Errorf("%s: got %v, %v, %v", mode, processed, edits, err)
		}
	}
}

// A child is read if its condition is not known.
func TestProcess_unknown_conditions(t *testing.T) {
	const child = `"Child":{"Type":"AWS::CloudFormation::Stack","Condition":"No","Properties":{"TemplateURL":"https://assets.s3.eu-west-1.amazonaws.com/k"}}`
	for name, test := range map[string]struct {
		sections string
		reads    int
	}{
		"false":   {`"Conditions":{"No":{"Fn::Equals":["a","b"]}}`, 0},
		"no_echo": {`"Parameters":{"Bucket":{"Type":"String","NoEcho":true}},"Conditions":{"No":{"Fn::Equals":[{"Ref":"Bucket"},"b"]}}`, 1},
		"loop":    {`"Conditions":{"No":{"Fn::Equals":["a","b"]},"Fn::ForEach::L":["X",["1"],{"C${X}":{"Fn::Equals":["a","b"]}}]}`, 1},
		"macro":   {`"Conditions":{"No":{"Fn::Equals":["a","b"]},"Fn::Transform":{"Name":"M"}}`, 1},
		"number":  {`"Conditions":{"No":{"Fn::Equals":[1.5,"1.50"]}}`, 1},
		"integer": {`"Conditions":{"No":{"Fn::Equals":[15,"150"]}}`, 0},
	} {
		store := &fakeStore{templates: map[string]string{"assets/k": plainChild}}
		if _, _, err := Process(t.Context(), store, request(t, Bound, `{`+test.sections+`,"Resources":{`+child+`}}`)); err != nil || store.reads != test.reads {
			t.Errorf("%s: got %d reads, %v, want %d", name, store.reads, err, test.reads)
		}
	}
	loop := `{"Conditions":{"No${X}":{"Fn::Equals":["a","b"]}},"Resources":{"Fn::ForEach::L":["X",["1"],{` + strings.NewReplacer(`"Child"`, `"Child${X}"`, `"No"`, `"No${X}"`).Replace(child) + `}]}}`
	store := &fakeStore{templates: map[string]string{"assets/k": plainChild}}
	if _, _, err := Process(t.Context(), store, request(t, Bound, loop)); err != nil || store.reads != 1 {
		t.Errorf("loop variable: got %d reads, %v, want 1", store.reads, err)
	}
}

func TestProcess_names_each(t *testing.T) {
	url := `"https://assets.s3.eu-west-1.amazonaws.com/plain"`
	store := &fakeStore{templates: map[string]string{"assets/plain": plainChild}}
	_, _, err := Process(t.Context(), store, request(t, Require, resourcesOf("B="+url, "C="+url, `A="%zz"`)))
	const want = "AmplifyBoundary cannot set the permissions boundary on every role (A (AWS::CloudFormation::Stack): TemplateURL is not a URL; " +
		"B (AWS::CloudFormation::Stack): it does not declare the macro [assets/plain]; " +
		"C (AWS::CloudFormation::Stack): it does not declare the macro [assets/plain]); " + adviceS3 + "; " + adviceDeclare
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// Anyone who follows the advice declares the macro under the name that it has here.
func TestProcess_names_the_macro(t *testing.T) {
	store := &fakeStore{templates: map[string]string{"assets/plain": plainChild}}
	r := request(t, Require, resourcesOf(`A="https://assets.s3.eu-west-1.amazonaws.com/plain"`))
	r.Declaration.Name = "Bound"
	_, _, err := Process(t.Context(), store, r)
	const want = "Bound cannot set the permissions boundary on every role (A (AWS::CloudFormation::Stack): it does not declare the macro [assets/plain]); " +
		"declare the macro in it: amplify-boundary declare FILE --macro Bound"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestProcess_in_loop(t *testing.T) {
	fragment := `{"Resources":{"Fn::ForEach::Loop":["X",["a"],{"Child${X}":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::Sub":"https://assets.s3.amazonaws.com/${X}"}}}}]}}`
	_, _, err := Process(t.Context(), &fakeStore{}, request(t, Bound, fragment))
	const want = "AmplifyBoundary cannot set the permissions boundary on every role (Child${X} (AWS::CloudFormation::Stack): TemplateURL cannot be evaluated: " +
		"the loop variable X: it differs in each iteration; list AWS::LanguageExtensions before this macro); " + adviceURL
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestProcess_in_snippet(t *testing.T) {
	const fragment = `{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::FindInMap":["A","b","c"]}}}`
	_, _, err := Process(t.Context(), &fakeStore{}, request(t, Bound, fragment))
	const want = "AmplifyBoundary cannot set the permissions boundary on every role (the resource (AWS::CloudFormation::Stack): TemplateURL cannot be evaluated: " +
		"Fn::FindInMap A: no such keys in the Mappings section; a macro called by Fn::Transform does not get that section); " + adviceURL
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestProcess_at_most_16_at_a_time(t *testing.T) {
	store := &fakeStore{templates: map[string]string{}, delay: 5 * time.Millisecond}
	var stacks []string
	for i := range 100 {
		key := fmt.Sprintf("k%d", i)
		store.templates["assets/"+key] = plainChild
		stacks = append(stacks, fmt.Sprintf(`S%d="https://assets.s3.eu-west-1.amazonaws.com/%s"`, i, key))
	}
	seen, _, err := Process(t.Context(), store, request(t, Bound, resourcesOf(stacks...)))
	if err != nil || len(seen) != 100 || store.mostEver != atOnce {
		t.Errorf("got %d seen, %d at once, %v", len(seen), store.mostEver, err)
	}
	if len(store.copies) != 1 { // all are the same
		t.Errorf("got %d copies", len(store.copies))
	}
}

// What is evaluated for a child is not worth it after the deadline.
func TestProcess_evaluates_until_the_deadline(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	_, _, err := Process(ctx, &fakeStore{}, request(t, Bound, resourcesOf(`Child="%zz"`)))
	if err == nil || !strings.Contains(err.Error(), errDeadline.fact) {
		t.Errorf("got %v", err)
	}
}

func TestProcess_deadline(t *testing.T) {
	store := &fakeStore{templates: map[string]string{}, delay: time.Hour}
	var stacks []string
	for i := range 100 {
		stacks = append(stacks, fmt.Sprintf(`S%d="https://assets.s3.eu-west-1.amazonaws.com/k%d"`, i, i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, _, err := Process(ctx, store, request(t, Bound, resourcesOf(stacks...)))
	if err == nil || !strings.Contains(err.Error(), errDeadline.fact) || !strings.HasSuffix(err.Error(), adviceTime) {
		t.Errorf("got %v", err)
	}
}

// stuckStore reads without regard to the deadline, as a long template is edited.
type stuckStore struct {
	fakeStore
	released chan struct{}
}

func (s *stuckStore) Read(context.Context, Location) ([]byte, error) {
	<-s.released
	return []byte(plainChild), nil
}

func TestProcess_waits_for_nothing_at_the_deadline(t *testing.T) {
	store := &stuckStore{released: make(chan struct{})}
	time.AfterFunc(10*time.Second, func() { close(store.released) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, _, err := Process(ctx, store, request(t, Bound, resourcesOf(`Child="https://assets.s3.eu-west-1.amazonaws.com/k"`)))
	if err == nil || !strings.Contains(err.Error(), errDeadline.fact) {
		t.Errorf("got %v", err)
	}
	select {
	case <-store.released:
		t.Error("waited for a worker")
	default:
	}
}

func TestProcess_too_many(t *testing.T) {
	var stacks []string
	for i := range stackLimit + 1 {
		stacks = append(stacks, fmt.Sprintf("S%d=5", i))
	}
	_, _, err := Process(t.Context(), &fakeStore{}, request(t, Bound, resourcesOf(stacks...)))
	const want = "501 nested stacks, more than the 500 resources that CloudFormation accepts in a template; split the template"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestProcess_cannot_write(t *testing.T) {
	store := &fakeStore{templates: map[string]string{"assets/plain": plainChild}, writing: &reason{"its copy cannot be written", adviceBucket}}
	_, _, err := Process(t.Context(), store, request(t, Bound, resourcesOf(`Child="https://assets.s3.eu-west-1.amazonaws.com/plain"`)))
	const want = "AmplifyBoundary cannot set the permissions boundary on every role (Child (AWS::CloudFormation::Stack): its copy cannot be written [assets/plain]); " + adviceBucket
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// What a worker cannot bear must reach the caller, which answers the request.
func TestProcess_panic(t *testing.T) {
	defer func() {
		if p := recover(); p != "hunter2" {
			t.Errorf("got %v", p)
		}
	}()
	_, _, _ = Process(t.Context(), &fakeStore{panicking: true}, request(t, Bound, resourcesOf(`Child="https://assets.s3.eu-west-1.amazonaws.com/plain"`)))
	t.Error("no panic")
}
