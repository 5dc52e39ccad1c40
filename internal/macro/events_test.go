package macro_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

var update = flag.Bool("update", false, "write the outcomes")

var dir = filepath.Join("..", "..", "events")

// event is a sample event.
type event struct {
	name    string
	payload []byte

	RequestID               string                    `json:"requestId"`
	Region                  string                    `json:"region"`
	TemplateParameterValues map[string]jsontext.Value `json:"templateParameterValues"`
	Fragment                jsontext.Value            `json:"fragment"`
}

// events reads the sample events, in the order of their names.
func events(t *testing.T) []event {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no events in %s (%v)", dir, err)
	}
	var list []event
	for _, file := range files {
		name := filepath.Base(file)
		if name == "boundaries.json" || name == "env.json" {
			continue
		}
		e := event{name: strings.TrimSuffix(name, ".json")}
		if e.payload, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		// The library refuses names that appear twice, bad UTF-8, and anything after the value.
		if err := json.Unmarshal(e.payload, &e); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, e)
	}
	return list
}

// answer is a macro's answer to an event, with what the log says of it.
type answer struct {
	Status       string         `json:"status"`
	Fragment     jsontext.Value `json:"fragment"`
	ErrorMessage string         `json:"errorMessage"`

	log struct {
		Shape               string   `json:"shape"`
		Parameter           string   `json:"parameter"`
		Boundary            string   `json:"boundary"`
		Bounded             []string `json:"bounded"`
		Replaced            []string `json:"replaced"`
		Kept                []string `json:"kept"`
		Same                []string `json:"same"`
		NestedStacks        []string `json:"nestedStacks"`
		OutOfSight          []string `json:"outOfSight"`
		UnboundedUsers      []string `json:"unboundedUsers"`
		NoEnvironmentNeeded bool     `json:"noEnvironmentNeeded"`
	}
}

// invoke answers an event as the function does that sets nothing, with the values of boundaries.json.
func invoke(t *testing.T, e event) answer {
	t.Helper()
	settings, err := macro.ReadSettings(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	handler := macro.NewHandler(settings, registry.ExistingFile(filepath.Join(dir, "boundaries.json")), nil, &log)
	response, err := handler.Invoke(t.Context(), e.payload)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(response, &a); err != nil {
		t.Fatalf("%s: response: %v", e.name, err)
	}
	if err := json.Unmarshal(log.Bytes(), &a.log); err != nil {
		t.Fatalf("%s: log: %v", e.name, err)
	}
	return a
}

func TestEachEventHasARequestIDOfItsOwn(t *testing.T) {
	seen := make(map[string]string)
	for _, e := range events(t) {
		if e.RequestID == "" {
			t.Errorf("%s has no requestId", e.name)
		}
		if other := seen[e.RequestID]; other != "" {
			t.Errorf("%s has the requestId of %s", e.name, other)
		}
		seen[e.RequestID] = e.name
	}
}

func TestEventsAreAnsweredAsTheirNamesSay(t *testing.T) {
	for _, e := range events(t) {
		want := macro.Success
		if strings.HasPrefix(e.name, "fail-") {
			want = macro.Failure
		}
		if got := invoke(t, e); got.Status != want {
			t.Errorf("%s: got %s (%s), want %s", e.name, got.Status, got.ErrorMessage, want)
		}
	}
}

// The outcomes stand in a file, so that a review sees what a change makes of the events. Write it with:
// go test ./internal/macro -run Outcomes -update
func TestOutcomes(t *testing.T) {
	var got strings.Builder
	for _, e := range events(t) {
		got.WriteString(outcome(e, invoke(t, e)))
	}
	file := filepath.Join("testdata", "outcomes.txt")
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func outcome(e event, a answer) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s", e.name, a.Status)
	if a.log.Shape != "" {
		fmt.Fprintf(&text, ", %s", a.log.Shape)
	}
	text.WriteString("\n")
	line := func(label string, values ...string) {
		if joined := strings.Join(values, ", "); joined != "" {
			fmt.Fprintf(&text, "  %s: %s\n", label, joined)
		}
	}
	line("SSM parameter", a.log.Parameter)
	line("boundary", a.log.Boundary)
	line("bounded", named(a.log.Bounded)...)
	line("replaced", named(a.log.Replaced)...)
	line("kept", named(a.log.Kept)...)
	line("same", named(a.log.Same)...)
	if a.log.NoEnvironmentNeeded {
		line("environment", "none needed")
	}
	line("nested stacks", a.log.NestedStacks...)
	line("out of sight", a.log.OutOfSight...)
	line("users left alone", a.log.UnboundedUsers...)
	line("message", a.ErrorMessage)
	return text.String()
}

// named gives a word to the resource of a snippet, whose logical ID CloudFormation does not pass on.
func named(logicalIDs []string) []string {
	var names []string
	for _, id := range logicalIDs {
		if id == "" {
			id = "(the fragment)"
		}
		names = append(names, id)
	}
	return names
}

func TestEachBoundaryIsUsedByAnEvent(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(dir, "boundaries.json"))
	if err != nil {
		t.Fatal(err)
	}
	var unused map[string]string
	if err := json.Unmarshal(text, &unused); err != nil {
		t.Fatal(err)
	}
	for _, e := range events(t) {
		a := invoke(t, e)
		delete(unused, a.log.Parameter)
		for name := range unused {
			if strings.Contains(a.ErrorMessage, "SSM parameter "+name+" ") || strings.Contains(a.ErrorMessage, "SSM parameter "+name+")") {
				delete(unused, name)
			}
		}
	}
	for name := range unused {
		t.Errorf("no event uses %s", name)
	}
}
