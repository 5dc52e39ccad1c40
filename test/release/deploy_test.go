package release_test

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
)

const region = "eu-west-1"

// A deployment is a folder of build outputs, and moto with a bucket for them.
type deployment struct{ build, endpoint string }

func newDeployment(t *testing.T) deployment {
	t.Helper()
	d := deployment{t.TempDir(), mototest.Start(t)}
	plainFrom(t, "template.yaml", filepath.Join(d.build, "amplify-boundary.template.yaml"))
	for _, name := range []string{"macro-arm64", "macro-amd64", "guard-arm64", "guard-amd64"} {
		d.writeZip(t, name, "the program "+name)
	}
	buckets := s3.NewFromConfig(mototest.Config(d.endpoint, region), func(o *s3.Options) { o.UsePathStyle = true })
	_, err := buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket:                    aws.String("code"),
		CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: region},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// writeZip writes the zip of a function with a program.
func (d deployment) writeZip(t *testing.T, name, program string) {
	t.Helper()
	path := filepath.Join(d.build, "amplify-boundary-"+name+".zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	entry, err := archive.Create("bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte(program)); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
}

// sum returns the checksum of a function's zip in Lambda's form.
func (d deployment) sum(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(d.build, "amplify-boundary-"+name+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// environ has the variables by which the AWS CLI calls moto. The AWS CLI has its own variable for the region.
func (d deployment) environ(t *testing.T) []string {
	t.Helper()
	path := filepath.Dir(mototest.Installed(t, "aws")) + string(os.PathListSeparator) + os.Getenv("PATH")
	return append(mototest.Environ(d.endpoint, region), "AWS_DEFAULT_REGION="+region, "PATH="+path)
}

// deploy runs what make deploy SAM=no runs, with the real AWS CLI.
func (d deployment) deploy(t *testing.T, stack, bucket string, parameters ...string) (output string, err error) {
	t.Helper()
	// Without nested stacks, the statements of a policy include AWS::NoValue, which moto turns into null.
	arguments := append([]string{d.build, bucket, stack, "NestedStacks=bound"}, parameters...)
	cmd := exec.CommandContext(t.Context(), "tools/release/deploy.sh", arguments...)
	cmd.Dir = root
	cmd.Env = d.environ(t)
	data, err := cmd.CombinedOutput()
	return string(data), err
}

// code returns Lambda's checksum of the stack's function, and the stack's parameters.
func (d deployment) code(t *testing.T, stack string) (sum string, parameters map[string]string) {
	t.Helper()
	stacks := cloudformation.NewFromConfig(mototest.Config(d.endpoint, region))
	described, err := stacks.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String(stack)})
	if err != nil {
		t.Fatal(err)
	}
	parameters = make(map[string]string)
	for _, p := range described.Stacks[0].Parameters {
		parameters[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	resources, err := stacks.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: aws.String(stack)})
	if err != nil {
		t.Fatal(err)
	}
	var function string
	for _, r := range resources.StackResourceSummaries {
		if aws.ToString(r.LogicalResourceId) == "AmplifyBoundaryFunction" {
			function = aws.ToString(r.PhysicalResourceId)
		}
	}
	cmd := exec.CommandContext(t.Context(), mototest.Installed(t, "aws"), "lambda", "get-function-configuration",
		"--function-name", function, "--query", "CodeSha256", "--output", "text")
	cmd.Env = d.environ(t)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return strings.TrimSpace(string(output)), parameters
}

// The plain template deploys the zips of either architecture. A zip's key depends on its content, because CloudFormation compares
// keys, not zips: other code must have another key.
func TestDeploy(t *testing.T) {
	d := newDeployment(t)
	keys := make(map[string]bool)
	for _, test := range []struct {
		stack      string // a new one for each: moto's updates fail at the guard's condition
		program    string
		parameters []string
		zip        string
		want       map[string]string
	}{
		{"as-it-is", "one", nil, "macro-arm64", map[string]string{"Architecture": "arm64", "Environment": ""}},
		{"another-program", "another", nil, "macro-arm64", map[string]string{"Architecture": "arm64"}},
		{"settings", "one", []string{"Architecture=x86_64", "Environment=prod", "MacroName=Other"}, "macro-amd64",
			map[string]string{"Architecture": "x86_64", "Environment": "prod", "MacroName": "Other"}},
	} {
		t.Run(test.stack, func(t *testing.T) {
			d.writeZip(t, test.zip, test.program)
			if output, err := d.deploy(t, test.stack, "code", test.parameters...); err != nil {
				t.Fatalf("%v:\n%s", err, output)
			}
			sum, parameters := d.code(t, test.stack)
			if want := d.sum(t, test.zip); sum != want {
				t.Errorf("the function's code has the checksum %s, want that of %s, %s", sum, test.zip, want)
			}
			got := make(map[string]string)
			for name := range test.want {
				got[name] = parameters[name]
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
			if keys[parameters["CodeKey"]] {
				t.Errorf("the key %s is not that of the zip", parameters["CodeKey"])
			}
			keys[parameters["CodeKey"]] = true
		})
	}
	for name, test := range map[string]struct{ bucket, parameter, want string }{
		"no_bucket":            {"", "Environment=prod", "no bucket"},
		"unknown_architecture": {"code", "Architecture=amd64", "not for amd64"},
		"a_bucket_not_there":   {"absent", "Environment=prod", "NoSuchBucket"},
	} {
		t.Run(name, func(t *testing.T) {
			output, err := d.deploy(t, "refused", test.bucket, test.parameter)
			if err == nil || !strings.Contains(output, test.want) {
				t.Errorf("got %v and %q, want an error with %q", err, output, test.want)
			}
			if strings.Contains(output, "changeset") {
				t.Errorf("a stack was deployed:\n%s", output)
			}
		})
	}
}

// make package BUCKET=... uploads the zips, and prints what leads to them and who can read them.
func TestPackage_uploads(t *testing.T) {
	d := newDeployment(t)
	run := func(arguments ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), arguments[0], arguments[1:]...)
		cmd.Dir = root
		cmd.Env = d.environ(t)
		output, err := cmd.CombinedOutput()
		return string(output), err
	}
	output, err := run("tools/release/upload.sh", d.build, "code", "x86_64")
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	printed := make(map[string]string)
	for line := range strings.Lines(output) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		printed[name] = value
	}
	for _, name := range []string{"CodeKey", "GuardCodeKey"} {
		if got, err := run("aws", "s3api", "head-object", "--bucket", "code", "--key", printed[name]); err != nil {
			t.Errorf("%s is %q, which the bucket does not have: %s", name, printed[name], got)
		}
	}
	if printed["CodeBucket"] != "code" || printed["Architecture"] != "x86_64" {
		t.Errorf("got %v", printed)
	}
	policy, err := run("python3", "tools/release/bucket_policy.py", "code", "o-a1b2c3d4e5")
	if err != nil {
		t.Fatalf("%v: %s", err, policy)
	}
	if got, err := run("aws", "s3api", "put-bucket-policy", "--bucket", "code", "--policy", policy); err != nil {
		t.Errorf("%v: %s", err, got)
	}
	if got, err := run("python3", "tools/release/bucket_policy.py", "code", "*"); err == nil || !strings.Contains(got, "is not the ID of an organisation") {
		t.Errorf("got %s, %v", got, err)
	}
}

// AWS requires the beginning of the name. Nobody but StackSets in the management account can assume the role, and it can create
// no role without a boundary.
func TestExecutionRole(t *testing.T) {
	read, _ := readTemplate(t, filepath.Join(root, "execution-role.template.yaml"))
	text, err := json.Marshal(read["Resources"]["ExecutionRole"])
	if err != nil {
		t.Fatal(err)
	}
	var role struct {
		Properties struct {
			RoleName                 string
			AssumeRolePolicyDocument struct{ Statement []map[string]any }
			Policies                 []struct {
				PolicyDocument struct{ Statement []map[string]any }
			}
		}
	}
	if err := json.Unmarshal(text, &role); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(role.Properties.RoleName, "stacksets-exec-custom-") || read["Transform"] != nil {
		t.Errorf("got the name %s, transform %v", role.Properties.RoleName, read["Transform"])
	}
	for _, s := range role.Properties.AssumeRolePolicyDocument.Statement {
		if s["Condition"] == nil {
			t.Errorf("anyone in the management account can assume the role: %v", s)
		}
	}
	for _, s := range role.Properties.Policies[0].PolicyDocument.Statement {
		for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"} {
			if s["Effect"] == "Allow" && strings.Contains(string(mustMarshal(t, s["Action"])), `"`+action+`"`) && s["Condition"] == nil {
				t.Errorf("%s needs no boundary: %v", action, s)
			}
		}
	}
}

func mustMarshal(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
