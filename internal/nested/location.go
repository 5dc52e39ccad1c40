package nested

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/lazyregexp"
)

// Location is where a template is: an object in S3, or a file in a [Directory].
type Location struct {
	Bucket  string // empty for a file
	Key     string // for a file, its path
	Version string // empty for the current one
	Region  string // of the bucket, if the URL names it

	presigned string // the URL, if it carries its own signature
}

// String returns the bucket and the key, or the path of the file. It leaves out a signature.
func (l Location) String() string {
	if l.Bucket == "" {
		return l.Key
	}
	return l.Bucket + "/" + l.Key
}

// bucketForm matches the names that buckets have had over the years. It matches no colon, so that the ARN of something else
// is not a bucket. reservedForm matches names that address something other than a bucket, at hosts other than S3's own.
var (
	bucketForm   = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$`)
	reservedForm = lazyregexp.New(`(--(x|xa|ol|op|table)-s3|-s3alias|\.mrap)$`)
)

// Locate returns the location that the URL of a template names. It accepts only https URLs of S3, in each of the forms that
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html lists. Anything else in the URL is an error.
func Locate(templateURL string) (Location, error) {
	u, err := url.Parse(templateURL)
	switch {
	case err != nil, u.Opaque != "", u.User != nil, u.Fragment != "":
		return Location{}, errURL
	case u.Scheme != "https":
		return Location{}, errScheme
	case u.Port() != "" && u.Port() != "443", len(u.Hostname()) > 253: // as DNS allows
		return Location{}, errHost
	}
	var location Location
	if location.Bucket, location.Region, err = parseHost(strings.ToLower(u.Hostname())); err != nil {
		return Location{}, err
	}
	if location.Version, location.presigned, err = query(u); err != nil {
		return Location{}, err
	}
	key := strings.TrimPrefix(u.EscapedPath(), "/")
	if location.Bucket == "" {
		location.Bucket, key, _ = strings.Cut(key, "/")
	}
	if !bucketForm().MatchString(location.Bucket) || reservedForm().MatchString(location.Bucket) {
		return Location{}, errBucket
	}
	location.Key, err = objectKey(key)
	if location.presigned != "" && errors.Is(err, errPlus) { // S3 reads that URL itself
		location.Key, err = key, nil
	}
	return location, err
}

// objectKey returns the key in an escaped path. It refuses a path that others might read as another key, and one that
// contains a signature: keys are shown.
func objectKey(path string) (string, error) {
	key, err := url.PathUnescape(path)
	if err != nil || key == "" || len(key) > 1024 || !utf8.ValidString(key) {
		return "", errKey
	}
	lower := strings.ToLower(key)
	switch {
	case strings.Contains(lower, "x-amz-signature"), strings.Contains(lower, "signature="):
		return "", errSignedKey
	case strings.Contains(path, "+"):
		return "", errPlus
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "." || segment == ".." {
			return "", errSegment
		}
	}
	return key, nil
}

// query reads the query of a URL: a version of the object, or a signature; then presigned is the whole URL.
func query(u *url.URL) (version, presigned string, err error) {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", "", errQuery
	}
	signed := values.Has("X-Amz-Signature") || values.Has("Signature") && values.Has("AWSAccessKeyId")
	for name, each := range values {
		if len(each) != 1 || name != "versionId" && !(signed && signatureForm().MatchString(name)) {
			return "", "", errQuery
		}
	}
	version = values.Get("versionId")
	if values.Has("versionId") && version == "" {
		return "", "", errQuery
	}
	if signed {
		presigned = u.String()
	}
	return version, presigned, nil
}

// signatureForm matches the members of a query that belong to a signature; see
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html. "Signature", "AWSAccessKeyId", and "Expires"
// belong to version 2.
var signatureForm = lazyregexp.New(`(?i)^(x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|checksum-mode)|x-id|signature|awsaccesskeyid|expires)$`)

// hostForm matches the hosts of S3, with a bucket before them or not: s3.REGION.SUFFIX, s3-REGION.SUFFIX (the older form),
// s3-fips, dualstack, and s3.amazonaws.com, which serves all regions. See
// https://docs.aws.amazon.com/general/latest/gr/s3.html.
var hostForm = lazyregexp.New(`^(?:(.*)\.)?s3(?:-fips)?(?:\.dualstack)?(?:[.-]([a-z]{2,4}(?:-[a-z]{2,}){1,3}-[0-9]{1,2}|external-1))?\.([a-z0-9.-]+)$`)

// regionForm matches the name of a region: eu-west-1, us-gov-east-1.
var regionForm = lazyregexp.New(`^[a-z]{2,4}(-[a-z]{2,}){1,3}-[0-9]{1,2}$`)

// parseHost finds the bucket and the region in a host of S3, and fails for any other host. The bucket is empty if the path
// begins with it, the region if the host serves all regions.
func parseHost(host string) (bucket, region string, err error) {
	found := hostForm().FindStringSubmatch(host)
	if found == nil {
		return "", "", errHost
	}
	bucket, region = found[1], found[2]
	if region == "external-1" {
		region = "us-east-1"
	}
	switch {
	case region == "" && host != strings.TrimPrefix(bucket+".s3.amazonaws.com", ".") && host != ".s3.amazonaws.com",
		found[3] != boundary.PartitionOf(region).URLSuffix:
		return "", "", errHost
	case bucket == "" && strings.HasPrefix(host, "."): // the path does not begin with a bucket here
		return "", "", errBucket
	default:
		return bucket, region, nil
	}
}
