package program_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"amplify-boundary/internal/test/commandtest"
)

// Names that a terminal obeys, or that the runner of a pipeline reads as commands.
var forgedNames = []string{
	"::stop-commands::x", "  ::add-mask::x", "a\n::error::x", "a\r::error::x", "##vso[task.setvariable variable=X]Y", "##[set-output name=sarif;]x",
	"x###[group]y", "\u001b[2J", "\u009b31m", "\u202egnp", "\u2028::x", "\u0085::x",
}

// In every form and on both streams, no name that a pull request chooses becomes a command.
func TestNames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no files of such names")
	}
	for i, name := range forgedNames {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			write := func(file string, value any) string {
				text, isText := value.(string)
				if !isText {
					encoded, err := json.Marshal(value)
					if err != nil {
						t.Fatal(err)
					}
					text = string(encoded)
				}
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				return file
			}
			type object = map[string]any
			role := object{"Type": "AWS::IAM::Role", "Properties": object{"AssumeRolePolicyDocument": object{}}}
			resources := object{
				name: role, "Stack": object{"Type": "AWS::CloudFormation::Stack", "Properties": object{"TemplateURL": name + ".json"}},
				name + "2": object{"Type": "AWS::CloudFormation::Stack", "Properties": object{"TemplateURL": "none.json"}},
				name + "3": object{"Type": "Custom::" + name},
			}
			template := write(name+".json", object{"Resources": resources})
			write("dir/"+name+".json", object{"Resources": object{name: role, "": object{"Type": name}}})
			write("dir/"+name+".yaml", "Resources: [")
			write("dir/"+name+"/a.yaml", "Resources:\n  R: {Type: AWS::IAM::Role}\n")
			plain := write(name+".plain.json", object{"Resources": object{name: role}})
			write("declared.json", object{"Transform": []any{"AmplifyBoundary", name}, "Resources": resources})
			registry := write("registry.json", object{
				"/amplify-boundary/dev": "arn:aws:iam::123456789012:policy/dev", "/amplify-boundary/" + name: name,
				"/amplify-boundary/_except/" + name: "{", "/amplify-boundary/_account/" + name: "dev",
			})
			request := write("request.json", object{
				"requestId": "1", "region": "eu-west-1", "accountId": "123456789012", "transformId": "123456789012::AmplifyBoundary",
				"params": object{"Environment": "dev"}, "templateParameterValues": object{}, "fragment": object{"Resources": object{name: role, name + "2": object{"Type": "AWS::Serverless::Function"}}},
			})
			bound := write("bound.json", object{
				"requestId": name, "region": "eu-west-1", "accountId": "123456789012", "transformId": "123456789012::AmplifyBoundary",
				"params": object{"Environment": "dev"}, "templateParameterValues": object{}, "fragment": object{"Resources": object{name: role}},
			})
			event := write("event.json", object{
				"awsAccountId": "123456789012", "stackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/" + name + "/1", "hookTypeName": "A::B::C",
				"hookModel": "LambdaHook", "actionInvocationPoint": "CREATE_PRE_PROVISION", "clientRequestToken": name,
				"requestData": object{"targetName": "AWS::IAM::Role", "targetType": "AWS::IAM::Role", "targetLogicalId": name,
					"targetModel": object{"resourceProperties": object{"RoleName": name, "PermissionsBoundary": name}}},
				"requestContext": object{"invocation": 1},
			})
			found := object{"kind": "missing", "role": name, "arn": name, "boundary": name, "location": "stack", "stack": name, "root": name, "region": name,
				"logicalId": name, "environment": name, "message": name, "repair": name, "note": name}
			report := write("audit.json", object{"format": 1, "scope": object{"account": name, "regions": []string{name}, "stacks": []string{name}}, "totals": object{},
				"roles": []any{found}, "exceptions": []any{}, "errors": []string{name}, "warnings": []string{name}})
			for _, arguments := range [][]string{
				{"check", template, "dir", "declared.json", "--environment", "dev"},
				{"check", template, "dir", "declared.json", "--environment", "dev", "--output", "json"},
				{"check", template, "dir", "declared.json", "--environment", "dev", "--output", "sarif"},
				{"check", template, "dir", "declared.json", "--environment", "dev", "--output", "github"},
				{"check", name + ".missing"},
				{"check", "dir", "--environment", name},
				{"check", "dir", "--exclude", "[" + name},
				{"declare", "--check", template, "dir/" + name},
				{"declare", "--check", template, "dir", "--output", "json"},
				{"undeclare", "--check", "declared.json"},
				{"declare", template, "--environment", name},
				{"declare", template, "--environment-parameter", name},
				{"transform", template, "--environment", "dev"},
				{"transform", plain, "--environment", "dev"},
				{"transform", plain, "--environment", "dev", "--diff"},
				{"transform", plain, "--environment", "dev", "--recursive", "--to", name + ".bound"},
				{"transform", "declared.json", "--environment", "dev"},
				{"transform", template, "--environment", name},
				{"invoke", request},
				{"invoke", bound},
				{"invoke", bound, "--diff"},
				{"guard", event},
				{"report", report, "--to", "-"},
				{"report", "--to", "page/" + name, report},
				{"env", "list"},
				{"env", "list", "--output", "json"},
				{"env", "show", name},
				{"except", "list"},
				{"except", "list", "--output", "json"},
				{"except", "show", name},
				{"account", "list"},
				{"account", "list", "--output", "json"},
				{"account", "import", name + ".json"},
				{name},
				{"check", "--" + name},
			} {
				environ := map[string]string{"AMPLIFY_BOUNDARY_REGISTRY": registry, "AWS_REGION": "eu-west-1"}
				if arguments[0] == "invoke" || arguments[0] == "guard" || arguments[0] == "transform" {
					arguments = append(arguments, "--registry", registry)
				}
				exit, stdout, stderr := commandtest.Run(t, environ, nil, arguments...)
				if stdout == "" && stderr == "" {
					t.Errorf("%q: exit code %d, and nothing is printed", arguments, exit)
				}
				for stream, text := range map[string]string{"stdout": stdout, "stderr": stderr} {
					for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
						if arguments[len(arguments)-1] == "github" && stream == "stdout" {
							line = strings.TrimPrefix(strings.TrimPrefix(line, "::error "), "::warning ")
						}
						isCommand := strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[")
						isControl := strings.ContainsFunc(line, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
						if isCommand || isControl {
							t.Errorf("%q: %s has the line %q", arguments, stream, line)
						}
					}
				}
			}
		})
	}
}
