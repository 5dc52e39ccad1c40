package nested

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
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

// reservedSuffixes end names that address something other than a bucket, at hosts other than S3's own.
func reservedSuffixes() []string {
	return []string{"--x-s3", "--xa-s3", "--ol-s3", "--op-s3", "--table-s3", "-s3alias", ".mrap"}
}

// hostLimit is DNS's limit for a name, in bytes.
const hostLimit = 253

// Locate returns the location that the URL of a template names. It accepts only https URLs of S3, in each of the forms that
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html lists. Anything else in the URL is an error.
func Locate(templateURL string) (Location, error) {
	u, err := url.Parse(templateURL)
	switch {
	case err != nil, u.Opaque != "", u.User != nil, u.Fragment != "":
		return Location{}, errURL
	case u.Scheme != "https":
		return Location{}, errScheme
	case u.Port() != "" && u.Port() != "443", len(u.Hostname()) > hostLimit:
		return Location{}, errHost
	}
	service, err := parseHost(strings.ToLower(u.Hostname()))
	if err != nil {
		return Location{}, err
	}
	location := Location{Region: service.region}
	if location.Version, location.presigned, err = query(u); err != nil {
		return Location{}, err
	}
	location.Bucket = service.bucket
	key := strings.TrimPrefix(u.EscapedPath(), "/")
	if location.Bucket == "" {
		location.Bucket, key, _ = strings.Cut(key, "/")
	}
	if !isBucket(location.Bucket) {
		return Location{}, errBucket
	}
	location.Key, err = objectKey(key)
	if location.presigned != "" && errors.Is(err, errPlus) { // S3 reads that URL itself
		location.Key, err = key, nil
	}
	return location, err
}

// isBucket reports whether a name has a form that bucket names have had over the years. It accepts no colon, so that the ARN
// of something else is not a bucket.
func isBucket(name string) bool {
	const (
		alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		longest      = 255
	)
	isReserved := func(suffix string) bool { return strings.HasSuffix(name, suffix) }
	return len(name) >= 2 && len(name) <= longest && strings.Contains(alphanumeric, name[:1]) && strings.Trim(name, alphanumeric+"._-") == "" &&
		!slices.ContainsFunc(reservedSuffixes(), isReserved)
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
		if len(each) != 1 || name != "versionId" && !(signed && ofSignature(name)) {
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

// ofSignature reports whether a member of a query belongs to a signature; see
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html. "Signature",
// "AWSAccessKeyId", and "Expires" belong to version 2.
func ofSignature(name string) bool {
	switch strings.ToLower(name) {
	case "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders", "x-amz-signature",
		"x-amz-security-token", "x-amz-content-sha256", "x-amz-checksum-mode", "x-id",
		"signature", "awsaccesskeyid", "expires":
		return true
	}
	return false
}
