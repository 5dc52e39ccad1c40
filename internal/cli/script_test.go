package cli_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/rogpeppe/go-internal/testscript"

	"amplify-boundary/internal/cli"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/mototest"
)

var update = flag.Bool("update", false, "write what the scripts compare with, and the command reference")

// In a script the command is this test's own binary, so it runs with the script's environment variables
// only, and as many times at once as there are scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"amplify-boundary": func() {
			streams := cli.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv}
			os.Exit(cli.Run(context.Background(), streams, os.Args[1:]))
		},
	})
}

// offline keeps the AWS SDK from the configuration and the credentials of the machine.
func offline() []string {
	return []string{
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
	}
}

// The directories whose scripts run with a registry file and, the same scripts, with Parameter Store. Such a
// script gives each command $REGISTRY and $PREFIX; the prefix is "/" and the script's own name.
func scriptsForEveryRegistry() []string {
	return []string{filepath.Join("testdata", "env"), filepath.Join("testdata", "amplify")}
}

func TestScripts(t *testing.T) {
	testscript.Run(t, params(filepath.Join("testdata", "script"), world{environ: offline()}))
}

func TestScriptsWithRegistryFile(t *testing.T) {
	for _, dir := range scriptsForEveryRegistry() {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			testscript.Run(t, params(dir, world{
				environ:  append(offline(), "AWS_REGION=eu-west-1", "AMPLIFY_BOUNDARY_REGISTRY=$WORK/registry.json"),
				registry: "--registry=$WORK/registry.json", // where the environment variable leads, too
				put: func(script *testscript.TestScript, name, value string, _ types.ParameterType) {
					script.Check(putInFile(filepath.Join(script.Getenv("WORK"), "registry.json"), name, value))
				},
			}))
		})
	}
}

// The scripts of this test call SSM, IAM and STS as moto plays them, one moto for all.
func TestScriptsWithParameterStore(t *testing.T) {
	endpoint := oneAtATime(t, mototest.Start(t))
	// The scripts about the function's side read the default hierarchy. Each region holds other values.
	for _, parameter := range []struct {
		region, name, value string
		kind                types.ParameterType
	}{
		{"eu-west-1", "/amplify-boundary/dev", "arn:aws:iam::123456789012:policy/dev", types.ParameterTypeString},
		{"eu-west-1", "/amplify-boundary/sealed", "arn:aws:iam::${AWS::AccountId}:policy/sealed", types.ParameterTypeSecureString},
		{"eu-west-1", "/amplify-boundary/shop/_default", "arn:aws:iam::123456789012:policy/shop", types.ParameterTypeString},
		{"eu-west-1", "/amplify-boundary/foreign", "arn:aws:iam::210987654321:policy/foreign", types.ParameterTypeString},
		{"eu-west-1", "/elsewhere/dev", "arn:aws:iam::123456789012:policy/elsewhere", types.ParameterTypeString},
		{"us-east-1", "/amplify-boundary/dev", "arn:aws:iam::123456789012:policy/virginia", types.ParameterTypeString},
	} {
		mototest.PutParameter(t, endpoint, parameter.region, parameter.name, parameter.value, parameter.kind)
	}
	w := awsWorld(t, endpoint)
	for _, dir := range append(scriptsForEveryRegistry(), filepath.Join("testdata", "parameterstore")) {
		t.Run(filepath.Base(dir), func(t *testing.T) { testscript.Run(t, params(dir, w)) })
	}
}

// world is what scripts run in.
type world struct {
	environ  []string
	registry string // the flag that $REGISTRY stands for
	aws      bool   // scripts ask by the condition [aws]
	put      func(script *testscript.TestScript, name, value string, kind types.ParameterType)
	describe func(script *testscript.TestScript, name string) string
}

func params(dir string, w world) testscript.Params {
	return testscript.Params{
		Dir:                 dir,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for _, variable := range w.environ {
				env.Vars = append(env.Vars, strings.ReplaceAll(variable, "$WORK", env.WorkDir))
			}
			env.Setenv("REGISTRY", strings.ReplaceAll(w.registry, "$WORK", env.WorkDir))
			env.Setenv("PREFIX", "--prefix=/"+strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"))
			return nil
		},
		Condition: func(condition string) (bool, error) {
			if condition != "aws" {
				return false, fmt.Errorf("unknown condition %q", condition)
			}
			return w.aws, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"mask":     mask,
			"undated":  undated,
			"columns":  columns,
			"accounts": accounts,
			"put":      w.putCommand,
			"describe": w.describeCommand,
		},
	}
}

// putCommand writes an SSM parameter as somebody else would: put NAME VALUE [SecureString]
func (w world) putCommand(script *testscript.TestScript, negated bool, arguments []string) {
	kind := types.ParameterTypeString
	switch {
	case len(arguments) == 3 && arguments[2] == string(types.ParameterTypeSecureString):
		kind = types.ParameterTypeSecureString
	case negated || len(arguments) != 2:
		script.Fatalf("usage: put NAME VALUE [SecureString]")
	}
	w.put(script, arguments[0], arguments[1], kind)
}

// describeCommand writes the type and the description of an SSM parameter to a file: describe NAME FILE
func (w world) describeCommand(script *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 2 {
		script.Fatalf("usage: describe NAME FILE")
	}
	script.Check(os.WriteFile(script.MkAbs(arguments[1]), []byte(w.describe(script, arguments[0])+"\n"), 0o600))
}

func putInFile(file, name, value string) error {
	store := registry.NewFile(file)
	held, found, err := store.Parameter(context.Background(), name)
	if err != nil {
		return err
	}
	if !found {
		return store.Add(context.Background(), name, value)
	}
	_, err = store.Replace(context.Background(), held, value)
	return err
}

// exits runs a program that must end with an exit code: exits CODE PROGRAM ARGUMENT...
func exits(script *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 2 {
		script.Fatalf("usage: exits CODE PROGRAM ARGUMENT...")
	}
	want, err := strconv.Atoi(arguments[0])
	script.Check(err)
	got := 0
	if err := script.Exec(arguments[1], arguments[2:]...); err != nil {
		exit := (*exec.ExitError)(nil)
		if !errors.As(err, &exit) {
			script.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		script.Fatalf("got exit code %d, want %d", got, want)
	}
}

// columns checks that no line of a file, or of stdout, is longer than a limit: columns LIMIT FILE
func columns(script *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 2 {
		script.Fatalf("usage: columns LIMIT FILE")
	}
	limit, err := strconv.Atoi(arguments[0])
	script.Check(err)
	lines := strings.Split(script.ReadFile(arguments[1]), "\n")
	if i := slices.IndexFunc(lines, func(line string) bool { return len(line) > limit }); i >= 0 {
		script.Fatalf("line %d has %d columns: %s", i+1, len(lines[i]), lines[i])
	}
}

// accounts writes a CSV file that fixes so many accounts to an environment: accounts NUMBER ENVIRONMENT FILE
func accounts(script *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 3 {
		script.Fatalf("usage: accounts NUMBER ENVIRONMENT FILE")
	}
	number, err := strconv.Atoi(arguments[0])
	script.Check(err)
	text := "account,environment\n"
	for i := range number {
		text += fmt.Sprintf("%012d,%s\n", i, arguments[1])
	}
	script.Check(os.WriteFile(script.MkAbs(arguments[2]), []byte(text), 0o600))
}

// mask writes stderr to a file with the values replaced that differ from run to run: mask FILE
func mask(script *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		script.Fatalf("usage: mask FILE")
	}
	text := varying.ReplaceAllString(script.ReadFile("stderr"), `"$1":"…"`)
	script.Check(os.WriteFile(script.MkAbs(arguments[0]), []byte(text), 0o600))
}

var varying = regexp.MustCompile(`"(time|durationMs)":("[^"]*"|[0-9.e-]+)`)

// undated writes stdout to a file with dates replaced: undated FILE
func undated(script *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		script.Fatalf("usage: undated FILE")
	}
	text := date.ReplaceAllString(script.ReadFile("stdout"), "YYYY-MM-DDThh:mm:ssZ")
	script.Check(os.WriteFile(script.MkAbs(arguments[0]), []byte(text), 0o600))
}

var date = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z`)
