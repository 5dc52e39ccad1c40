package assess_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/impact"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/iamtest"
	"amplify-boundary/internal/test/mototest"
)

const (
	region   = "eu-west-1"
	policies = "arn:aws:iam::" + mototest.AccountID + ":policy/boundaries/"
)

// bookshop is an account in moto with four stacks, each with a role: three of environment dev, and one of test.
type bookshop struct {
	moto string
	used map[string][]iamtest.Service
}

func newBookshop(t *testing.T) bookshop {
	t.Helper()
	b := bookshop{moto: mototest.Start(t)}
	cfg := mototest.Config(b.moto, region)
	const most = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	for name, statements := range map[string]string{
		"dev": most, "test": most + `,{"Sid":"NoQueues","Effect":"Deny","Action":"sqs:*","Resource":"*"}`,
		"dev-2": most + `,{"Sid":"NoScan","Effect":"Deny","Action":"dynamodb:Scan","Resource":"*"},{"Sid":"OwnBucket","Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::bookshop/*"}`,
	} {
		mototest.CreatePolicy(t, cfg, "boundaries/"+name, `{"Version":"2012-10-17","Statement":[`+statements+`]}`)
	}
	for name, value := range map[string]string{"dev": policies + "dev", "test": policies + "${Environment}", "shop/dev": policies + "dev", "sandbox": "none",
		"_except/platform": `{"roles":["platform-*"],"reason":"it deploys the others"}`} {
		mototest.PutParameter(t, b.moto, region, "/amplify-boundary/"+name, value, types.ParameterTypeString)
	}
	client := cloudformation.NewFromConfig(cfg)
	for _, s := range []struct{ name, environment, role, boundary string }{
		{"bookshop-api", "dev", "bookshop-api-ApiFunctionRole-1A2B3C4D5E6F", "dev"}, {"bookshop-orders", "dev", "orders", "dev"},
		{"bookshop-web", "dev", "web", "test"}, {"bookshop-platform", "dev", "platform-deployer", "test"}, {"bookshop-test", "test", "tester", "dev"},
	} {
		body := fmt.Sprintf(`{"Transform":"AmplifyBoundary","Parameters":{"env":{"Type":"String","Default":%q}},"Resources":{"Role":{"Type":"AWS::IAM::Role",
			"Properties":{"RoleName":%q,"PermissionsBoundary":%q,"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}}}}`, s.environment, s.role, policies+s.boundary)
		if _, err := client.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: &s.name, TemplateBody: aws.String(body)}); err != nil {
			t.Fatal(err)
		}
	}
	day := func(n int) time.Time { return time.Now().AddDate(0, 0, -n).Add(-time.Minute) }
	b.used = map[string][]iamtest.Service{
		arn("bookshop-api-ApiFunctionRole-1A2B3C4D5E6F"): {
			{Namespace: "dynamodb", Last: day(3), Actions: []iamtest.Action{{Name: "GetItem"}, {Name: "Scan", Last: day(3)}}},
			{Namespace: "s3", Last: day(0), Actions: []iamtest.Action{{Name: "PutObject", Last: day(0)}, {Name: "DeleteBucket", Last: day(120)}}}},
		arn("orders"): {{Namespace: "sqs", Last: day(1)}},
		arn("web"):    {{Namespace: "s3"}},
		arn("tester"): {{Namespace: "sqs", Last: day(10)}},
	}
	return b
}

func arn(role string) string { return "arn:aws:iam::" + mototest.AccountID + ":role/" + role }

// TestMain keeps the AWS SDK from the machine's configuration. Each run of the command has a profile of its own, which
// leads to its stand-in, so that tests run at the same time.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "assess")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		for _, variable := range append(mototest.Offline(), "AWS_CONFIG_FILE="+filepath.Join(dir, "config")) {
			name, value, _ := strings.Cut(variable, "=")
			os.Setenv(name, value)
		}
		return m.Run()
	}())
}

// run runs the command in the account, whose IAM a test can change.
func (b bookshop) run(t *testing.T, iam *iamtest.IAM, answers string, arguments ...string) (exit int, out, errors string) {
	t.Helper()
	iam.Used, iam.Running = b.used, -1 // the jobs have ended before the first poll
	endpoint := iam.Start(t, b.moto)
	profile := strings.TrimPrefix(endpoint, "http://127.0.0.1:")
	file, err := os.OpenFile(os.Getenv("AWS_CONFIG_FILE"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := fmt.Fprintf(file, "[profile p%s]\nregion = %s\nendpoint_url = %s\naws_access_key_id = id\naws_secret_access_key = secret\n", profile, region, endpoint); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	streams := command.IO{In: strings.NewReader(answers), Out: &stdout, Err: &stderr, Getenv: os.Getenv, Terminal: answers != ""}
	exit = program.Run(t.Context(), streams, append(arguments, "--profile", "p"+profile))
	return exit, stdout.String(), stderr.String()
}

const notice = "amplify-boundary: IAM's data lags by up to four hours, counts denied attempts, and does not name resources\n"

// One account serves all tests.
func TestAssess(t *testing.T) {
	b := newBookshop(t)
	for name, test := range map[string]func(*testing.T, bookshop){
		"impact": testImpact, "forms": testForms, "denied": testDenied, "auditor": testAuditor, "loss": testLoss,
	} {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
}

func testImpact(t *testing.T, b bookshop) {
	file := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(file, []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["dynamodb:*","sqs:Send*"],"Resource":"*"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(large, []byte(`{"Statement":{"Effect":"Allow","Action":"`+strings.Repeat("a", 7000)+`","Resource":"*"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		line     string
		exit     int
		out, err string
	}{
		"lost": {"--environment dev --permissions-boundary " + policies + "${Environment}-2", 3, `ROLE                                     STACK         ACTION         LAST USED   RESULT   STATEMENT
bookshop-api-ApiFu...nRole-1A2B3C4D5E6F  bookshop-api  dynamodb:Scan  3 days ago  lost     NoScan
bookshop-api-ApiFu...nRole-1A2B3C4D5E6F  bookshop-api  s3:PutObject   today       depends  OwnBucket

1 of 3 roles would lose 1 action that it used in the last 90 days; 1 use depends on resource or request; 1 role left out by exceptions
`, notice},
		"kept": {"--environment dev", 0, "no role of 3 would lose an action that it used in the last 90 days; 1 role left out by exceptions\n", notice},
		"own_of_each": {"--environment dev --environment test", 3, `ROLE    STACK          ACTION  LAST USED    RESULT  STATEMENT
tester  bookshop-test  sqs     10 days ago  lost    NoQueues

1 of 4 roles would lose 1 action that it used in the last 90 days; 1 role left out by exceptions
`, notice},
		"file": {"--environment dev --policy " + file, 3, `ROLE                                    STACK            ACTION        LAST USED  RESULT   STATEMENT
bookshop-api-ApiFu...Role-1A2B3C4D5E6F  bookshop-api     s3:PutObject  today      lost     -
orders                                  bookshop-orders  sqs           1 day ago  depends  1

1 of 3 roles would lose 1 action that it used in the last 90 days; 1 use depends on resource or request; 1 role left out by exceptions
`, notice},
		"all": {"--environment dev --all --role orders", 0, `ROLE    STACK            ACTION  LAST USED  RESULT  STATEMENT
orders  bookshop-orders  sqs     1 day ago  kept    1

no role of 1 would lose an action that it used in the last 90 days
`, notice},
		"long_ago": {"--environment dev --role bookshop-api-ApiFunctionRole-1A2B3C4D5E6F --days 200 --permissions-boundary " + policies + "dev-2", 3, `ROLE                                 STACK         ACTION           LAST USED     RESULT   STATEMENT
bookshop-api-Api...ole-1A2B3C4D5E6F  bookshop-api  dynamodb:Scan    3 days ago    lost     NoScan
bookshop-api-Api...ole-1A2B3C4D5E6F  bookshop-api  s3:DeleteBucket  120 days ago  depends  OwnBucket
bookshop-api-Api...ole-1A2B3C4D5E6F  bookshop-api  s3:PutObject     today         depends  OwnBucket

1 of 1 role would lose 1 action that it used in the last 200 days; 2 uses depend on resource or request
`, notice},
		"none":     {"--environment dev --permissions-boundary none", 0, "no role of 3 would lose an action that it used in the last 90 days; 1 role left out by exceptions\n", notice},
		"no_roles": {"--environment sandbox", 0, "no role belongs to environment sandbox\n", ""},
		"new_name": {"--environment new --permissions-boundary " + policies + "dev-2", 0, "no role belongs to environment new\n", ""},

		"accounts": {"--environment dev --role orders --all --accounts 444455556666," + mototest.AccountID, 0, `ACCOUNT       ROLE    STACK            ACTION  LAST USED  RESULT  STATEMENT
123456789012  orders  bookshop-orders  sqs     1 day ago  kept    1

no role of 1 would lose an action that it used in the last 90 days
`, notice},
		"accounts/missing_role": {"--environment dev --role gone --accounts 444455556666," + mototest.AccountID, 1, "",
			"amplify-boundary: error: role gone does not exist in a stack of environment dev; see the roles with: amplify-boundary audit --all\n"},

		"missing_policy": {"--environment test --permissions-boundary " + policies + "gone", 1, `ROLE    STACK          ACTION  LAST USED  RESULT   STATEMENT
tester  bookshop-test  -       -          unknown  -

it is not known whether a role would lose an action that it used in the last 90 days; something is not known of 1 role
`, "amplify-boundary: error: role tester: policy " + policies + "gone: the policy does not exist\n" + notice},
		"missing_role":        {"--environment dev --role tester --role web", 1, "", "amplify-boundary: error: role tester does not exist in a stack of environment dev; see the roles with: amplify-boundary audit --all\n"},
		"missing_stack":       {"--environment dev --stack-name gone", 1, "", "amplify-boundary: error: stack gone does not exist in the regions that were read; name other regions with --regions\n"},
		"missing_environment": {"--environment dev --environment gone", 1, "", "amplify-boundary: error: environment gone does not exist below /amplify-boundary; list the environments with: amplify-boundary env list\n"},
		"no_environment":      {"--days 7", 2, "", "amplify-boundary: error: --environment is required\namplify-boundary: hint: see: amplify-boundary impact --help\n"},
		"too_many_days":       {"--environment dev --days 401", 1, "", "amplify-boundary: error: --days is 401; it must be 1 to 400, as far back as IAM knows\n"},
		"bad_boundary":        {"--environment dev --permissions-boundary hunter2", 1, "", "amplify-boundary: error: --permissions-boundary is neither a policy ARN (arn:<partition>:iam::<account>:policy/<name>) nor none\n"},
		"large_policy":        {"--environment dev --policy " + large, 1, "", "amplify-boundary: error: " + large + ": the policy has 7059 characters, and IAM accepts at most 6144 in a boundary\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exit, out, errors := b.run(t, &iamtest.IAM{}, "", append([]string{"impact"}, strings.Fields(test.line)...)...)
			for line := range strings.Lines(out) {
				if len(line) > 100+1 && strings.Contains(line, "  ") {
					t.Errorf("a row of the table has %d columns", len(line)-1)
				}
			}
			if exit != test.exit || out != test.out || errors != test.err {
				t.Errorf("got exit code %d, want %d\n%s\n%s", exit, test.exit, out, errors)
			}
		})
	}
}

// The forms for programs have the same members, and the whole names.
func testForms(t *testing.T, b bookshop) {
	line := []string{"impact", "--environment", "dev", "--permissions-boundary", policies + "dev-2", "--output"}
	exit, out, errors := b.run(t, &iamtest.IAM{}, "", append(line, "json")...)
	report, err := impact.Parse([]byte(out))
	if exit != 3 || err != nil || !strings.Contains(errors, "1 of 3 roles would lose 1 action") {
		t.Fatalf("got exit code %d, %v\n%s", exit, err, errors)
	}
	for i := range report.Uses {
		report.Uses[i].LastUsed = ""
	}
	const role = "bookshop-api-ApiFunctionRole-1A2B3C4D5E6F"
	lost := impact.Use{Account: mototest.AccountID, Role: role, ARN: arn(role), Stack: "bookshop-api", Region: region, Environment: "dev", Boundary: policies + "dev-2",
		Action: "dynamodb:Scan", Result: impact.Lost, Statement: "NoScan", Message: "statement NoScan denies it"}
	depends := lost
	depends.Action, depends.Result, depends.Statement = "s3:PutObject", impact.Depends, "OwnBucket"
	depends.Message = "statement OwnBucket denies it for some resources or requests"
	if diff := cmp.Diff([]impact.Use{lost, depends}, report.Uses); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(impact.Totals{Roles: 3, Losing: 1, Actions: 1, Lost: 1, Depends: 1, Kept: 1, Excepted: 1}, report.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if exit, out, _ = b.run(t, &iamtest.IAM{}, "", append(line, "csv")...); exit != 3 {
		t.Fatalf("got exit code %d", exit)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("got %d rows, %v", len(rows), err)
	}
	rows[1][8] = ""
	want := []string{mototest.AccountID, role, lost.ARN, "bookshop-api", region, "dev", lost.Boundary, "dynamodb:Scan", "", "lost", "NoScan", lost.Message}
	if diff := cmp.Diff(want, rows[1]); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
}

// A denied call names the action that the caller needs, and the rest is complete.
func testDenied(t *testing.T, b bookshop) {
	for _, action := range []string{"GenerateServiceLastAccessedDetails", "SimulateCustomPolicy", "GetPolicy", "GetAccountAuthorizationDetails", "GetTemplate"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			exit, _, errors := b.run(t, &iamtest.IAM{Refuse: map[string]string{action: "AccessDenied"}}, "", "impact", "--environment", "test")
			if exit != 1 || !strings.Contains(errors, ":"+action+" there") {
				t.Errorf("got exit code %d\n%s", exit, errors)
			}
		})
	}
}

// env update and env add write only what takes nothing away, or what somebody accepts.
func testLoss(t *testing.T, b bookshop) {
	const (
		loss  = "1 of 3 roles would lose 1 action that it used in the last 90 days; 1 use depends on resource or request; 1 role left out by exceptions"
		table = "amplify-boundary: ROLE                  STACK         ACTION         LAST USED   RESULT  STATEMENT"
	)
	update := "env update dev --permissions-boundary " + policies
	for name, test := range map[string]struct {
		line    string
		answers string
		iam     *iamtest.IAM
		exit    int
		want    []string // in standard error
		wrote   bool
	}{
		"lost":             {update + "dev-2 --impact", "", &iamtest.IAM{}, 3, []string{table, notice, "error: " + loss + "; nothing was written; accept it with --accept-loss\n"}, false},
		"lost_with_yes":    {update + "dev-2 --impact --yes", "y\n", &iamtest.IAM{}, 3, []string{"nothing was written; accept it with --accept-loss\n"}, false},
		"asked_no":         {update + "dev-2 --impact", "\n", &iamtest.IAM{}, 1, []string{"warning: " + loss + "\n", "Write the boundary? (y/N", "error: the loss is not accepted; nothing was written\n"}, false},
		"asked_yes":        {update + "dev-2 --impact", "yes\n", &iamtest.IAM{}, 0, []string{"warning: " + loss + "\n"}, true},
		"accepted":         {update + "dev-2 --impact --accept-loss", "", &iamtest.IAM{}, 0, []string{"amplify-boundary: " + loss + "\n"}, true},
		"accept_alone":     {update + "dev-2 --accept-loss", "", &iamtest.IAM{}, 1, []string{"error: --accept-loss can only be used with --impact\n"}, false},
		"unknown":          {update + "dev-2 --impact", "", &iamtest.IAM{Refuse: map[string]string{"SimulateCustomPolicy": "AccessDenied"}}, 1, []string{"allow iam:SimulateCustomPolicy there", "nothing was written"}, false},
		"unknown_accepted": {update + "dev-2 --impact --accept-loss", "", &iamtest.IAM{Refuse: map[string]string{"SimulateCustomPolicy": "AccessDenied"}}, 0, nil, true},
		"policy_missing":   {update + "gone --impact", "", &iamtest.IAM{}, 1, []string{"the policy does not exist"}, false},
		"project":          {update + "dev-2 --impact --project shop", "", &iamtest.IAM{}, 0, []string{"no role belongs to environment dev\n"}, true},
		"to_none":          {"env update dev --permissions-boundary none --impact", "", &iamtest.IAM{}, 0, nil, true},
		"add":              {"env add new --impact --permissions-boundary " + policies + "dev-2", "", &iamtest.IAM{}, 0, []string{"no role belongs to environment new\n"}, true},
		"add_default":      {"env add _default --impact --permissions-boundary " + policies + "dev-2", "", &iamtest.IAM{}, 1, []string{"--impact needs an environment, and _default is for all that have no entry"}, false},
		"findings": {update + "dev-2 --impact --accept-loss", "", &iamtest.IAM{Findings: []iamtest.Finding{{Type: "ERROR", Code: "INVALID_ACTION", Details: "The action does not exist."}, {Type: "SUGGESTION", Code: "EMPTY_ARRAY"},
			{Type: "SECURITY_WARNING", Code: "ALLOW_ALL", Details: "It allows all."}}}, 0,
			[]string{"warning: policy " + policies + "dev-2: The action does not exist. (INVALID_ACTION)\n", "warning: policy " + policies + "dev-2: It allows all. (ALLOW_ALL)\n"}, true},
		"findings_denied": {update + "dev-2 --impact --accept-loss", "", &iamtest.IAM{Refuse: map[string]string{"ValidatePolicy": "AccessDenied"}}, 0,
			[]string{"hint: IAM Access Analyzer was not asked about the policy: validate the policy: access denied (because the test says so); allow access-analyzer:ValidatePolicy there\n"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prefix := "/" + strings.ReplaceAll(name, "_", "-") // each test has a hierarchy of its own
			for entry, value := range map[string]string{"dev": policies + "dev", "shop/dev": policies + "dev", "_except/platform": `{"roles":["platform-*"],"reason":"it deploys the others"}`} {
				mototest.PutParameter(t, b.moto, region, prefix+"/"+entry, value, types.ParameterTypeString)
			}
			before := b.parameters(t, prefix)
			exit, out, errors := b.run(t, test.iam, test.answers, append(strings.Fields(test.line), "--prefix", prefix)...)
			if exit != test.exit {
				t.Errorf("got exit code %d, want %d", exit, test.exit)
			}
			for _, want := range test.want {
				if !strings.Contains(errors, want) {
					t.Errorf("there is no %q", want)
				}
			}
			wrote := !cmp.Equal(before, b.parameters(t, prefix))
			if wrote != test.wrote || (out != "") != test.wrote {
				t.Errorf("wrote: %t, want %t\n%s", wrote, test.wrote, out)
			}
			if t.Failed() {
				t.Log(errors)
			}
		})
	}
}

// parameters returns the SSM parameters below a prefix.
func (b bookshop) parameters(t *testing.T, prefix string) map[string]string {
	t.Helper()
	list, err := registry.NewParameterStore(mototest.Config(b.moto, region), "").List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]string)
	for _, p := range list {
		values[p.Name] = p.Value
	}
	return values
}

// The policy for auditors has what the commands call, and nothing else except what --accounts calls.
func testAuditor(t *testing.T, b bookshop) {
	iam := &iamtest.IAM{Stacks: true, Decoded: map[string]string{"encoded": "{}"}}
	page, file := filepath.Join(t.TempDir(), "page.html"), filepath.Join(t.TempDir(), "registry.json")
	for _, line := range []string{"audit --regions all", "report --to " + page, "impact --environment dev", "simulate --environment dev --action s3:GetObject",
		"simulate --environment dev --action s3:GetObject", "env add new --impact --permissions-boundary " + policies + "dev-2 --registry " + file} {
		if exit, out, errors := b.run(t, iam, "", strings.Fields(line)...); exit != 0 && exit != 3 {
			t.Errorf("%s: got exit code %d\n%s%s", line, exit, out, errors)
		}
	}
	for _, denial := range []string{
		"User: arn:aws:sts::" + mototest.AccountID + ":assumed-role/web/x is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k with an explicit deny in a permissions boundary: " + policies + "test\n",
		"You are not authorized to perform this operation. Encoded authorization failure message: encoded\n",
	} {
		if exit, out, errors := b.run(t, iam, denial, "explain"); exit != 0 {
			t.Errorf("explain: got exit code %d\n%s%s", exit, out, errors)
		}
	}
	exit, out, errors := b.run(t, &iamtest.IAM{}, "", "policy", "auditor")
	var policy struct {
		Statement []struct{ Action []string }
	}
	if err := json.Unmarshal([]byte(out), &policy); exit != 0 || err != nil {
		t.Fatalf("got exit code %d, %v\n%s", exit, err, errors)
	}
	want := append(iam.Seen(), "sts:AssumeRole", "organizations:ListAccounts")
	var got []string
	for _, s := range policy.Statement {
		got = append(got, s.Action...)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the policy (-called +allowed):\n%s", diff)
	}
}
