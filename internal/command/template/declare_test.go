package template_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/test/declaretest"
	"amplify-boundary/internal/test/mototest"
)

// What declare makes of templates in each form is a template, as far as cfn-lint can tell.
func TestDeclaredTemplatesHaveNoLintErrors(t *testing.T) {
	lint := mototest.Installed(t, "cfn-lint")
	const bucket = "Resources:\n  Photos: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub 'photos-${AWS::AccountId}'}}\n"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"absent.yaml":  "AWSTemplateFormatVersion: '2010-09-09'\n" + bucket,
		"string.yaml":  "Transform: AWS::LanguageExtensions # loops\n" + bucket,
		"flow.yaml":    "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n" + bucket,
		"block.yaml":   bucket + "Transform:\n  - AWS::LanguageExtensions\n\n# the end\n",
		"object.yaml":  "Transform:\n  Name: AWS::Include\n  Parameters:\n    Location: s3://bucket/key\n" + bucket,
		"absent.json":  `{"Resources": {"Photos": {"Type": "AWS::S3::Bucket"}}}`,
		"list.json":    `{"Transform":["AWS::LanguageExtensions"],"Resources":{"Photos":{"Type":"AWS::S3::Bucket"}}}`,
		"several.yaml": "# Bound\n---\nTransform:\n- AWS::LanguageExtensions\n- AmplifyBoundary\n" + bucket,
	} {
		template, err := declaretest.Add([]byte(text), declare.Macro{Environment: "prod", Project: "shop"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), template, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output, err := exec.CommandContext(t.Context(), lint, "--regions", "eu-west-1", "--ignore-checks", "W", "--non-zero-exit-code", "error",
		"--", filepath.Join(dir, "*")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
