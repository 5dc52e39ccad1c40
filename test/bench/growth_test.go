package bench

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/transform"
)

// Inputs whose cost is easily more than linear, at two sizes: a byte of the large one should cost what a byte of the small
// one costs.
func BenchmarkGrowth(b *testing.B) {
	for _, size := range []struct {
		name  string
		count int
	}{{"small", 500}, {"large", 8000}} {
		for name, c := range growthCases(b) {
			b.Run(name+"/"+size.name, func(b *testing.B) { measure(b, c.do, c.input(size.count)) })
		}
	}
}

type growthCase struct {
	do    operation
	input func(count int) []byte
	want  string // is in the output
}

func growthCases(t testing.TB) map[string]growthCase {
	t.Helper()
	return map[string]growthCase{
		"faults_of_one_logical_ID": {refuse, faultsOfOne, "Role${X}"},
		"roles_with_a_long_ARN":    {boundLong, bareRoles, "/boundary"},
		"check":                    {check(t, 0), declaredRoles, ""},
		"check_without_macro":      {check(t, 3), bareRoles, "Role0"},
	}
}

func TestGrowthCases(t *testing.T) {
	for name, c := range growthCases(t) {
		t.Run(name, func(t *testing.T) {
			got, err := c.do(c.input(3))
			if err != nil || !strings.Contains(string(got), c.want) {
				t.Errorf("got %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

// faultsOfOne is a template with loops, each of whose bodies has the same logical ID and another fault.
func faultsOfOne(count int) []byte {
	return resources("", count, `"Fn::ForEach::Loop%d":["X",["1"],{"Role${X}":{"Type":"AWS::Serverless::Kind%[1]d"}}]`)
}

const bareRole = `"Role%d":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{}}}`

func bareRoles(count int) []byte { return resources("", count, bareRole) }

func declaredRoles(count int) []byte {
	return resources(`"Transform":{"Name":"AmplifyBoundary","Parameters":{"Environment":"dev"}},`, count, bareRole)
}

// resources is a template of a number of resources, after other sections.
func resources(sections string, count int, format string) []byte {
	list := make([]string, count)
	for n := range list {
		list[n] = fmt.Sprintf(format, n)
	}
	return []byte("{" + sections + `"Resources":{` + strings.Join(list, ",") + "}}")
}

// refuse is the transform of a template that it must refuse.
func refuse(fragment []byte) ([]byte, error) {
	_, err := bound(fragment)
	if err == nil {
		return nil, fmt.Errorf("the transform accepts the template")
	}
	return []byte(err.Error()), nil
}

// boundLong is the transform with the longest ARN that a boundary can have.
func boundLong(fragment []byte) ([]byte, error) {
	parsed, err := transform.Parse(fragment, transform.Options{})
	if err != nil {
		return nil, err
	}
	bounded, err := parsed.Bound("arn:aws:iam::" + accountID + ":policy/" + strings.Repeat("p", 510) + "/boundary")
	if err != nil {
		return nil, err
	}
	return bounded.Fragment.Join(), nil
}

// check runs the command check on a template. The operation fails unless the exit code is the one given.
func check(t testing.TB, wantCode int) operation {
	t.Helper()
	dir := t.TempDir()
	boundaries, file := filepath.Join(dir, "boundaries.json"), filepath.Join(dir, "template.json")
	if err := os.WriteFile(boundaries, fmt.Appendf(nil, "{%q:%q}", parameterName, boundaryARN), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(text []byte) ([]byte, error) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, err
		}
		var out bytes.Buffer
		streams := command.IO{In: strings.NewReader(""), Out: &out, Err: io.Discard, Getenv: func(string) string { return "" }}
		arguments := []string{"check", "--registry", boundaries, "--account", accountID, "--region", region, "--environment", "dev", file}
		if code := program.Run(t.Context(), streams, arguments); code != wantCode {
			return nil, fmt.Errorf("check: got exit code %d, want %d: %s", code, wantCode, out.Bytes())
		}
		return out.Bytes(), nil
	}
}
