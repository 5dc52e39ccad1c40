package doctor

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
)

type installation struct {
	stack    account.Stack
	function string // ARN; empty where it is not known
	config   *lambda.GetFunctionConfigurationOutput
}

// checkMacro looks for the stack that registers the macro. CloudFormation does not list macros; the change sets show whether
// the macro is registered.
func (d *Doctor) checkMacro(ctx context.Context) {
	// Its usual name is tried first. Looking for the macro needs another call.
	stack, err := account.FindStack(ctx, d.AWS, "amplify-boundary")
	if err == nil && stack.Outputs["MacroName"] != d.Options.Macro || errors.Is(err, account.ErrNoStack) {
		var name string
		if name, err = account.StackOf(ctx, d.AWS, "AWS::CloudFormation::Macro", d.Options.Macro); err == nil {
			stack, err = account.FindStack(ctx, d.AWS, name)
		}
	}
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
	if parsed, _ := arn.Parse(function); parsed.AccountID != d.caller.AccountID {
		where = "in account " + parsed.AccountID
		call.Also = "let account " + parsed.AccountID + " allow it, or ask its operators"
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
	} else {
		d.found("function", OK, "", "%s, %s", function, where)
	}
	d.checkSettings(config)
}

// checkSettings compares the function's settings with the hierarchy that this command read, and its version with the command's.
func (d *Doctor) checkSettings(config *lambda.GetFunctionConfigurationOutput) {
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
	region := cmp.Or(settings.ParameterRegion, d.AWS.Region) // the function runs where stacks are deployed
	switch {
	case settings.ParameterPrefix != d.Options.Prefix:
		d.found("settings", Fault, "give --prefix "+settings.ParameterPrefix,
			"the function reads the hierarchy %s, but this command read %s", settings.ParameterPrefix, d.Options.Prefix)
	case d.Options.RegistryRegion != "" && region != d.Options.RegistryRegion:
		d.found("settings", Fault, "set PARAMETER_REGION="+region,
			"the function reads the hierarchy of region %s, but this command read that of %s", region, d.Options.RegistryRegion)
	case settings.Mode == macro.Report:
		d.found("settings", Warning, "deploy the macro's stack with Mode=enforce when its log shows what you expect",
			"MODE is report: the function returns templates unchanged, and no role gets its boundary")
	default:
		fixed := ""
		if settings.Environment.IsFixed() {
			fixed = ", " + environment.FixedSetting + "=" + settings.Environment.Fixed
		}
		d.found("settings", OK, "", "hierarchy %s of %s, EXISTING_BOUNDARY=%s, NESTED_STACKS=%s%s",
			settings.ParameterPrefix, region, settings.Existing, settings.NestedStacks, fixed)
	}
	switch match := versionForm.FindStringSubmatch(aws.ToString(config.Description)); {
	case match == nil:
		d.found("version", Warning, "deploy the macro's stack with the template.yaml of this version",
			"the function's description has no version; the command's is %s", d.Options.Version)
	case match[1] != d.Options.Version:
		d.found("version", Warning, "use the same release for both", "the function's is %s, the command's is %s", match[1], d.Options.Version)
	default:
		d.found("version", OK, "", "%s, the same as the command's", match[1])
	}
}

// versionForm matches the version that template.yaml puts in the function's description.
var versionForm = regexp.MustCompile(`amplify-boundary ([0-9][A-Za-z0-9.+-]*)$`)
