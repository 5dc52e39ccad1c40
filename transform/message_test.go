package transform_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"

	"github.com/google/go-cmp/cmp"
)

// message is that of a fragment that is refused.
func message(t *testing.T, fragment string, options transform.Options) string {
	t.Helper()
	_, err := read(t, fragment, options).Bound(transformtest.ARN)
	var faults *transform.FaultsError
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want a faults error", err)
	}
	return faults.Error()
}

// loops is a template of loops, each of whose body has one resource of the same logical ID.
func loops(resources ...string) string {
	var members []string
	for i, r := range resources {
		members = append(members, fmt.Sprintf(`"Fn::ForEach::L%d":["X",["a"],{"A":%s}]`, i, r))
	}
	return `{"Resources":{` + strings.Join(members, ",") + `}}`
}

func serverless(names ...string) (resources []string) {
	for _, name := range names {
		resources = append(resources, `{"Type":"AWS::Serverless::`+name+`"}`)
	}
	return resources
}

func TestFaultsError(t *testing.T) {
	const (
		noType = "give each resource a string Type; if a loop makes the resource, list AWS::LanguageExtensions before M"
		sam    = "list M after AWS::Serverless-2016-10-31: SAM creates roles later"
	)
	for name, test := range map[string]struct{ fragment, want string }{
		"identical_details": {loops(`1`, `2`), "A: no string Type); " + noType},
		"details_by_problem": {loops(append(serverless("B", "A"), `1`)...),
			"A: no string Type, AWS::Serverless::A, AWS::Serverless::B); " + noType + "; " + sam},
		"five_details": {loops(serverless("E", "D", "C", "B", "A")...),
			"A: AWS::Serverless::A, AWS::Serverless::B, AWS::Serverless::C, AWS::Serverless::D, AWS::Serverless::E); " + sam},
		"seven_details": {loops(serverless("G", "F", "E", "D", "C", "B", "A", "A")...),
			"A: AWS::Serverless::A, AWS::Serverless::B, AWS::Serverless::C, AWS::Serverless::D, AWS::Serverless::E, and 2 more); " + sam},
		"sorted_by_logical_id": {`{"Resources":{"b":1,"a":2,"B":3}}`, "B: no string Type; a: no string Type; b: no string Type); " + noType},
		"multi_byte_names": {`{"Resources":{"` + strings.Repeat("é", 80) + `":1,"` + strings.Repeat("é", 81) + `":1}}`,
			strings.Repeat("é", 80) + ": no string Type; " + strings.Repeat("é", 79) + "…: no string Type); " + noType},
		"forged_line": {`{"Resources":{"A\nB":{"Type":"AWS::Serverless::\u202e"}}}`,
			`"A\nB": "AWS::Serverless::\u202e"); ` + sam},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := message(t, test.fragment, transform.Options{Macro: "M"}), "M cannot set the permissions boundary on every role ("+test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestFaultsErrorOfMany(t *testing.T) {
	var members []string
	for i := range 1000 {
		members = append(members, fmt.Sprintf(`"R%03d":1`, (i*7)%1000))
	}
	got := message(t, `{"Resources":{`+strings.Join(members, ",")+`}}`, transform.Options{})
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("R%03d: no string Type", i))
	}
	if want := "AmplifyBoundary cannot set the permissions boundary on every role (" + strings.Join(want, "; ") + "; and 980 more); "; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s...", got, want)
	}
}

// The first resource is named however long its name, its details and the advice are.
func TestFaultsErrorLimit(t *testing.T) {
	macro := strings.Repeat("M", 128)
	long := func(text string) string { return text + strings.Repeat("N", 200) }
	odd := func(text string) string { return text + strings.Repeat("\u202e", 200) }
	for name, lengthen := range map[string]func(string) string{"long": long, "odd": odd} {
		t.Run(name, func(t *testing.T) {
			id := lengthen("A")
			var bodies []string
			for i := range 6 {
				bodies = append(bodies, fmt.Sprintf(`{"Type":"%s"}`, lengthen(fmt.Sprintf("AWS::Serverless::%d", i))),
					fmt.Sprintf(`{"Type":"%s::MODULE"}`, lengthen(fmt.Sprint(i))), fmt.Sprintf(`{"Type":"${%s}"}`, lengthen(fmt.Sprint(i))))
			}
			bodies = append(bodies, `1`, `{"Type":"T","Fn::ForEach::X":1}`, `{"Type":"T","${X}":1}`, `{"Fn::Transform":1}`,
				`{"Type":"AWS::IAM::Role","Properties":1}`, `{"Type":"AWS::IAM::Role","Properties":{"Ref":"P"}}`,
				`{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":{"Ref":"P"}}}`)
			var members []string
			for i, body := range bodies {
				members = append(members, fmt.Sprintf(`"Fn::ForEach::L%d":["X",[],{"%s":%s,"Fn::If":1,"B%d%s":%s}]`, i, id, body, i, id, body))
			}
			members = append(members, `"Fn::ForEach::M":1`)
			for _, existing := range []transform.ExistingMode{transform.Keep, transform.Reject} {
				got := message(t, `{"Resources":{`+strings.Join(members, ",")+`}}`, transform.Options{Macro: macro, Existing: existing})
				if length := utf8.RuneCountInString(got); length > transform.MessageLimit {
					t.Errorf("%s: got %d characters", existing, length)
				}
				if want := macro + " cannot set the permissions boundary on every role (" + cfn.ShortName(id) + ": no string Type, "; !strings.HasPrefix(got, want) {
					t.Errorf("%s: got  %s\nwant %s...", existing, got, want)
				}
			}
		})
	}
}

func TestFaultsMessage(t *testing.T) {
	fault := func(id string) transform.Fault {
		return transform.Fault{Resource: transform.Resource{LogicalID: id, Type: "AWS::IAM::Role"}, Problem: transform.PropertiesNotObject}
	}
	got := transform.FaultsMessage("M", []transform.Fault{fault("B"), fault("A")})
	want := "M cannot set the permissions boundary on every role (A: Properties is not an object; B: Properties is not an object); make Properties an object"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Faults of one resource are listed by problem, then by type.
func TestFaultsOfOneID(t *testing.T) {
	faults := read(t, loops(append(serverless("B", "A"), `1`, `{"Type":"A::MODULE"}`)...), transform.Options{}).Faults()
	var got []string
	for _, f := range faults {
		got = append(got, fmt.Sprint(f.Problem, " ", f.Type))
	}
	want := []string{fmt.Sprint(transform.NoType, " "), fmt.Sprint(transform.Serverless, " AWS::Serverless::A"),
		fmt.Sprint(transform.Serverless, " AWS::Serverless::B"), fmt.Sprint(transform.Module, " A::MODULE")}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMessage(t *testing.T) {
	long := strings.Repeat("é", 1500)
	const sentence = "M cannot set the permissions boundary on every role ("
	var many []string
	for range 21 {
		many = append(many, "A: x")
	}
	for name, test := range map[string]struct {
		resources []string
		want      string
	}{
		"all":      {[]string{"A: x", "B: y"}, "A: x; B: y); do this; do that"},
		"many":     {many, strings.Repeat("A: x; ", 20) + "and 1 more); do this; do that"},
		"long":     {[]string{"A" + long, "B" + long, "C" + long, "D"}, "A" + long + "; B" + long + "; and 2 more); do this; do that"},
		"too_long": {[]string{"A" + long + long + long, "B"}, "A" + long + long + long + "; and 1 more); do this; do that"},
	} {
		t.Run(name, func(t *testing.T) {
			got := transform.Message("M", test.resources, []string{"do this", "do that"})
			if diff := cmp.Diff(sentence+test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if got, want := transform.Message("M", []string{"A: x"}, nil), sentence+"A: x)"; got != want {
		t.Errorf("without advice: got %q, want %q", got, want)
	}
}
