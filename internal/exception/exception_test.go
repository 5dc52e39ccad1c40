package exception_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/exception"
)

func TestParse(t *testing.T) {
	full := `{"roles":["break-glass","/aws-reserved/*/x?"],"stacks":["Stack-*"],"accounts":["123456789012"],` +
		`"principals":["arn:aws:iam::123456789012:role/deployer"],"reason":"needed – see the wiki","until":"2027-03-31"}`
	want := exception.Exception{
		Name: "x", Roles: []string{"break-glass", "/aws-reserved/*/x?"}, Stacks: []string{"Stack-*"}, Accounts: []string{"123456789012"},
		Principals: []string{"arn:aws:iam::123456789012:role/deployer"}, Reason: "needed – see the wiki", Until: "2027-03-31",
	}
	got, err := exception.Parse("x", full)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	text, err := got.Encode()
	if err != nil || text != full {
		t.Errorf("got %s, %v, want %s", text, err, full)
	}
}

func TestParse_malformed(t *testing.T) {
	const form = "it must be a JSON object with the members roles, stacks, accounts, principals, reason, and until"
	roles := "roles: number 1 must be a role name with * and ?, or a path and a name that begin with /, and must not match every role"
	stacks := "stacks: number 2 must be a stack name with * and ?, and must not match every stack"
	principals := "principals: number 1 must be " + exception.PrincipalRule
	for name, test := range map[string]struct{ text, want string }{
		"a_secret":             {"hunter2", form},
		"empty":                {"", form},
		"a_list":               {`["hunter2"]`, form},
		"an_unknown_member":    {`{"roles":["hunter2"],"reason":"r","account":["123456789012"]}`, form},
		"another_case":         {`{"Roles":["hunter2"],"reason":"r"}`, form},
		"a_repeated_member":    {`{"roles":["hunter2"],"roles":["b"],"reason":"r"}`, form},
		"a_string_for_a_list":  {`{"roles":"hunter2","reason":"r"}`, form},
		"two_objects":          {`{"roles":["hunter2"],"reason":"r"}{}`, form},
		"bad_UTF-8":            {"{\"roles\":[\"hunter2\"],\"reason\":\"\xff\"}", form},
		"neither":              {`{"reason":"hunter2"}`, "roles or stacks is required"},
		"empty_lists":          {`{"roles":[],"stacks":[],"reason":"hunter2"}`, "roles or stacks is required"},
		"no_reason":            {`{"roles":["hunter2"]}`, "reason is required"},
		"a_blank_reason":       {`{"roles":["hunter2"],"reason":" "}`, "reason is required"},
		"a_long_reason":        {`{"roles":["hunter2"],"reason":"` + strings.Repeat("é", 201) + `"}`, "reason must be 1 to 200 printable characters"},
		"a_line_break":         {`{"roles":["hunter2"],"reason":"a\nb"}`, "reason must be 1 to 200 printable characters"},
		"a_C1_control":         {`{"roles":["hunter2"],"reason":"a\u009bb"}`, "reason must be 1 to 200 printable characters"},
		"a_bidirectional_mark": {`{"roles":["hunter2"],"reason":"a\u202eb"}`, "reason must be 1 to 200 printable characters"},
		"every_role":           {`{"roles":["*"],"reason":"hunter2"}`, roles},
		"every_role_in_words":  {`{"roles":["?*"],"reason":"hunter2"}`, roles},
		"every_path":           {`{"roles":["/*"],"reason":"hunter2"}`, roles},
		"no_role":              {`{"roles":[""],"reason":"hunter2"}`, roles},
		"a_control":            {`{"roles":["hunter2\u0000"],"reason":"r"}`, roles},
		"a_policy_variable":    {`{"roles":["${aws:username}"],"reason":"hunter2"}`, roles},
		"a_quote":              {`{"roles":["/hunter'2/x"],"reason":"r"}`, roles},
		"a_path_in_a_name":     {`{"roles":["hunter/2"],"reason":"r"}`, roles},
		"every_stack":          {`{"stacks":["hunter2","**"],"reason":"r"}`, stacks},
		"a_stacks_ARN":         {`{"stacks":["hunter2","arn:aws:cloudformation:x"],"reason":"r"}`, stacks},
		"no_accounts":          {`{"roles":["hunter2"],"accounts":[],"reason":"r"}`, "accounts is empty: list the accounts, or remove the member for every account"},
		"a_short_account":      {`{"roles":["hunter2"],"accounts":["123456789012","12345678901"],"reason":"r"}`, "accounts: number 2 must be 12 digits"},
		"an_account_pattern":   {`{"roles":["hunter2"],"accounts":["12345678901*"],"reason":"r"}`, "accounts: number 1 must be 12 digits"},
		"every_principal":      {`{"roles":["hunter2"],"principals":["*"],"reason":"r"}`, principals},
		"every_ARN":            {`{"roles":["hunter2"],"principals":["arn:*:*:*:*:*"],"reason":"r"}`, principals},
		"every_account's_role": {`{"roles":["hunter2"],"principals":["arn:aws:iam::*:role/*"],"reason":"r"}`, principals},
		"a_name":               {`{"roles":["hunter2"],"principals":["deployer"],"reason":"r"}`, principals},
		"a_session":            {`{"roles":["hunter2"],"principals":["arn:aws:sts::123456789012:assumed-role/deployer/*"],"reason":"r"}`, principals},
		"a_federated_user":     {`{"roles":["hunter2"],"principals":["arn:aws:sts::123456789012:federated-user/deployer"],"reason":"r"}`, principals},
		"another_service":      {`{"roles":["hunter2"],"principals":["arn:aws:s3:::bucket"],"reason":"r"}`, principals},
		"a_date_with_time":     {`{"roles":["hunter2"],"reason":"r","until":"2027-03-31T00:00:00Z"}`, "until must be a date such as 2027-03-31"},
		"no_such_date":         {`{"roles":["hunter2"],"reason":"r","until":"2027-02-29"}`, "until must be a date such as 2027-03-31"},
		"too_large":            {`{"roles":["hunter2"],"reason":"` + strings.Repeat("r", 5<<10) + `"}`, "it has more than 4096 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := exception.Parse("x", test.text)
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v, %+v\nwant %s", err, e, test.want)
			}
		})
	}
	for _, name := range []string{"", "_x", ".x", "a/b", "a b", strings.Repeat("n", 65)} {
		if _, err := exception.Parse(name, `{"roles":["a"],"reason":"r"}`); err == nil || !strings.Contains(err.Error(), "the name of an exception must be 1 to 64") {
			t.Errorf("name %q: got %v", name, err)
		}
	}
}

// An exception of exactly the limit is one; one byte more is not.
func TestEncode_size(t *testing.T) {
	e := exception.Exception{Name: "x", Reason: "r"}
	empty := len(`{"roles":[],"reason":"r"}`)
	for left := exception.SizeLimit - empty; left > 0; left -= 64 {
		e.Roles = append(e.Roles, strings.Repeat("n", min(61, left-3)))
	}
	last := len(e.Roles) - 1
	grow := func(by int) (string, error) {
		e.Roles[last] += strings.Repeat("n", by)
		return e.Encode()
	}
	text, err := grow(0)
	if err != nil {
		t.Fatal(err)
	}
	if text, err = grow(exception.SizeLimit - len(text)); err != nil || len(text) != exception.SizeLimit {
		t.Fatalf("got %d bytes, %v, want %d", len(text), err, exception.SizeLimit)
	}
	if _, err := exception.Parse("x", text); err != nil {
		t.Errorf("of the limit: %v", err)
	}
	if _, err := grow(1); err == nil || !strings.Contains(err.Error(), "more than 4096 bytes") {
		t.Errorf("got %v over the limit", err)
	}
}

func TestException_Matches(t *testing.T) {
	const account = "123456789012"
	for name, test := range map[string]struct {
		exception exception.Exception
		role      exception.Role
		want      bool
	}{
		"name":                      {exception.Exception{Roles: []string{"a"}}, exception.Role{Name: "a"}, true},
		"name_in_a_path":            {exception.Exception{Roles: []string{"a"}}, exception.Role{Name: "a", Path: "/p/"}, true},
		"another_name":              {exception.Exception{Roles: []string{"a"}}, exception.Role{Name: "ab"}, false},
		"another_case":              {exception.Exception{Roles: []string{"a"}}, exception.Role{Name: "A"}, false},
		"wildcards":                 {exception.Exception{Roles: []string{"a*c?e"}}, exception.Role{Name: "abbcde"}, true},
		"path":                      {exception.Exception{Roles: []string{"/p/*"}}, exception.Role{Name: "a", Path: "/p/q/"}, true},
		"another_path":              {exception.Exception{Roles: []string{"/p/*"}}, exception.Role{Name: "p", Path: "/q/"}, false},
		"root_path":                 {exception.Exception{Roles: []string{"/a"}}, exception.Role{Name: "a"}, true},
		"not_the_root_path":         {exception.Exception{Roles: []string{"/a"}}, exception.Role{Name: "a", Path: "/p/"}, false},
		"stack":                     {exception.Exception{Stacks: []string{"s-*"}}, exception.Role{Name: "a", Stack: "s-1"}, true},
		"another_stack":             {exception.Exception{Stacks: []string{"s-*"}}, exception.Role{Name: "a", Stack: "t"}, false},
		"no_stack":                  {exception.Exception{Stacks: []string{"s*"}}, exception.Role{Name: "s"}, false},
		"a_stack_named_as_the_role": {exception.Exception{Roles: []string{"a"}}, exception.Role{Name: "b", Stack: "a"}, false},
		"account":                   {exception.Exception{Roles: []string{"a"}, Accounts: []string{account}}, exception.Role{Name: "a", AccountID: account}, true},
		"another_account":           {exception.Exception{Roles: []string{"a"}, Accounts: []string{account}}, exception.Role{Name: "a", AccountID: "210987654321"}, false},
		"an_unknown_account":        {exception.Exception{Roles: []string{"a"}, Accounts: []string{account}}, exception.Role{Name: "a"}, false},
		"every_account":             {exception.Exception{Roles: []string{"a"}}, exception.Role{Name: "a", AccountID: account}, true},
		"stack_in_another_account":  {exception.Exception{Stacks: []string{"s"}, Accounts: []string{account}}, exception.Role{Name: "a", Stack: "s"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.exception.Matches(test.role); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestException_Holds(t *testing.T) {
	east := time.FixedZone("east", 10*60*60)
	for name, test := range map[string]struct {
		until string
		now   time.Time
		want  bool
	}{
		"no_end":                    {"", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), true},
		"before":                    {"2027-03-31", time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), true},
		"last_moment":               {"2027-03-31", time.Date(2027, 3, 31, 23, 59, 59, 999, time.UTC), true},
		"first_moment_after":        {"2027-03-31", time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC), false},
		"last_day_in_UTC_elsewhere": {"2027-03-31", time.Date(2027, 4, 1, 9, 0, 0, 0, east), true},
		"ended_in_UTC_elsewhere":    {"2027-03-31", time.Date(2027, 4, 1, 10, 0, 0, 0, east), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (exception.Exception{Until: test.until}).Holds(test.now); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
