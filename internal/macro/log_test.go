package macro

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/registrytest"
)

// roles is a template with many roles of long names, written with a prefix that JSON has to escape.
func roles(count int, prefix string) string {
	var text strings.Builder
	text.WriteString(`{"Resources":{`)
	for i := range count {
		if i > 0 {
			text.WriteString(",")
		}
		fmt.Fprintf(&text, `"%s%06d":{"Type":"AWS::IAM::Role"}`, prefix, i)
	}
	text.WriteString(`}}`)
	return text.String()
}

func TestLogLineListsNoMoreThan100Resources(t *testing.T) {
	for count, want := range map[int]int{99: 99, 100: 100, 101: 100, 5000: 100} {
		_, log := invoke(t, defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(roles(count, "Role")))
		values := line(t, log)
		list := values["bounded"].([]any)
		if len(list) != want || values["boundedCount"] != float64(count) {
			t.Errorf("%d roles: got %d of %v in the log, want %d", count, len(list), values["boundedCount"], want)
		}
		if got, want := list[len(list)-1], fmt.Sprintf("Role%06d", want-1); got != want {
			t.Errorf("%d roles: got %v last, want %s", count, got, want)
		}
	}
}

func TestLogLineCutsNames(t *testing.T) {
	long := func(letter string) string { return strings.Repeat(letter, 81) }
	payload := strings.NewReplacer("id-1", long("i"), "eu-west-1", long("r"), "Role", long("é")).Replace(ofDev(`{"Resources":{"Role":{"Type":"AWS::IAM::Role"},"U` + long("u") + `":{"Type":"AWS::IAM::User"}}}`))
	payload = strings.ReplaceAll(payload, "AWS::IAM::"+long("é"), "AWS::IAM::Role")
	var buffer bytes.Buffer
	handler := NewHandler(defaults(), registrytest.Values{"/p/dev": devARN}, nil, &buffer)
	if _, err := handler.Invoke(t.Context(), []byte(payload)); err != nil {
		t.Fatal(err)
	}
	values := line(t, buffer.String())
	for member, want := range map[string]any{
		"requestId":      strings.Repeat("i", 79) + "…",
		"region":         strings.Repeat("r", 79) + "…",
		"bounded":        []any{strings.Repeat("é", 79) + "…"},
		"unboundedUsers": []any{"U" + strings.Repeat("u", 78) + "…"},
	} {
		if diff := cmp.Diff(want, values[member]); diff != "" {
			t.Errorf("%s: %s", member, diff)
		}
	}
	if got, want := cut(strings.Repeat("é", 80)), strings.Repeat("é", 80); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What an author can write into a template makes no line longer than 64 KB, in success or failure.
func TestLogLineKeepsItsLimit(t *testing.T) {
	control := strings.Repeat(`\u0001`, 70) // six bytes in the log too
	var others strings.Builder
	for i := range 300 {
		fmt.Fprintf(&others, `,"%sC%d":{"Type":"Custom::Thing"},"%sN%d":{"Type":"AWS::CloudFormation::Stack"},"%sU%d":{"Type":"AWS::IAM::User"}`,
			control, i, control, i, control, i)
	}
	long := errors.New(strings.Repeat("\x01", 5000))
	for name, test := range map[string]struct {
		source  registrytest.Func
		payload string
	}{
		"success": {registrytest.Values{"/p/dev": devARN}.Values, ofDev(strings.TrimSuffix(roles(300, control), "}}") + others.String() + "}}")},
		"failure": {func(context.Context, []string) (map[string]string, error) { return nil, long }, ofDev(strings.TrimSuffix(roles(300, control), "}}") + others.String() + "}}")},
		"huge_parameter": {registrytest.Values{"/p/dev": devARN}.Values,
			request(oneRole, `{}`, `{"referencetotransformerrootstackenv`+strings.Repeat("A", 1<<20)+`Ref":"dev"}`)},
		"huge_id": {registrytest.Values{"/p/dev": devARN}.Values, strings.Replace(ofDev(oneRole), "id-1", strings.Repeat("i", 1<<20), 1)},
	} {
		t.Run(name, func(t *testing.T) {
			var buffer bytes.Buffer
			if _, err := NewHandler(defaults(), test.source, nil, &buffer).Invoke(t.Context(), []byte(test.payload)); err != nil {
				t.Fatal(err)
			}
			values := line(t, buffer.String())
			if got, limit := buffer.Len(), 64<<10; got >= limit {
				t.Errorf("got a line of %d bytes, want less than %d", got, limit)
			}
			if strings.HasPrefix(name, "huge_") {
				return
			}
			for _, count := range []string{"nestedStacksCount", "outOfSightCount", "unboundedUsersCount"} {
				if values[count] != 300.0 {
					t.Errorf("got %s %v, want 300", count, values[count])
				}
			}
			if list := values["outOfSight"].([]any); len(list) == 0 {
				t.Error("the line has room for some, but lists none")
			}
		})
	}
}

// A panic deep in a recursion has a long stack.
func TestLogLineCutsTheStack(t *testing.T) {
	var buffer bytes.Buffer
	r := record{status: Failure, err: &panicError{bytes.Repeat([]byte("s"), 1<<20)}}
	logger{&buffer, slog.LevelInfo}.write(t.Context(), r)
	if got, want := line(t, buffer.String())["stack"], strings.Repeat("s", 8<<10); got != want {
		t.Errorf("got a stack of %d bytes, want %d", len(fmt.Sprint(got)), len(want))
	}
}

func TestLogLineSaysHowLongItTook(t *testing.T) {
	for took, want := range map[time.Duration]float64{
		0:                                      0,
		1500 * time.Microsecond:                1.5,
		2*time.Second + 3*time.Microsecond:     2000.003,
		1999*time.Nanosecond + time.Nanosecond: 0.002,
	} {
		var buffer bytes.Buffer
		logger{&buffer, slog.LevelInfo}.write(t.Context(), record{status: Success, took: took})
		if got := line(t, buffer.String())["durationMs"]; got != want {
			t.Errorf("%v: got durationMs %v, want %v", took, got, want)
		}
	}
}
