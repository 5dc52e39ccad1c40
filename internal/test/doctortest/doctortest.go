// Package doctortest stands in for AWS with an installation of the macro, for tests: moto with what it lacks, namely macros in
// change sets, the settings of functions, and the properties of accounts.
package doctortest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/mototest"
	"amplify-boundary/internal/test/must"
	"amplify-boundary/internal/test/stacktest"
)

// What the installation consists of.
const (
	Region      = "eu-west-1"
	FunctionARN = "arn:aws:lambda:eu-west-1:123456789012:function:macro"
	Allowing    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	Denying     = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`
)

// Cloud is AWS with an installation. Its fields say what is wrong with the installation.
type Cloud struct {
	Config     aws.Config        // of moto, without the stand-in
	Registry   aws.Config        // of the account whose hierarchy the function reads
	Variables  map[string]string // the function's environment
	Version    string            // in the function's description
	Function   string            // error code for a call that reads the function's settings
	Unknown    bool              // whether the macro is not registered
	Reason     string            // why CloudFormation refuses the change set without calling the macro; empty: it calls it
	Early      int               // how many change sets early validation still refuses
	Properties map[string]string // of the account
	NoTemplate bool              // whether a change set's template cannot be read, as in LocalStack
	Failing    map[string]string // action -> error code
	Slow       bool              // whether a change set is still in progress in the third answer
	OnPoll     func()            // is called before a change set is described
	Caller     string            // ARN
	Calls      map[string]bool   // what was called: service and action, as policies name them

	mutex  sync.Mutex
	trials map[string]outcome // by the stack's name
	polled map[string]int     // how often the change set of a stack was described
	macros map[string]string  // name of a macro -> name of its stack
}

// outcome is the macro's answer for a template.
type outcome struct{ template, reason string }

// Start starts AWS with an installation that works.
func Start(t *testing.T) *Cloud {
	t.Helper()
	endpoint := mototest.Start(t)
	c := &Cloud{
		Config: mototest.Config(endpoint, Region), Version: "1.2.3", Caller: "arn:aws:iam::123456789012:user/ops",
		Variables: map[string]string{"NESTED_STACKS": "bound", "NESTED_TEMPLATE_BUCKET": "copies"}, Failing: map[string]string{}, Calls: map[string]bool{},
		trials: map[string]outcome{}, polled: map[string]int{}, macros: map[string]string{},
	}
	for name, document := range map[string]string{"bookshop-dev": Allowing, "bookshop-prod": Allowing, "deny-only": Denying} {
		mototest.CreatePolicy(t, c.Config, name, document)
	}
	for _, bucket := range []string{"copies", "templates-of-apps"} {
		mototest.CreateBucket(t, endpoint, Region, bucket)
	}
	c.Registry = c.Config
	c.Deploy(t, "amplify-boundary", "AmplifyBoundary", FunctionARN)
	return c
}

// Deploy creates a macro's stack with its outputs, but without the macro, which moto does not have.
func (c *Cloud) Deploy(t *testing.T, name, macro, function string) {
	t.Helper()
	c.macros[macro] = name
	template := fmt.Sprintf(`{"Parameters":{"NestedTemplateBuckets":{"Type":"String","Default":"cdk-*,templates-*"}},
"Resources":{"Copies":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"%s"}}},
"Outputs":{"MacroName":{"Value":%q},"FunctionArn":{"Value":%q},"NestedTemplateBucketName":{"Value":"copies"},"DeployerPolicyArn":{"Value":"arn:aws:iam::123456789012:policy/deployer"}}}`,
		name, macro, function)
	mototest.CreateStack(t, c.Config, name, template, nil)
}

// Put writes a value of the registry.
func (c *Cloud) Put(t *testing.T, name, value string) {
	t.Helper()
	mototest.PutParameter(t, aws.ToString(c.Config.BaseEndpoint), Region, name, value, types.ParameterTypeString)
}

// Serve starts the stand-in, which ends with the test, and returns its URL.
func (c *Cloud) Serve(t *testing.T) string {
	t.Helper()
	return mototest.Before(t, aws.ToString(c.Config.BaseEndpoint), func(w http.ResponseWriter, r *http.Request, moto http.Handler) {
		call := mototest.ReadCall(r)
		if call.Action == "DescribeChangeSet" && c.OnPoll != nil {
			c.OnPoll()
		}
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.answer(t, w, r, call, moto)
	})
}

func (c *Cloud) answer(t *testing.T, w http.ResponseWriter, r *http.Request, call mototest.Call, moto http.Handler) {
	action, form, stack := call.Action, call.Form, call.Form.Get("StackName")
	if action == "" { // of Lambda or S3
		action = map[string]string{http.MethodGet: "GetFunctionConfiguration", http.MethodPut: "PutObject", http.MethodDelete: "DeleteObject"}[r.Method]
	}
	c.Calls[call.Service+":"+action] = true
	if code := c.Failing[action]; code != "" {
		mototest.Refuse(w, http.StatusForbidden, code, "because the test says so")
		return
	}
	if call.Service == "cloudformation" && strings.HasPrefix(action, "Delete") && c.Slow && c.polled[stack] <= 3 {
		t.Errorf("%s of stack %s while its change set is in progress", action, stack)
	}
	switch {
	case call.Service == "lambda":
		c.answerFunction(w, r)
	case action == "GetCallerIdentity":
		mototest.Answer(w, action, "<Arn>"+c.Caller+"</Arn><Account>123456789012</Account>")
	case action == "CreateChangeSet":
		c.trials[stack] = c.process(t, form)
		moto.ServeHTTP(w, r)
	case action == "DescribeChangeSet":
		c.describe(w, stack, form.Get("IncludePropertyValues") == "true")
	case action == "DescribeEvents":
		mototest.Answer(w, action, `<OperationEvents><member><EventType>STACK_EVENT</EventType></member><member><EventType>VALIDATION_ERROR</EventType>`+
			`<ValidationName>ResourceExistenceCheck</ValidationName><ValidationPath>/Resources/Role</ValidationPath><ValidationStatus>FAILED</ValidationStatus>`+
			`<ValidationStatusReason>the test says so</ValidationStatusReason></member></OperationEvents>`)
	case action == "GetAccountProperties":
		entries := ""
		for name, value := range c.Properties {
			entries += "<entry><key>" + name + "</key><value>" + value + "</value></entry>"
		}
		mototest.Answer(w, action, "<Properties>"+entries+"</Properties>")
	case action == "GetTemplate" && c.NoTemplate:
		mototest.Refuse(w, http.StatusNotImplemented, "InternalFailure", "")
	case action == "GetTemplate":
		mototest.Answer(w, action, "<TemplateBody>"+mototest.Escape(c.trials[stack].template)+"</TemplateBody>")
	case action == "DescribeStackResources":
		id := form.Get("PhysicalResourceId")
		mototest.AnswerOwner(w, c.macros[id], "AWS::CloudFormation::Macro", id)
	default:
		moto.ServeHTTP(w, r)
	}
}

// answerFunction answers for Lambda.
func (c *Cloud) answerFunction(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if c.Function != "" {
		w.Header().Set("X-Amzn-Errortype", c.Function)
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"Message":"because the test says so"}`)
		return
	}
	_ = json.MarshalWrite(w, map[string]any{
		"FunctionName": "macro", "FunctionArn": FunctionARN, "State": "Active", "LastUpdateStatus": "Successful",
		"Description": "CloudFormation macro AmplifyBoundary, amplify-boundary " + c.Version, "Environment": map[string]any{"Variables": c.Variables},
	})
}

// process runs the macro over the template of a change set, as CloudFormation does.
func (c *Cloud) process(t *testing.T, form url.Values) outcome {
	template := []byte(form.Get("TemplateBody"))
	if url := form.Get("TemplateURL"); url != "" {
		located, err := nested.Locate(url)
		if err == nil {
			template, err = nested.NewS3(c.Config, "").Read(t.Context(), located)
		}
		if err != nil {
			t.Error(err)
			return outcome{}
		}
	}
	section, err := declare.Read(template)
	if err != nil || len(section.Transforms()) != 1 {
		t.Errorf("got error %v, want a template with one transform:\n%s", err, template)
		return outcome{}
	}
	name := section.Transforms()[0].Name
	if c.Unknown {
		return outcome{reason: fmt.Sprintf("No transform named 123456789012::%s found.", name)}
	}
	if c.Reason != "" {
		return outcome{reason: c.Reason}
	}
	if c.Early > 0 {
		c.Early--
		return outcome{reason: "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]."}
	}
	settings, err := macro.ReadSettings(func(name string) string { return c.Variables[name] })
	if err != nil {
		return outcome{reason: "Received malformed response from transform 123456789012::AmplifyBoundary."}
	}
	handler := macro.NewHandler(settings, registry.NewParameterStore(c.Registry, ""), nested.NewS3(c.Config, settings.NestedBucket), io.Discard)
	stack := stacktest.CloudFormation{Name: name, Levels: 1, Macro: func(t testing.TB, request []byte) []byte {
		answer, _ := handler.Invoke(context.WithoutCancel(t.Context()), request) // which returns no error
		return answer
	}}.Create(t, "check", template, nil)
	if stack.Refusal != "" {
		return outcome{reason: "Transform 123456789012::AmplifyBoundary failed with: " + stack.Refusal + ". Rollback requested by user."}
	}
	return outcome{template: string(stack.Processed)}
}

// describe answers with the status of a change set, which is in progress in the first answer.
func (c *Cloud) describe(w http.ResponseWriter, stack string, values bool) {
	o := c.trials[stack]
	c.polled[stack]++
	status, changes := "CREATE_COMPLETE", ""
	switch {
	case c.polled[stack] == 1 || c.Slow && c.polled[stack] <= 3:
		status = "CREATE_IN_PROGRESS"
	case o.reason != "":
		status = "FAILED"
	}
	if values {
		var template struct {
			Resources map[string]struct {
				Type       string
				Properties any
			}
		}
		_ = json.Unmarshal([]byte(o.template), &template)
		for id, resource := range template.Resources {
			context, _ := json.Marshal(map[string]any{"Properties": resource.Properties})
			changes += fmt.Sprintf(`<member><Type>Resource</Type><ResourceChange><LogicalResourceId>%s</LogicalResourceId><ResourceType>%s</ResourceType><AfterContext>%s</AfterContext></ResourceChange></member>`,
				id, resource.Type, mototest.Escape(string(context)))
		}
	}
	mototest.Answer(w, "DescribeChangeSet", fmt.Sprintf("<Status>%s</Status><StatusReason>%s</StatusReason><Changes>%s</Changes>", status, mototest.Escape(o.reason), changes))
}

// Left lists what a check should have removed: its stacks and objects.
func (c *Cloud) Left(t *testing.T) []string {
	t.Helper()
	var left []string
	stacks, err := cloudformation.NewFromConfig(c.Config).DescribeStacks(context.WithoutCancel(t.Context()), &cloudformation.DescribeStacksInput{})
	must.Succeed(t, err)
	for _, s := range stacks.Stacks {
		if name := aws.ToString(s.StackName); strings.HasPrefix(name, "amplify-boundary-doctor") {
			left = append(left, name+" "+string(s.StackStatus))
		}
	}
	for _, bucket := range []string{"copies", "templates-of-apps"} {
		for _, key := range mototest.Objects(t, aws.ToString(c.Config.BaseEndpoint), Region, bucket) {
			left = append(left, bucket+"/"+key)
		}
	}
	slices.Sort(left)
	return left
}

// Trials returns how many change sets were created.
func (c *Cloud) Trials() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return len(c.trials)
}
