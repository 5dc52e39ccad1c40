package nested

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestLocate(t *testing.T) {
	const signature = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20261124&X-Amz-Date=20261124T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=abc"
	for name, test := range map[string]struct {
		url  string
		want Location
	}{
		"virtual_hosted":      {"https://assets.s3.eu-west-1.amazonaws.com/a/b.yaml", Location{Bucket: "assets", Key: "a/b.yaml", Region: "eu-west-1"}},
		"path_style":          {"https://s3.eu-west-1.amazonaws.com/assets/a/b.yaml", Location{Bucket: "assets", Key: "a/b.yaml", Region: "eu-west-1"}},
		"global":              {"https://assets.s3.amazonaws.com/b.yaml", Location{Bucket: "assets", Key: "b.yaml"}},
		"global_path_style":   {"https://s3.amazonaws.com/assets/b.yaml", Location{Bucket: "assets", Key: "b.yaml"}},
		"dual_stack":          {"https://assets.s3.dualstack.eu-west-1.amazonaws.com/b", Location{Bucket: "assets", Key: "b", Region: "eu-west-1"}},
		"dual_stack_path":     {"https://s3.dualstack.eu-west-1.amazonaws.com/assets/b", Location{Bucket: "assets", Key: "b", Region: "eu-west-1"}},
		"fips":                {"https://assets.s3-fips.us-east-2.amazonaws.com/b", Location{Bucket: "assets", Key: "b", Region: "us-east-2"}},
		"fips_dual_stack":     {"https://assets.s3-fips.dualstack.us-gov-west-1.amazonaws.com/b", Location{Bucket: "assets", Key: "b", Region: "us-gov-west-1"}},
		"legacy":              {"https://assets.s3-ap-southeast-2.amazonaws.com/b", Location{Bucket: "assets", Key: "b", Region: "ap-southeast-2"}},
		"legacy_path":         {"https://s3-us-west-2.amazonaws.com/assets/b", Location{Bucket: "assets", Key: "b", Region: "us-west-2"}},
		"legacy_fips":         {"https://s3-fips-us-gov-west-1.amazonaws.com/assets/b", Location{Bucket: "assets", Key: "b", Region: "us-gov-west-1"}},
		"legacy_external":     {"https://assets.s3-external-1.amazonaws.com/b", Location{Bucket: "assets", Key: "b", Region: "us-east-1"}},
		"china":               {"https://assets.s3.cn-north-1.amazonaws.com.cn/b", Location{Bucket: "assets", Key: "b", Region: "cn-north-1"}},
		"china_path":          {"https://s3.cn-northwest-1.amazonaws.com.cn/assets/b", Location{Bucket: "assets", Key: "b", Region: "cn-northwest-1"}},
		"iso":                 {"https://assets.s3.us-iso-east-1.c2s.ic.gov/b", Location{Bucket: "assets", Key: "b", Region: "us-iso-east-1"}},
		"iso_b":               {"https://s3.us-isob-east-1.sc2s.sgov.gov/assets/b", Location{Bucket: "assets", Key: "b", Region: "us-isob-east-1"}},
		"iso_e":               {"https://assets.s3.eu-isoe-west-1.cloud.adc-e.uk/b", Location{Bucket: "assets", Key: "b", Region: "eu-isoe-west-1"}},
		"iso_f":               {"https://assets.s3.us-isof-south-1.csp.hci.ic.gov/b", Location{Bucket: "assets", Key: "b", Region: "us-isof-south-1"}},
		"sovereign":           {"https://assets.s3.eusc-de-east-1.amazonaws.eu/b", Location{Bucket: "assets", Key: "b", Region: "eusc-de-east-1"}},
		"dots_in_bucket":      {"https://my.own.bucket.s3.eu-west-1.amazonaws.com/b", Location{Bucket: "my.own.bucket", Key: "b", Region: "eu-west-1"}},
		"regions_in_bucket":   {"https://ap-south-1.us-east-1.s3.eu-west-1.amazonaws.com/b", Location{Bucket: "ap-south-1.us-east-1", Key: "b", Region: "eu-west-1"}},
		"region_in_bucket":    {"https://assets.us-east-1.s3.eu-west-1.amazonaws.com/b", Location{Bucket: "assets.us-east-1", Key: "b", Region: "eu-west-1"}},
		"s3_in_bucket":        {"https://my.s3-eu-west-1.s3.us-east-1.amazonaws.com/b", Location{Bucket: "my.s3-eu-west-1", Key: "b", Region: "us-east-1"}},
		"s3_bucket_global":    {"https://s3.eu-west-1.s3.amazonaws.com/b", Location{Bucket: "s3.eu-west-1", Key: "b"}},
		"upper_case_host":     {"https://Assets.S3.EU-West-1.AmazonAWS.com/B", Location{Bucket: "assets", Key: "B", Region: "eu-west-1"}},
		"port":                {"https://assets.s3.eu-west-1.amazonaws.com:443/b", Location{Bucket: "assets", Key: "b", Region: "eu-west-1"}},
		"escapes":             {"https://assets.s3.eu-west-1.amazonaws.com/a%20b%2Bc%C3%A9/%2F", Location{Bucket: "assets", Key: "a b+cé//", Region: "eu-west-1"}},
		"slashes":             {"https://assets.s3.eu-west-1.amazonaws.com//a//b", Location{Bucket: "assets", Key: "/a//b", Region: "eu-west-1"}},
		"old_bucket_name":     {"https://s3.amazonaws.com/My_Assets/b", Location{Bucket: "My_Assets", Key: "b"}},
		"version":             {"https://assets.s3.eu-west-1.amazonaws.com/b?versionId=3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", Location{Bucket: "assets", Key: "b", Region: "eu-west-1", Version: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"}},
		"empty_query":         {"https://assets.s3.eu-west-1.amazonaws.com/b?", Location{Bucket: "assets", Key: "b", Region: "eu-west-1"}},
		"presigned":           {"https://assets.s3.eu-west-1.amazonaws.com/a+b" + signature, Location{Bucket: "assets", Key: "a+b", Region: "eu-west-1", presigned: "https://assets.s3.eu-west-1.amazonaws.com/a+b" + signature}},
		"presigned_version_2": {"https://assets.s3.amazonaws.com/b?AWSAccessKeyId=A&Signature=s%3D&Expires=1", Location{Bucket: "assets", Key: "b", presigned: "https://assets.s3.amazonaws.com/b?AWSAccessKeyId=A&Signature=s%3D&Expires=1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Locate(test.url)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(Location{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestLocate_elsewhere(t *testing.T) {
	for name, test := range map[string]struct {
		url  string
		want error
	}{
		"empty":              {"", errScheme},
		"no_url":             {"https://s3.amazonaws.com/%zz", errURL},
		"control":            {"https://s3.amazonaws.com/b/\n", errURL},
		"user":               {"https://s3.amazonaws.com@example.com/b/k", errURL},
		"fragment":           {"https://s3.amazonaws.com/b/k#x", errURL},
		"opaque":             {"https:s3.amazonaws.com/b/k", errURL},
		"http":               {"http://assets.s3.amazonaws.com/b", errScheme},
		"s3":                 {"s3://assets/b", errScheme},
		"file":               {"file:///etc/passwd", errScheme},
		"no_scheme":          {"//assets.s3.amazonaws.com/b", errScheme},
		"other_port":         {"https://assets.s3.amazonaws.com:8443/b", errHost},
		"other_host":         {"https://example.com/assets/b", errHost},
		"metadata":           {"https://169.254.169.254/latest/meta-data", errHost},
		"suffix":             {"https://s3.eu-west-1.amazonaws.com.example.com/assets/b", errHost},
		"long_host":          {"https://" + strings.Repeat("a.", 116) + "s3.eu-west-1.amazonaws.com/b", errHost}, // 258 characters, otherwise a bucket's
		"trailing_dot":       {"https://s3.eu-west-1.amazonaws.com./assets/b", errHost},
		"prefix":             {"https://evils3.eu-west-1.amazonaws.com/b", errHost},
		"other_partition":    {"https://assets.s3.eu-west-1.amazonaws.com.cn/b", errHost},
		"other_service":      {"https://assets.ec2.eu-west-1.amazonaws.com/b", errHost},
		"website":            {"https://assets.s3-website-eu-west-1.amazonaws.com/b", errHost},
		"access_point":       {"https://point-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/b", errHost},
		"private_link":       {"https://bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com/b/k", errHost},
		"query":              {"https://assets.s3.amazonaws.com/b?x=y", errQuery},
		"acl":                {"https://assets.s3.amazonaws.com/b?acl", errQuery},
		"bad_query":          {"https://assets.s3.amazonaws.com/b?a;b", errQuery},
		"two_versions":       {"https://assets.s3.amazonaws.com/b?versionId=1&versionId=2", errQuery},
		"no_version":         {"https://assets.s3.amazonaws.com/b?versionId=", errQuery},
		"signature_and_more": {"https://assets.s3.amazonaws.com/b?X-Amz-Signature=1&response-content-type=x", errQuery},
		"half_a_signature":   {"https://assets.s3.amazonaws.com/b?Signature=1", errQuery},
		"no_bucket":          {"https://s3.amazonaws.com/", errBucket},
		"no_bucket_in_host":  {"https://.s3.eu-west-1.amazonaws.com/assets/b", errBucket}, // as of ${Bucket}, empty
		"arn":                {"https://s3.amazonaws.com/arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/b", errBucket},
		"escaped_bucket":     {"https://s3.amazonaws.com/b%2Fx/k", errBucket},
		"directory_bucket":   {"https://s3.amazonaws.com/base--use1-az4--x-s3/k", errBucket},
		"alias":              {"https://point-abc-s3alias.s3.eu-west-1.amazonaws.com/k", errBucket},
		"no_key":             {"https://assets.s3.amazonaws.com/", errKey},
		"no_key_path_style":  {"https://s3.amazonaws.com/assets", errKey},
		"not_utf_8":          {"https://assets.s3.amazonaws.com/%FF", errKey},
		"plus":               {"https://assets.s3.amazonaws.com/a+b", errPlus},
		"escaped_signature":  {"https://assets.s3.amazonaws.com/b%3FX-Amz-Signature=hunter2", errSignedKey},
		"escaped_twice":      {"https://assets.s3.amazonaws.com/b%253FX-Amz-Signature%253Dhunter2", errSignedKey},
		"signature_and_plus": {"https://assets.s3.amazonaws.com/a+b&Signature=hunter2?AWSAccessKeyId=A&Signature=s", errSignedKey},
		"dots":               {"https://assets.s3.amazonaws.com/a/../b", errSegment},
		"escaped_dots":       {"https://assets.s3.amazonaws.com/a/%2E%2E/b", errSegment},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Locate(test.url)
			if diff := cmp.Diff(test.want, err, cmpopts.EquateErrors()); diff != "" || strings.Contains(got.String(), "hunter2") {
				t.Errorf("%+v: -want +got:\n%s", got, diff)
			}
		})
	}
}

func TestLocation_String_leaves_the_signature_out(t *testing.T) {
	location, err := Locate("https://assets.s3.eu-west-1.amazonaws.com/b?X-Amz-Signature=hunter2")
	if err != nil || location.String() != "assets/b" {
		t.Errorf("got %s, %v", location, err)
	}
}
