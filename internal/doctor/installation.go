package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
)

// defaultStack is the usual name of the macro's stack.
const defaultStack = "amplify-boundary"

// installation is what is known of the macro.
type installation struct {
	stack    account.Stack
	function string // ARN; empty where it is not known
	config   *lambda.GetFunctionConfigurationOutput
}

// inAccount returns the account of the function.
func (i installation) inAccount() string {
	if parts := strings.Split(i.function, ":"); len(parts) > 4 {
		return parts[4]
	}
	return ""
}

// checkMacro looks for the stack that registers the macro. CloudFormation does not list macros; the change sets show whether
// the macro is registered.
func (d *Doctor) checkMacro(ctx context.Context) {
	stack, err := d.macroStack(ctx)
	if errors.Is(err, account.ErrNoStack) {
		d.found("macro", Warning, "deploy template.yaml here, or member.template.yaml where the function is in another account, or name the macro with --macro",
			"no stack of this account and region registers %s; a macro that a deleted stack left works as long as its function exists", d.Options.Macro)
		return
	}
	if err != nil {
		d.found("macro", Warning, "", "cannot find the stack that registers %s: %v", d.Options.Macro, err)
		return
	}
	d.installed.stack = stack
	d.installed.function = cmp.Or(stack.Outputs["FunctionArn"], stack.Parameters["FunctionArn"])
	switch {
	case strings.HasPrefix(stack.Status, "DELETE_"), strings.HasSuffix(stack.Status, "_FAILED"):
		d.found("macro", Warning, "deploy it again", "%s is registered by stack %s, which is in state %s", d.Options.Macro, stack.Name, stack.Status)
	default:
		d.found("macro", OK, "", "%s is registered by stack %s", d.Options.Macro, stack.Name)
	}
}

// macroStack finds the stack that registers the macro: by its usual name, otherwise by the macro.
func (d *Doctor) macroStack(ctx context.Context) (account.Stack, error) {
	stack, err := account.FindStack(ctx, d.AWS, defaultStack)
	if err == nil && stack.Outputs["MacroName"] == d.Options.Macro || err != nil && !errors.Is(err, account.ErrNoStack) {
		return stack, err
	}
	name, err := account.StackOf(ctx, d.AWS, "AWS::CloudFormation::Macro", d.Options.Macro)
	if err != nil {
		return account.Stack{}, err
	}
	return account.FindStack(ctx, d.AWS, name)
}

// checkFunction looks at the macro's function.
func (d *Doctor) checkFunction(ctx context.Context) {
	function := d.installed.function
	if function == "" {
		if d.installed.stack.Name != "" {
			d.found("function", Warning, "deploy it with the template of this version", "stack %s has no output FunctionArn, so its function is not known", d.installed.stack.Name)
		}
		return
	}
	where := "in this account"
	call := awsapi.Call{Service: "Lambda", Action: "lambda:GetFunctionConfiguration"}
	if other := d.installed.inAccount(); other != d.caller.AccountID {
		where = "in account " + other
		call.Also = "let account " + other + " allow it, or ask its operators"
	}
	config, err := lambda.NewFromConfig(awsapi.Limited(d.AWS)).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(function)})
	if missing := (*types.ResourceNotFoundException)(nil); errors.As(err, &missing) {
		d.found("function", Fault, "deploy the macro's stack again", "%s, %s, does not exist; no stack that declares the macro can be deployed", function, where)
		return
	}
	if err != nil {
		d.found("function", Warning, "", "%s, %s; cannot read its settings and version: %v", function, where, call.Explain(ctx, err))
		return
	}
	d.installed.config = config
	if config.State == types.StateFailed || config.LastUpdateStatus == types.LastUpdateStatusFailed {
		d.found("function", Fault, "deploy the macro's stack again", "%s, %s, is in state %s, its last update in state %s", function, where, config.State, config.LastUpdateStatus)
		return
	}
	d.found("function", OK, "", "%s, %s", function, where)
}

// checkSettings reads the function's settings and its version.
func (d *Doctor) checkSettings(context.Context) {
	config := d.installed.config
	if config == nil {
		return
	}
	variables := map[string]string{}
	if config.Environment != nil {
		variables = config.Environment.Variables
	}
	settings, err := macro.ReadSettings(func(name string) string { return variables[name] })
	if err != nil {
		d.found("settings", Fault, "correct the parameters of the macro's stack", "the function does not start: %v", err)
		return
	}
	byAccount := d.settings.Environment
	d.settings = settings
	if !settings.Environment.IsFixed() && byAccount.IsFixed() {
		byAccount.Project, byAccount.Default = settings.Environment.Project, settings.Environment.Default
		d.settings.Environment = byAccount
	}
	d.found(d.settingsCheck(settings))
	d.found(d.versionCheck(aws.ToString(config.Description)))
}

// settingsCheck compares the function's settings with the hierarchy that this command read.
func (d *Doctor) settingsCheck(s macro.Settings) (check string, status Status, advice, message string) {
	region := cmp.Or(s.ParameterRegion, d.AWS.Region) // the function runs where stacks are deployed
	switch {
	case s.ParameterPrefix != d.Options.Prefix:
		return "settings", Fault, "give --prefix " + s.ParameterPrefix,
			fmt.Sprintf("the function reads the hierarchy %s, but this command read %s", s.ParameterPrefix, d.Options.Prefix)
	case d.Options.RegistryRegion != "" && region != d.Options.RegistryRegion:
		return "settings", Fault, "set PARAMETER_REGION=" + region,
			fmt.Sprintf("the function reads the hierarchy of region %s, but this command read that of %s", region, d.Options.RegistryRegion)
	case s.Mode == macro.Report:
		return "settings", Warning, "deploy the macro's stack with Mode=enforce when its log shows what you expect", "MODE is report: the function returns templates unchanged, and no role gets its boundary"
	default:
		message := fmt.Sprintf("hierarchy %s of %s, EXISTING_BOUNDARY=%s, NESTED_STACKS=%s", s.ParameterPrefix, region, s.Existing, s.NestedStacks)
		if s.Environment.IsFixed() {
			message += ", " + environment.FixedSetting + "=" + s.Environment.Fixed
		}
		return "settings", OK, "", message
	}
}

// versionForm matches the version that template.yaml puts in the function's description.
var versionForm = regexp.MustCompile(`amplify-boundary ([0-9][A-Za-z0-9.+-]*)$`)

// versionCheck compares the function's version with the command's.
func (d *Doctor) versionCheck(description string) (check string, status Status, advice, message string) {
	switch match := versionForm.FindStringSubmatch(description); {
	case match == nil:
		return "version", Warning, "deploy the macro's stack with the template.yaml of this version", "the function's description has no version; the command's is " + d.Options.Version
	case match[1] != d.Options.Version:
		return "version", Warning, "use the same release for both", fmt.Sprintf("the function's is %s, the command's is %s", match[1], d.Options.Version)
	default:
		return "version", OK, "", match[1] + ", the same as the command's"
	}
}
