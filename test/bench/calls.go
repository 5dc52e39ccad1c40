package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/lambdatest"
)

// lookUp is a request, and how many calls to Parameter Store it may take.
type lookUp struct {
	name     string
	account  string // as the request has it
	params   string // of the transform
	fragment string
	settings map[string]string
	calls    int
}

const oneRole = `{"Resources":{"Role":{"Type":"AWS::IAM::Role"}}}`

// The hierarchy fixes one account to an environment, and leaves another free.
const (
	fixedAccountID = "444455556666"
	freeAccountID  = "777788889999"
)

// lookUps are the kinds of request. Only where an account is fixed to an environment that nobody names is the
// boundary looked up by a second call, since the first says what the account is fixed to. Where nobody names
// one in an account that is not fixed, the first call says so, and the request is refused.
func lookUps() []lookUp {
	const named = `{"Environment":"dev"}`
	return []lookUp{
		{"not fixed, named", freeAccountID, named, oneRole, nil, 1},
		{"not fixed, named with a project", freeAccountID, `{"Environment":"dev","Project":"shop"}`, oneRole, nil, 1},
		{"not fixed, by DEFAULT_ENVIRONMENT", freeAccountID, `{}`, oneRole, map[string]string{"DEFAULT_ENVIRONMENT": "dev"}, 1},
		{"not fixed, nobody names one", freeAccountID, `{}`, oneRole, nil, 1},
		{"fixed, named", fixedAccountID, named, oneRole, nil, 1},
		{"fixed, another named", fixedAccountID, `{"Environment":"prod"}`, oneRole, nil, 1},
		{"fixed, nobody names one", fixedAccountID, `{}`, oneRole, nil, 2},
		{"fixed by ENVIRONMENT", fixedAccountID, `{}`, oneRole, map[string]string{"ENVIRONMENT": "dev"}, 1},
		{"nothing to bound, nobody names one", fixedAccountID, `{}`, `{"Resources":{}}`, nil, 0},
	}
}

// countCalls counts the calls to Parameter Store of each kind of request, through the SDK.
func countCalls(ctx context.Context) ([]goal, error) {
	fmt.Print("\nCalls to Parameter Store for one request:\n\n")
	table := newTable("account and environment", "calls")
	var goals []goal
	for _, l := range lookUps() {
		calls, err := l.count(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		table.row(l.name, fmt.Sprint(calls))
		goals = append(goals, goal{"calls: " + l.name, float64(calls), atMost, float64(l.calls)})
	}
	return goals, table.print()
}

// count answers the request once, and returns how many calls arrived at a stand-in for Parameter Store.
func (l lookUp) count(ctx context.Context) (calls int, err error) {
	values := lambdatest.Serve(map[string]string{
		"/amplify-boundary/dev":                        "arn:aws:iam::${AWS::AccountId}:policy/dev",
		"/amplify-boundary/_account/" + fixedAccountID: "dev",
	})
	server := lambdatest.NewParameterStore(func(w http.ResponseWriter, r *http.Request, names []string) {
		calls++
		values(w, r, names)
	})
	defer server.Close()
	settings, err := macro.ReadSettings(func(name string) string { return l.settings[name] })
	if err != nil {
		return 0, err
	}
	store := registry.NewParameterStore(aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}, "")
	_, err = macro.NewHandler(settings, store, nil, io.Discard).Invoke(ctx, l.request())
	return calls, err
}

func (l lookUp) request() []byte {
	return fmt.Appendf(nil, `{"requestId":"id-1","region":"eu-west-1","accountId":%q,"transformId":"%s::AmplifyBoundary","params":%s,"templateParameterValues":{},"fragment":%s}`,
		l.account, l.account, l.params, l.fragment)
}
