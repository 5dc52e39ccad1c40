package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/doctor"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/doctortest"
	"amplify-boundary/internal/test/mototest"
)

// examine runs the doctor and returns a line for each check, without what differs from run to run.
func examine(t *testing.T, c *doctortest.Cloud, options doctor.Options) []string {
	t.Helper()
	cfg := mototest.Config(c.Serve(t), doctortest.Region)
	cfg.RetryMaxAttempts = 1
	options.Macro, options.Version, options.Pause = "AmplifyBoundary", "1.2.3", time.Millisecond
	options.Command = func(verb string, e environment.Environment) string {
		return registry.Command(verb, "/amplify-boundary", e)
	}
	options.Prefix, options.RegistryRegion = "/amplify-boundary", doctortest.Region
	d := doctor.Doctor{AWS: cfg, Registry: registry.NewParameterStore(cfg, doctortest.Region), Options: options}
	report, err := d.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return lines(report)
}

var random = regexp.MustCompile(`doctor-[0-9a-f]{12}|[0-9a-f]{64}`)

func lines(report doctor.Diagnosis) []string {
	var list []string
	for _, c := range report.Checks {
		line := fmt.Sprintf("%s %s", c.Status, c.Check)
		for _, part := range []string{c.Environment, c.Project} {
			if part != "" {
				line += " " + part
			}
		}
		line += ": " + c.Message
		if c.Advice != "" {
			line += "; " + c.Advice
		}
		list = append(list, random.ReplaceAllString(line, "…"))
	}
	return list
}

const (
	credentials = "ok credentials: arn:aws:iam::123456789012:user/ops, account 123456789012, region eu-west-1"
	devPolicy   = "arn:aws:iam::123456789012:policy/bookshop-dev"
	devBoundary = "ok boundary dev: " + devPolicy + " exists and allows something (SSM parameter /amplify-boundary/dev)"
	registered  = "ok macro: AmplifyBoundary is registered by stack amplify-boundary"
	function    = "ok function: " + doctortest.FunctionARN + ", in this account"
	settings    = "ok settings: hierarchy /amplify-boundary of eu-west-1, EXISTING_BOUNDARY=replace, NESTED_STACKS=bound"
	version     = "ok version: 1.2.3, the same as the command's"
	roleManager = "ok role manager: role manager is off in this account: no account property turns it on"
	devBound    = "ok change set dev: the role gets " + devPolicy
)

func TestDoctor(t *testing.T) {
	c := doctortest.Start(t)
	c.Put(t, "/amplify-boundary/dev", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/bookshop-${Environment}")
	c.Put(t, "/amplify-boundary/sandbox", "none")
	c.Put(t, "/amplify-boundary/shop/prod", "arn:aws:iam::123456789012:policy/bookshop-prod")

	t.Run("working", func(t *testing.T) {
		want := []string{credentials, "ok registry: 3 boundaries below /amplify-boundary", devBoundary,
			"ok boundary sandbox: none (SSM parameter /amplify-boundary/sandbox)",
			"ok boundary prod shop: arn:aws:iam::123456789012:policy/bookshop-prod exists and allows something (SSM parameter /amplify-boundary/shop/prod)",
			registered, function, settings, version, roleManager, devBound,
			"ok change set sandbox: the role gets no boundary",
			"ok change set prod shop: the role gets arn:aws:iam::123456789012:policy/bookshop-prod",
		}
		compare(t, want, examine(t, c, doctor.Options{}))
	})
	dev := doctor.Options{Environments: []environment.Environment{{Name: "dev"}}}
	three := "ok registry: 3 boundaries below /amplify-boundary"
	good := []string{credentials, three, devBoundary, registered, function, settings, version, roleManager, devBound}
	t.Run("one_environment", func(t *testing.T) { compare(t, good, examine(t, c, dev)) })
	t.Run("template_not_readable", func(t *testing.T) {
		defer set(&c.NoTemplate, true)()
		compare(t, good, examine(t, c, dev))
	})
	t.Run("nested", func(t *testing.T) {
		nested := dev
		nested.NestedBucket = "templates-of-apps"
		want := append(slices.Clone(good), "ok nested dev: the nested stack's template is copied (copies/….json), and its role gets "+devPolicy)
		compare(t, want, examine(t, c, nested))
	})

	const notAuthorized = "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: lambda:InvokeFunction on resource: " +
		"arn:aws:lambda:eu-west-1:123456789012:function:amplify-boundary-AmplifyBoundaryFunction-A1B2C3 because no identity-based policy allows the lambda:InvokeFunction action"

	// with returns the good checks, some of them replaced; an empty one is left out.
	with := func(replacements ...string) []string {
		var want []string
		for _, line := range good {
			kind, _, _ := strings.Cut(line, ":")
			_, kind, _ = strings.Cut(kind, " ")
			for _, r := range replacements {
				if strings.HasPrefix(r, "ok "+kind+":") || strings.HasPrefix(r, "warning "+kind+":") || strings.HasPrefix(r, "fault "+kind+":") || r == "no "+kind {
					line = r
				}
			}
			if !strings.HasPrefix(line, "no ") {
				want = append(want, line)
			}
		}
		return want
	}
	for name, test := range map[string]struct {
		set  func() (undo func())
		want []string
	}{
		"macro_gone": {func() func() { return set(&c.Unknown, true) }, with("fault change set dev: CloudFormation did not make the change set: " +
			"No transform named 123456789012::AmplifyBoundary found; register the macro here: deploy template.yaml, or member.template.yaml where the function is in another account")},
		"not_supported": {func() func() { return set(&c.Reason, "Transformation AmplifyBoundary is not supported.") }, with("fault change set dev: CloudFormation did not make the change set: " +
			"Transformation AmplifyBoundary is not supported; register the macro here: deploy template.yaml, or member.template.yaml where the function is in another account")},
		"invocation_denied": {func() func() { return set(&c.Reason, notAuthorized) }, with("fault change set dev: CloudFormation did not make the change set: " +
			notAuthorized + "; attach policy arn:aws:iam::123456789012:policy/deployer to the deploying principals")},
		"function_not_found": {func() func() {
			return set(&c.Reason, "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:amplify-boundary-AmplifyBoundaryFunction-A1B2C3")
		}, with("fault change set dev: CloudFormation did not make the change set: " +
			"Function not found: arn:aws:lambda:eu-west-1:123456789012:function:amplify-boundary-AmplifyBoundaryFunction-A1B2C3")},
		"no_error_message": {func() func() {
			return set(&c.Reason, "Transform 123456789012::AmplifyBoundary failed without an error message.")
		}, with(
			"fault change set dev: CloudFormation did not make the change set: Transform 123456789012::AmplifyBoundary failed without an error message")},
		"function_gone": {func() func() { return set(&c.Function, "ResourceNotFoundException") }, with(
			"fault function: "+doctortest.FunctionARN+", in this account, does not exist; no stack that declares the macro can be deployed; deploy the macro's stack again", "no settings", "no version")},
		"settings_denied": {func() func() { return set(&c.Function, "AccessDeniedException") }, with(
			"warning function: "+doctortest.FunctionARN+", in this account; cannot read its settings and version: access denied (because the test says so); allow lambda:GetFunctionConfiguration there", "no settings", "no version")},
		"another_version": {func() func() { return set(&c.Version, "1.2.2") }, with("warning version: the function's is 1.2.2, the command's is 1.2.3; use the same release for both")},
		"report": {func() func() { return set(&c.Variables, map[string]string{"MODE": "report"}) }, with(
			"warning settings: MODE is report: the function returns templates unchanged, and no role gets its boundary; deploy the macro's stack with Mode=enforce when its log shows what you expect",
			"warning change set dev: the role is unchanged, since MODE is report")},
		"another_hierarchy": {func() func() { return set(&c.Variables, map[string]string{"PARAMETER_PREFIX": "/other"}) }, with(
			"fault settings: the function reads the hierarchy /other, but this command read /amplify-boundary; give --prefix /other",
			"fault change set dev: CloudFormation did not make the change set: Transform 123456789012::AmplifyBoundary failed with: environment dev has no boundary: no SSM parameter found (looked up /other/dev, /other/_default); "+
				"add one with: amplify-boundary env add dev --prefix /other. Rollback requested by user")},
		"another_region": {func() func() { return set(&c.Variables, map[string]string{"PARAMETER_REGION": "us-east-1"}) }, with(
			"fault settings: the function reads the hierarchy of region us-east-1, but this command read that of eu-west-1; set PARAMETER_REGION=us-east-1")},
		"fixed_to_it": {func() func() { return set(&c.Variables, map[string]string{"ENVIRONMENT": "dev", "PROJECT": "shop"}) }, with(
			"ok settings: hierarchy /amplify-boundary of eu-west-1, EXISTING_BOUNDARY=replace, NESTED_STACKS=ignore, ENVIRONMENT=dev")},
		"fixed_to_another": {func() func() { return set(&c.Variables, map[string]string{"ENVIRONMENT": "prod"}) }, with(
			"ok settings: hierarchy /amplify-boundary of eu-west-1, EXISTING_BOUNDARY=replace, NESTED_STACKS=ignore, ENVIRONMENT=prod",
			"ok change set dev: the macro refuses it, as it should: Transform 123456789012::AmplifyBoundary failed with: the template names environment dev (transform parameter Environment), "+
				"but this account accepts only environment prod (setting ENVIRONMENT); deploy the stack in dev's account, or remove the name. Rollback requested by user")},
		"fixed_to_another_and_macro_gone": {func() func() {
			undo := set(&c.Variables, map[string]string{"ENVIRONMENT": "prod"})
			also := set(&c.Unknown, true)
			return func() { undo(); also() }
		}, with(
			"ok settings: hierarchy /amplify-boundary of eu-west-1, EXISTING_BOUNDARY=replace, NESTED_STACKS=ignore, ENVIRONMENT=prod",
			"fault change set dev: CloudFormation did not make the change set: No transform named 123456789012::AmplifyBoundary found; "+
				"register the macro here: deploy template.yaml, or member.template.yaml where the function is in another account")},
		"bad_settings": {func() func() { return set(&c.Variables, map[string]string{"MODE": "hunter"}) }, with(
			"fault settings: the function does not start: setting MODE is \"hunter\"; it must be enforce or report; correct the parameters of the macro's stack", "no version",
			"fault change set dev: CloudFormation did not make the change set: Received malformed response from transform 123456789012::AmplifyBoundary; read the function's log: it did not start, timed out, or no longer exists")},
		"role": {func() func() { return set(&c.Caller, "arn:aws:sts::123456789012:assumed-role/ops/maria") }, with(
			"ok credentials: arn:aws:sts::123456789012:assumed-role/ops/maria, account 123456789012, region eu-west-1")},
		"root": {func() func() { return set(&c.Caller, "arn:aws:iam::123456789012:root") }, with(
			"ok credentials: arn:aws:iam::123456789012:root, account 123456789012, region eu-west-1")},
		"change_set_denied": {func() func() { return set(&c.Failing, map[string]string{"CreateChangeSet": "AccessDenied"}) }, with(
			"fault change set dev: the change set could not be made: access denied (because the test says so); allow cloudformation:CreateChangeSet there")},
		"early_validation_twice": {func() func() { return set(&c.Early, 2) }, good},
		"early_validation": {func() func() { return set(&c.Early, 9) }, with(
			"fault change set dev: CloudFormation did not make the change set: The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]; " +
				"ResourceExistenceCheck: /Resources/Role the test says so; try again: early validation refused it 3 times, and is known to do so now and then")},
		"early_validation_not_readable": {func() func() {
			undo := set(&c.Early, 9)
			also := set(&c.Failing, map[string]string{"DescribeEvents": "AccessDenied"})
			return func() { undo(); also() }
		}, with(
			"fault change set dev: CloudFormation did not make the change set: The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]; " +
				"cannot read what it found: access denied (because the test says so); allow cloudformation:DescribeEvents there; " +
				"try again: early validation refused it 3 times, and is known to do so now and then")},
		"role_manager_on": {func() func() {
			return set(&c.Properties, map[string]string{"Other/Enabled": "true", "RoleManager/Enabled": "true"})
		}, with(
			"warning role manager: role manager is on in this account (account property RoleManager/Enabled): it makes roles that no template shows; " +
				"watch its roles with an audit, and keep it off where you can: the SCP denies iam:PutAccountProperties")},
		"role_manager_on_in_another_namespace": {func() func() { return set(&c.Properties, map[string]string{"IAM/Role-ManagerEnabled": "true"}) }, with(
			"warning role manager: role manager is on in this account (account property IAM/Role-ManagerEnabled): it makes roles that no template shows; " +
				"watch its roles with an audit, and keep it off where you can: the SCP denies iam:PutAccountProperties")},
		"role_manager_off": {func() func() { return set(&c.Properties, map[string]string{"RoleManager/Enabled": "false"}) }, good},
		"role_manager_denied": {func() func() { return set(&c.Failing, map[string]string{"GetAccountProperties": "AccessDenied"}) }, with(
			"warning role manager: cannot read whether role manager is on: access denied (because the test says so); allow iam:GetAccountProperties there")},
		"policy_denied": {func() func() { return set(&c.Failing, map[string]string{"GetPolicy": "AccessDenied"}) }, with(
			"warning boundary dev: " + devPolicy + " (SSM parameter /amplify-boundary/dev); cannot check whether it exists: ask IAM for policy " + devPolicy + ": access denied (because the test says so); allow iam:GetPolicy there")},
	} {
		t.Run(name, func(t *testing.T) {
			defer test.set()()
			compare(t, test.want, examine(t, c, dev))
			if left := c.Left(t); len(left) > 0 {
				t.Errorf("got left over: %q", left)
			}
		})
	}

	t.Run("another_registry", func(t *testing.T) {
		c.Put(t, "/other/qa", devPolicy)
		defer set(&c.Variables, map[string]string{"PARAMETER_PREFIX": "/other"})()
		got := examine(t, c, doctor.Options{Environments: []environment.Environment{{Name: "qa"}}})
		compare(t, []string{"fault change set qa: the macro should have refused it (environment qa has no boundary: no SSM parameter found (looked up /amplify-boundary/qa, /amplify-boundary/_default)), " +
			"but the role gets " + devPolicy + "; find out which hierarchy the function reads: its log names the SSM parameter"}, got[len(got)-1:])
	})
	t.Run("not_nested", func(t *testing.T) {
		defer set(&c.Variables, nil)()
		nested := dev
		nested.NestedBucket = "templates-of-apps"
		got := examine(t, c, nested)
		compare(t, []string{"fault nested: NESTED_STACKS is ignore, so nested stacks do not get the boundary; deploy the macro's stack with NestedStacks=bound"}, got[len(got)-1:])
	})
	t.Run("not_deleted", func(t *testing.T) {
		defer set(&c.Failing, map[string]string{"DeleteStack": "AccessDenied"})()
		got := examine(t, c, dev)
		compare(t, []string{devBound, "warning clean up: stack amplify-boundary-…, which is empty, could not be deleted: access denied (because the test says so); " +
			"allow cloudformation:DeleteStack there; delete it with: aws cloudformation delete-stack --stack-name amplify-boundary-… --region eu-west-1"}, got[len(got)-2:])
		if left := c.Left(t); len(left) != 1 {
			t.Errorf("got left over %q, want the stack", left)
		}
	})
	t.Run("account_fixed_to_an_environment_of_the_project", func(t *testing.T) {
		defer set(&c.Variables, map[string]string{"PROJECT": "shop"})()
		c.Put(t, "/amplify-boundary/_account/123456789012", "prod")
		got := examine(t, c, doctor.Options{})
		compare(t, []string{"ok account: it is fixed to environment prod (SSM parameter /amplify-boundary/_account/123456789012)"}, got[2:3])
		compare(t, []string{roleManager, "ok change set prod: the role gets arn:aws:iam::123456789012:policy/bookshop-prod"}, got[len(got)-2:])
	})
	t.Run("account_fixed_to_nothing", func(t *testing.T) {
		c.Put(t, "/amplify-boundary/_account/123456789012", "gone")
		const missing = "fixes the account to environment gone, but environment gone has no boundary: no SSM parameter found (looked up /amplify-boundary/gone, /amplify-boundary/_default); add one with: amplify-boundary env add gone"
		compare(t, []string{"fault account: SSM parameter /amplify-boundary/_account/123456789012 " + missing}, examine(t, c, doctor.Options{})[2:3])
	})
}

// What the registry says is looked at value by value, and the macro says the same.
func TestDoctor_registry(t *testing.T) {
	c := doctortest.Start(t)
	t.Run("empty", func(t *testing.T) {
		got := examine(t, c, doctor.Options{})
		compare(t, []string{credentials, "fault registry: there is no environment below /amplify-boundary; add an environment with: amplify-boundary env add NAME; " +
			"or give --registry-role, if another account keeps the boundaries", registered, function, settings, version, roleManager}, got)
		got = examine(t, c, doctor.Options{RegistryByRole: true})
		compare(t, []string{"fault registry: there is no environment below /amplify-boundary; add an environment with: amplify-boundary env add NAME"}, got[1:2])
	})
	c.Put(t, "/amplify-boundary/_default", devPolicy)
	t.Run("only_default", func(t *testing.T) {
		got := examine(t, c, doctor.Options{})
		compare(t, []string{roleManager, "warning change set: none was made: there is no environment below /amplify-boundary; name an environment with --environment"}, got[len(got)-2:])
	})
	c.Put(t, "/amplify-boundary/dev", devPolicy)
	t.Run("project_without_environments", func(t *testing.T) {
		got := examine(t, c, doctor.Options{Project: "shop"})
		compare(t, []string{roleManager, "warning change set: none was made: there is no environment below /amplify-boundary/shop; name an environment with --environment"}, got[len(got)-2:])
	})
	c.Put(t, "/amplify-boundary/gone", "arn:aws:iam::123456789012:policy/gone")
	c.Put(t, "/amplify-boundary/denies", "arn:aws:iam::123456789012:policy/deny-only")
	c.Put(t, "/amplify-boundary/foreign", "arn:aws:iam::210987654321:policy/foreign")
	c.Put(t, "/amplify-boundary/secret", "hunter2")
	const foreign = "SSM parameter /amplify-boundary/foreign holds arn:aws:iam::210987654321:policy/foreign: the policy is in account 210987654321, but the stack is in account 123456789012, " +
		"and IAM accepts a boundary only from the role's own account; use ${AWS::AccountId} or a policy of that account"
	const secret = "SSM parameter /amplify-boundary/secret holds neither a policy ARN (arn:<partition>:iam::<account>:policy/<name>) nor none; its value is not shown, since it may be a secret"
	const refused = ": CloudFormation did not make the change set: Transform 123456789012::AmplifyBoundary failed with: "
	t.Run("each_value", func(t *testing.T) {
		got := examine(t, c, doctor.Options{})
		want := []string{credentials, "ok registry: 6 boundaries below /amplify-boundary",
			"ok boundary _default: " + devPolicy + " exists and allows something (SSM parameter /amplify-boundary/_default)",
			"fault boundary denies: policy arn:aws:iam::123456789012:policy/deny-only has no Allow statement (SSM parameter /amplify-boundary/denies); as a boundary it denies everything; allow in it what roles may do",
			devBoundary,
			"fault boundary foreign: " + foreign + "; correct it with: amplify-boundary env update foreign",
			"fault boundary gone: policy arn:aws:iam::123456789012:policy/gone does not exist (SSM parameter /amplify-boundary/gone); create it in this account, or a deployment with it fails",
			"fault boundary secret: " + secret + "; correct it with: amplify-boundary env update secret",
			registered, function, settings, version, roleManager,
			"ok change set denies: the role gets arn:aws:iam::123456789012:policy/deny-only",
			devBound,
			"fault change set foreign" + refused + foreign + ". Rollback requested by user",
			"ok change set gone: the role gets arn:aws:iam::123456789012:policy/gone",
			"fault change set secret" + refused + secret + "; correct it with: amplify-boundary env update secret. Rollback requested by user",
		}
		compare(t, want, got)
		if strings.Contains(strings.Join(got, "\n"), "hunter2") {
			t.Error("got a value shown that may be a secret")
		}
	})
	t.Run("fall_back", func(t *testing.T) {
		got := examine(t, c, doctor.Options{Environments: []environment.Environment{{Name: "qa"}}})
		compare(t, []string{"ok boundary qa: " + devPolicy + " exists and allows something (SSM parameter /amplify-boundary/_default, for environments not named)"}, got[2:3])
		compare(t, []string{"ok change set qa: the role gets " + devPolicy}, got[len(got)-1:])
	})
	c.Put(t, "/amplify-boundary/_account/123456789012", "dev")
	t.Run("fixed_account", func(t *testing.T) {
		got := examine(t, c, doctor.Options{})
		compare(t, []string{"ok account: it is fixed to environment dev (SSM parameter /amplify-boundary/_account/123456789012)"}, got[2:3])
		compare(t, []string{roleManager, devBound}, got[len(got)-2:])
	})
	t.Run("fixed_account_refuses_others", func(t *testing.T) {
		got := examine(t, c, doctor.Options{Environments: []environment.Environment{{Name: "gone"}}})
		if last := got[len(got)-1]; !strings.HasPrefix(last, "ok change set gone: the macro refuses it, as it should: ") || !strings.Contains(last, "this account accepts only environment dev") {
			t.Errorf("got %s", last)
		}
	})
	t.Run("account_fixed_to_a_bad_name", func(t *testing.T) {
		c.Put(t, "/amplify-boundary/_account/123456789012", "not a name")
		got := examine(t, c, doctor.Options{})
		if !strings.HasPrefix(got[2], "fault account: SSM parameter /amplify-boundary/_account/123456789012 does not hold the name of an environment") {
			t.Errorf("got %s", got[2])
		}
	})
}

// An interrupt leaves nothing, whichever change set is being made.
func TestDoctor_interrupt(t *testing.T) {
	c := doctortest.Start(t)
	c.Put(t, "/amplify-boundary/dev", devPolicy)
	c.Slow = true
	cfg := mototest.Config(c.Serve(t), doctortest.Region)
	for i, stage := range []string{"role", "nested_stack", "copy"} {
		t.Run(stage, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			last := c.Trials() + i + 1
			c.OnPoll = func() {
				if c.Trials() == last {
					cancel()
				}
			}
			d := doctor.Doctor{AWS: cfg, Registry: registry.NewParameterStore(cfg, doctortest.Region), Options: doctor.Options{
				Prefix: "/amplify-boundary", Macro: "AmplifyBoundary", NestedBucket: "templates-of-apps", Pause: time.Millisecond}}
			report, err := d.Run(ctx)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want %v", err, context.Canceled)
			}
			if c.Trials() != last {
				t.Errorf("got %d change sets made, want %d", c.Trials(), last)
			}
			if left := c.Left(t); len(left) > 0 {
				t.Errorf("got left over: %q", left)
			}
			made := 0
			for _, check := range report.Checks {
				if check.Check == "change set" || check.Check == "nested" {
					made++
				}
			}
			if want := min(i, 1); made != want {
				t.Errorf("got %d checks of change sets, want %d, none of what was broken off", made, want)
			}
		})
	}
}

// set gives a variable another value until undo.
func set[T any](variable *T, value T) (undo func()) {
	before := *variable
	*variable = value
	return func() { *variable = before }
}

func compare(t *testing.T, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
