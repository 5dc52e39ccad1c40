package docs

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/test/lambdatest"
	"amplify-boundary/internal/test/mototest"
)

// The story of enforcement.md, with the guard's own program: the guard refuses a stack that was deployed without the transform,
// the audit finds it, the commands that the audit prints repair it, and then it passes both.
func TestStory(t *testing.T) {
	s := newStory(t)
	const boundary = "arn:aws:iam::" + mototest.AccountID + ":policy/boundaries/dev"
	s.run(t, 0, `aws iam create-policy --path /boundaries/ --policy-name dev --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'`)
	s.run(t, 0, "amplify-boundary init dev --permissions-boundary "+boundary)
	s.run(t, 0, "amplify-boundary account set "+mototest.AccountID+" dev")

	s.write(t, "orders.yaml", `Resources:
  OrderFunctionRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: orders-function
      AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}
`)
	s.run(t, 0, deployment("orders.yaml"))
	s.run(t, 0, `aws iam create-role --role-name by-hand --assume-role-policy-document '{"Version":"2012-10-17","Statement":[]}'`)
	if got := s.ask(t, s.boundaryOf(t, "orders-function")); got.ErrorCode != guard.NonCompliant {
		t.Errorf("the guard answers %+v", got)
	}

	repairs := printedRepairs(s.run(t, 3, "amplify-boundary audit"))
	if len(repairs) != 2 {
		t.Fatalf("the audit prints %q, want two repairs", repairs)
	}
	for _, repair := range repairs {
		// The operator knows from which file the stack was deployed.
		s.run(t, 0, strings.Replace(repair, "TEMPLATE", "orders.yaml", 1))
	}
	s.deployAgain(t)

	for _, role := range []string{"orders-function", "by-hand"} {
		if got := s.boundaryOf(t, role); got != boundary {
			t.Errorf("%s has boundary %q", role, got)
		}
	}
	if got := s.ask(t, s.boundaryOf(t, "orders-function")); got.HookStatus != guard.Success {
		t.Errorf("the guard answers %+v", got)
	}
	s.run(t, 0, "amplify-boundary audit")
}

// printedRepairs returns the commands that an audit prints below its table. Other advice is indented deeper.
func printedRepairs(output string) []string {
	var list []string
	for line := range strings.Lines(output) {
		if command, is := strings.CutPrefix(line, "  "); is && !strings.HasPrefix(command, " ") {
			list = append(list, strings.TrimSuffix(command, "\n"))
		}
	}
	return list
}

func deployment(template string) string {
	return "aws cloudformation deploy --stack-name orders --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND --template-file " + template
}

// A story is an account with the guard.
type story struct {
	dir   string
	env   []string
	guard *lambdatest.Function
}

func newStory(t *testing.T) *story {
	t.Helper()
	aws := filepath.Dir(mototest.Installed(t, "aws"))
	bin := t.TempDir()
	bootstrap, err := lambdatest.Build(bin, "amplify-boundary/cmd/guard")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "amplify-boundary"), "amplify-boundary/cmd/amplify-boundary").CombinedOutput(); err != nil {
		t.Fatalf("build the command: %v: %s", err, out)
	}
	variables := append(mototest.Environ(mototest.Start(t), "eu-west-1"), "AWS_DEFAULT_REGION=eu-west-1")
	s := &story{dir: t.TempDir(), env: append(variables, "PATH="+strings.Join([]string{bin, aws, os.Getenv("PATH")}, string(os.PathListSeparator)))}
	if s.guard, err = lambdatest.Start(t.Context(), []string{bootstrap}, variables...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.guard.Stop() })
	return s
}

func (s *story) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command line, which must exit with a code, and returns its standard output.
func (s *story) run(t *testing.T, code int, line string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bash", "-c", line)
	command.Dir, command.Env = s.dir, s.env
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if got := command.ProcessState.ExitCode(); got != code {
		t.Fatalf("%s: exit code %d (%v), want %d:\n%s%s", line, got, err, code, out, stderr.String())
	}
	return string(out)
}

// boundaryOf returns the boundary that IAM has for a role, or "".
func (s *story) boundaryOf(t *testing.T, role string) string {
	t.Helper()
	arn := s.run(t, 0, "aws iam get-role --role-name "+role+" --query Role.PermissionsBoundary.PermissionsBoundaryArn --output text")
	return strings.TrimPrefix(strings.TrimSpace(arn), "None")
}

// ask sends the guard the event that CloudFormation sends for the stack's role.
func (s *story) ask(t *testing.T, boundary string) guard.Answer {
	t.Helper()
	properties := `{"RoleName": "orders-function"}`
	if boundary != "" {
		properties = fmt.Sprintf(`{"RoleName": "orders-function", "PermissionsBoundary": %q}`, boundary)
	}
	response, err := s.guard.Invoke([]byte(`{"clientRequestToken": "token", "awsAccountId": "`+mototest.AccountID+`",
		"stackId": "arn:aws:cloudformation:eu-west-1:`+mototest.AccountID+`:stack/orders/1", "actionInvocationPoint": "CREATE_PRE_PROVISION",
		"requestData": {"targetName": "AWS::IAM::Role", "targetLogicalId": "OrderFunctionRole", "targetModel": {"resourceProperties": `+properties+`}}}`), time.Minute)
	if err != nil {
		t.Fatalf("%v; the guard's log:\n%s", err, s.guard.Log())
	}
	var answer guard.Answer
	if err := json.Unmarshal(response, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// deployAgain deploys the stack's template through the macro. moto does not run macros, so it gets the processed template, with
// the declaration that CloudFormation keeps in the original. moto's updates do not change boundaries, so the stack is created
// again.
func (s *story) deployAgain(t *testing.T) {
	t.Helper()
	s.run(t, 0, "amplify-boundary transform orders.yaml > processed.json && amplify-boundary declare processed.json --environment dev")
	s.run(t, 0, "aws cloudformation delete-stack --stack-name orders")
	s.run(t, 0, deployment("processed.json"))
}
