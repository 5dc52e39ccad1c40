package audit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
)

// recorder answers the AWS CLI's calls with success, and remembers them.
type recorder struct {
	mutex sync.Mutex
	calls []string // the action with those parameters that matter
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if err := request.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	action := request.PostForm.Get("Action")
	call := action
	for _, name := range []string{"StackName", "RoleName", "PermissionsBoundary", "ChangeSetName", "DeploymentMode", "UsePreviousTemplate",
		"Parameters.member.1.ParameterKey", "Parameters.member.1.UsePreviousValue", "Capabilities.member.1", "Capabilities.member.2"} {
		if value := request.PostForm.Get(name); value != "" {
			call += " " + value
		}
	}
	r.mutex.Lock()
	r.calls = append(r.calls, call)
	r.mutex.Unlock()
	result := map[string]string{
		"DescribeChangeSet": "<Status>CREATE_COMPLETE</Status>",
		"DescribeStacks":    "<Stacks><member><StackName>one</StackName><StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks>",
	}[action]
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, result)
}

// What repairs is run as it is printed, by a shell and by AWS's own command, which knows each option and parameter.
func TestRepair_commands(t *testing.T) {
	aws := mototest.Installed(t, "aws")
	previous := " true env true CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND"
	for name, test := range map[string]struct {
		template, boundary, environment string
		status                          cfn.StackStatus
		want                            []string
	}{
		"by_hand": {declared, "", "dev", "", []string{
			"CreateChangeSet one revert-drift REVERT_DRIFT" + previous, "DescribeChangeSet one revert-drift", "ExecuteChangeSet one revert-drift", "DescribeStacks one"}},
		"stale":            {declared, "dev-1", "dev", "", []string{"UpdateStack one" + previous, "DescribeStacks one"}},
		"stuck":            {declared, "dev-1", "dev", cfn.StackStatusUpdateRollbackFailed, []string{"ContinueUpdateRollback one"}},
		"lost":             {declared, "", "dev", cfn.StackStatusRollbackComplete, []string{"DeleteStack one"}},
		"extra_undeclared": {undeclared, "dev", "free", "", []string{"DeleteRolePermissionsBoundary one"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := newAccount()
			account.stack("one", "", test.template, test.boundary, env(test.environment)).StackStatus = test.status
			report, err := account.run(t, Options{})
			if err != nil || len(report.Roles) != 1 {
				t.Fatalf("got %+v, %v", report.Roles, err)
			}
			checkCommand(t, aws, report.Roles[0].Repair, test.want)
		})
	}
	t.Run("nested_by_hand", func(t *testing.T) {
		t.Parallel()
		account := newAccount()
		account.stack("root", "", undeclared, "dev")
		account.stack("child", "root", declared, "", env("dev"))
		report, err := account.run(t, Options{})
		if err != nil || len(report.Roles) != 1 {
			t.Fatalf("got %+v, %v", report.Roles, err)
		}
		checkCommand(t, aws, report.Roles[0].Repair, []string{"PutRolePermissionsBoundary child " + policy + "dev"})
	})
}

// checkCommand runs a command and compares the calls that it makes.
func checkCommand(t *testing.T, aws, line string, want []string) {
	t.Helper()
	var called recorder
	server := httptest.NewServer(&called)
	defer server.Close()
	command := exec.CommandContext(t.Context(), "bash", "-c", line)
	command.Env = append(mototest.Environ(server.URL, "eu-west-1"), "AWS_DEFAULT_REGION=eu-west-1", "PATH="+filepath.Dir(aws)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	if diff := cmp.Diff(want, called.calls); diff != "" {
		t.Errorf("%s\ncalls (-want +got):\n%s", line, strings.TrimSpace(diff))
	}
}
