// Package commandtest runs the command, and scripts of it, for the tests of its families.
package commandtest

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

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/mototest"
)

// Main runs the tests of a package, in whose scripts amplify-boundary is the test's own binary: it has the script's
// environment variables only, and runs as many times at once as there are scripts. The flag -update rewrites what
// the scripts compare with.
func Main(m *testing.M) {
	flag.Bool(updateFlag, false, "write what tests compare with")
	testscript.Main(m, map[string]func(){
		"amplify-boundary": func() {
			streams := command.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv}
			os.Exit(program.Run(context.Background(), streams, os.Args[1:]))
		},
	})
}

const updateFlag = "update"

// Update reports whether the flag -update is given.
func Update() bool { return flag.Lookup(updateFlag).Value.String() == "true" }

// Scripts runs the scripts of the package under test:
//
//   - testdata/script without AWS;
//   - testdata/registry with a registry file and, the same scripts, with Parameter Store; such a script gives each
//     command $REGISTRY and $PREFIX, and the prefix is "/" and the script's own name;
//   - testdata/parameterstore with Parameter Store only.
//
// SSM, IAM and STS are as moto plays them, one moto for all scripts.
func Scripts(t *testing.T) {
	t.Run("offline", func(t *testing.T) { runIn(t, "script", world{environ: mototest.Offline()}) })
	t.Run("registry_file", func(t *testing.T) { runIn(t, "registry", fileWorld()) })
	t.Run("parameter_store", func(t *testing.T) {
		if !hasScripts("registry") && !hasScripts("parameterstore") {
			return
		}
		w := parameterStoreWorld(t)
		for _, dir := range []string{"registry", "parameterstore"} {
			t.Run(dir, func(t *testing.T) { runIn(t, dir, w) })
		}
	})
}

func runIn(t *testing.T, dir string, w world) {
	if hasScripts(dir) {
		testscript.Run(t, params(filepath.Join("testdata", dir), w))
	}
}

func hasScripts(dir string) bool {
	_, err := os.Stat(filepath.Join("testdata", dir))
	return err == nil
}

// fileWorld is that of scripts with a registry file.
func fileWorld() world {
	return world{
		environ:  append(mototest.Offline(), "AWS_REGION=eu-west-1", "AMPLIFY_BOUNDARY_REGISTRY=$WORK/registry.json"),
		registry: "--registry=$WORK/registry.json", // where the environment variable leads, too
		put: func(script *testscript.TestScript, name, value string, _ types.ParameterType) {
			store := registry.NewFile(filepath.Join(script.Getenv("WORK"), "registry.json"))
			held, found, err := store.Parameter(context.Background(), name)
			script.Check(err)
			write := registry.Write{Name: name, Value: value}
			if found {
				write.Read = &held
			}
			_, err = store.Write(context.Background(), write)
			script.Check(err)
		},
	}
}

// parameterStoreWorld is that of scripts with Parameter Store. The scripts about the function's side read the default
// hierarchy. Each region holds other values.
func parameterStoreWorld(t *testing.T) world {
	t.Helper()
	endpoint := oneAtATime(t, mototest.Start(t))
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
	return awsWorld(t, endpoint)
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
		UpdateScripts:       Update(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for _, variable := range w.environ {
				env.Vars = append(env.Vars, strings.ReplaceAll(variable, "$WORK", env.WorkDir))
			}
			env.Setenv("REGISTRY", strings.ReplaceAll(w.registry, "$WORK", env.WorkDir))
			env.Setenv("PREFIX", "--prefix=/"+strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"))
			if w.registry == "" || w.aws {
				return nil
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "registry.json"), []byte("{}\n"), 0o600)
		},
		Condition: func(condition string) (bool, error) {
			if condition != "aws" {
				return false, fmt.Errorf("unknown condition %q", condition)
			}
			return w.aws, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    scriptCommand("exits CODE PROGRAM ARGUMENT...", 2, exits),
			"mask":     scriptCommand("mask FILE", 1, mask),
			"undated":  scriptCommand("undated FILE", 1, undated),
			"columns":  scriptCommand("columns LIMIT FILE", 2, columns),
			"accounts": scriptCommand("accounts NUMBER ENVIRONMENT FILE", 3, accounts),
			"put":      scriptCommand("put NAME VALUE [SecureString]", 2, w.putCommand),
			"describe": scriptCommand("describe NAME FILE", 2, w.describeCommand),
		},
	}
}

// scriptCommand returns a command of scripts that has at least so many arguments.
func scriptCommand(usage string, least int, run func(script *testscript.TestScript, arguments []string)) func(*testscript.TestScript, bool, []string) {
	return func(script *testscript.TestScript, negated bool, arguments []string) {
		if negated || len(arguments) < least {
			script.Fatalf("usage: %s", usage)
		}
		run(script, arguments)
	}
}

// putCommand writes an SSM parameter as somebody else would: put NAME VALUE [SecureString]
func (w world) putCommand(script *testscript.TestScript, arguments []string) {
	kind := types.ParameterTypeString
	if len(arguments) == 3 {
		kind = types.ParameterType(arguments[2])
	}
	w.put(script, arguments[0], arguments[1], kind)
}

// describeCommand writes the type and the description of an SSM parameter to a file: describe NAME FILE
func (w world) describeCommand(script *testscript.TestScript, arguments []string) {
	script.Check(os.WriteFile(script.MkAbs(arguments[1]), []byte(w.describe(script, arguments[0])+"\n"), 0o600))
}

// exits runs a program that must end with an exit code: exits CODE PROGRAM ARGUMENT...
func exits(script *testscript.TestScript, arguments []string) {
	want, err := strconv.Atoi(arguments[0])
	script.Check(err)
	got := 0
	err = script.Exec(arguments[1], arguments[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		script.Check(err)
	}
	if got != want {
		script.Fatalf("got exit code %d, want %d", got, want)
	}
}

// columns checks that no line of a file, or of stdout, is longer than a limit: columns LIMIT FILE
func columns(script *testscript.TestScript, arguments []string) {
	limit, err := strconv.Atoi(arguments[0])
	script.Check(err)
	lines := strings.Split(script.ReadFile(arguments[1]), "\n")
	if i := slices.IndexFunc(lines, func(line string) bool { return len(line) > limit }); i >= 0 {
		script.Fatalf("line %d has %d columns: %s", i+1, len(lines[i]), lines[i])
	}
}

// accounts writes a CSV file that fixes so many accounts to an environment: accounts NUMBER ENVIRONMENT FILE
func accounts(script *testscript.TestScript, arguments []string) {
	number, err := strconv.Atoi(arguments[0])
	script.Check(err)
	text := "account,environment\n"
	for i := range number {
		text += fmt.Sprintf("%012d,%s\n", i, arguments[1])
	}
	script.Check(os.WriteFile(script.MkAbs(arguments[2]), []byte(text), 0o600))
}

// mask writes stderr to a file with the values replaced that differ from run to run: mask FILE
func mask(script *testscript.TestScript, arguments []string) {
	text := varying.ReplaceAllString(script.ReadFile("stderr"), `"$1":"…"`)
	script.Check(os.WriteFile(script.MkAbs(arguments[0]), []byte(text), 0o600))
}

var varying = regexp.MustCompile(`"(time|durationMs)":("[^"]*"|[0-9.e-]+)`)

// undated writes stdout to a file with dates replaced: undated FILE
func undated(script *testscript.TestScript, arguments []string) {
	text := date.ReplaceAllString(script.ReadFile("stdout"), "YYYY-MM-DDThh:mm:ssZ")
	script.Check(os.WriteFile(script.MkAbs(arguments[0]), []byte(text), 0o600))
}

var date = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z`)
