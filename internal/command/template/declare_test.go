package template_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/test/commandtest"
	"amplify-boundary/internal/test/mototest"
)

// The scripts of this test fetch templates from a server of their own, whose certificate they trust.
func TestScriptsWithDownloads(t *testing.T) {
	mux := http.NewServeMux()
	body := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	mux.HandleFunc("/main.yaml", body("Resources: {}\n"))
	mux.HandleFunc("/page.html", body("<html></html>"))
	mux.HandleFunc("/large.yaml", body("Resources: {}\n#"+strings.Repeat("x", 1<<20)))
	mux.Handle("/moved.yaml", http.RedirectHandler("/main.yaml", http.StatusFound))
	mux.Handle("/loop.yaml", http.RedirectHandler("/loop.yaml", http.StatusFound))
	mux.Handle("/insecure.yaml", http.RedirectHandler("http://127.0.0.1/main.yaml", http.StatusFound))
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)

	certificates := filepath.Join(t.TempDir(), "certificates.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(certificates, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	environ := append(commandtest.Offline(), "SERVER="+server.URL, "SSL_CERT_FILE="+certificates, "NO_PROXY=127.0.0.1")
	commandtest.ScriptsIn(t, "download", environ)
}

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
		template, err := declare.Add([]byte(text), declare.Macro{Environment: "prod", Project: "shop"})
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
