package registry

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"
)

// pagedStore answers like a Parameter Store with pages of ten.
func pagedStore(names []string) *fakeCalls {
	return &fakeCalls{
		get: func(i *ssm.GetParametersInput) (*ssm.GetParametersOutput, error) {
			output := &ssm.GetParametersOutput{}
			for _, name := range i.Names {
				if slices.Contains(names, name) {
					output.Parameters = append(output.Parameters, ssmParameter(name, "none"))
				} else {
					output.InvalidParameters = append(output.InvalidParameters, name)
				}
			}
			return output, nil
		},
		byPath: func(i *ssm.GetParametersByPathInput) (*ssm.GetParametersByPathOutput, error) {
			var found []types.Parameter
			for _, name := range names {
				rest, below := strings.CutPrefix(name, *i.Path+"/")
				if below && (aws.ToBool(i.Recursive) || !strings.Contains(rest, "/")) {
					found = append(found, ssmParameter(name, "none"))
				}
			}
			start := 0
			if i.NextToken != nil {
				_, _ = fmt.Sscan(*i.NextToken, &start)
			}
			end := min(start+10, len(found))
			output := &ssm.GetParametersByPathOutput{Parameters: found[start:end]}
			if end < len(found) {
				output.NextToken = aws.String(fmt.Sprint(end))
			}
			return output, nil
		},
	}
}

func TestParameterStore_Part(t *testing.T) {
	small := []string{"/p/dev", "/p/_account/111111111111", "/p/_account/222222222222", "/p/shop/dev", "/p/blog/dev"}
	var large []string
	for i := range 1000 {
		large = append(large, fmt.Sprintf("/p/_account/%012d", i))
	}
	for i := range 50 {
		large = append(large, fmt.Sprintf("/p/_except/e%02d", i))
	}
	large = append(large, small...)
	const account = "/p/_account/111111111111"
	for name, test := range map[string]struct {
		names           []string
		account, prefix string
		project         string
		want            []string
		whole           bool
		calls           int
	}{
		"one_page":         {small, "111111111111", "/p", "", []string{account, "/p/_account/222222222222", "/p/blog/dev", "/p/dev", "/p/shop/dev"}, true, 1},
		"many_pages":       {large, "111111111111", "/p", "", []string{account, "/p/dev"}, false, 3},
		"with_a_project":   {large, "111111111111", "/p", "shop", []string{account, "/p/dev", "/p/shop/dev"}, false, 4},
		"account_not_here": {large, "999999999999", "/p", "", []string{"/p/dev"}, false, 3},
	} {
		t.Run(name, func(t *testing.T) {
			calls := pagedStore(test.names)
			list, whole, err := faked(calls).Part(t.Context(), test.prefix, test.account, test.project)
			if err != nil || whole != test.whole {
				t.Fatalf("got whole %t, %v, want %t", whole, err, test.whole)
			}
			var got []string
			for _, p := range list {
				got = append(got, p.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			if len(calls.calls) != test.calls {
				t.Errorf("got calls %v, want %d", calls.calls, test.calls)
			}
		})
	}
}

// The exceptions alone cost at most a call for every ten.
func TestParameterStore_List_exceptions(t *testing.T) {
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("/p/_account/%012d", i))
	}
	for i := range 50 {
		names = append(names, fmt.Sprintf("/p/_except/e%02d", i))
	}
	calls := pagedStore(names)
	list, err := faked(calls).List(t.Context(), ExceptionsPath("/p"))
	if err != nil || len(list) != 50 || len(calls.calls) != 5 {
		t.Errorf("got %d exceptions, %v, by %d calls", len(list), err, len(calls.calls))
	}
}

func TestParameterStore_Part_fails(t *testing.T) {
	var many []string
	for i := range 20 {
		many = append(many, fmt.Sprintf("/p/_account/%012d", i))
	}
	denied := errors.New("denied")
	failAt := func(call int) *fakeCalls {
		calls := pagedStore(many)
		byPath, get := calls.byPath, calls.get
		calls.byPath = func(i *ssm.GetParametersByPathInput) (*ssm.GetParametersByPathOutput, error) {
			if len(calls.calls) == call {
				return nil, denied
			}
			return byPath(i)
		}
		calls.get = func(i *ssm.GetParametersInput) (*ssm.GetParametersOutput, error) {
			if len(calls.calls) == call {
				return nil, denied
			}
			return get(i)
		}
		return calls
	}
	for call := 1; call <= 3; call++ {
		list, whole, err := faked(failAt(call)).Part(t.Context(), "/p", "111111111111", "")
		if err == nil || whole || list != nil {
			t.Errorf("call %d fails: got %v, %t, %v", call, list, whole, err)
		}
	}
}
