package nested

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Place is where a template lies in S3.
type Place struct {
	Bucket  string
	Key     string
	Version string // empty for the current one
	Region  string // of the bucket, as the URL says; empty where it does not

	presigned string // the URL, where it carries its own signature
}

// String returns the bucket and the key. It leaves out a signature.
func (p Place) String() string { return p.Bucket + "/" + p.Key }

// reservedSuffixes end names that address something else than a bucket, at hosts other than S3's own.
func reservedSuffixes() []string {
	return []string{"--x-s3", "--xa-s3", "--ol-s3", "--op-s3", "--table-s3", "-s3alias", ".mrap"}
}

// hostLimit is that of DNS for a name, in bytes. Each part of one may be a region that is looked up.
const hostLimit = 253

// Locate returns the place that the URL of a template names; see [Locator.Locate].
func Locate(ctx context.Context, templateURL string) (Place, error) {
	return new(Locator).Locate(ctx, templateURL)
}

// Locator finds the places that URLs name. It remembers the hosts that it has seen: those of a tree of stacks are
// few, and each costs several looks into the SDK's rules. The zero value is ready for use.
type Locator struct{ services map[string]service }

// Locate returns the place that the URL of a template names. It takes https URLs of S3 alone, in each of
// the forms that https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html lists; what the
// URL says beyond a place is an error.
func (l *Locator) Locate(ctx context.Context, templateURL string) (Place, error) {
	u, err := url.Parse(templateURL)
	switch {
	case err != nil, u.Opaque != "", u.User != nil, u.Fragment != "":
		return Place{}, errURL
	case u.Scheme != "https":
		return Place{}, errScheme
	case u.Port() != "" && u.Port() != "443", len(u.Hostname()) > hostLimit:
		return Place{}, errHost
	}
	service, err := l.service(ctx, strings.ToLower(u.Hostname()))
	if err != nil {
		return Place{}, err
	}
	place := Place{Region: service.region}
	if place.Version, place.presigned, err = query(u); err != nil {
		return Place{}, err
	}
	place.Bucket = service.bucket
	key := strings.TrimPrefix(u.EscapedPath(), "/")
	if place.Bucket == "" {
		place.Bucket, key, _ = strings.Cut(key, "/")
	}
	if !isBucket(place.Bucket) {
		return Place{}, errBucket
	}
	place.Key, err = objectKey(key)
	if place.presigned != "" && errors.Is(err, errPlus) { // S3 reads that URL itself
		place.Key, err = key, nil
	}
	return place, err
}

// service returns what a host stands for.
func (l *Locator) service(ctx context.Context, host string) (service, error) {
	if known, found := l.services[host]; found {
		return known, nil
	}
	found, err := recognized(ctx, host)
	if err != nil {
		return service{}, err
	}
	if l.services == nil {
		l.services = make(map[string]service)
	}
	l.services[host] = found
	return found, nil
}

// isBucket reports whether a name is one that buckets have had over the years. It takes no colon, so that
// no ARN of something else passes for a bucket.
func isBucket(name string) bool {
	const (
		alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		longest      = 255
	)
	isReserved := func(suffix string) bool { return strings.HasSuffix(name, suffix) }
	return len(name) >= 2 && len(name) <= longest && strings.Contains(alphanumeric, name[:1]) && strings.Trim(name, alphanumeric+"._-") == "" &&
		!slices.ContainsFunc(reservedSuffixes(), isReserved)
}

// objectKey returns the key that an escaped path stands for. It refuses what others might read as another
// key, and a query with a signature that became part of the path: keys are shown.
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

// query returns what the query of a URL says: a version of the object, or that the URL carries its own
// signature and is to be fetched as it is.
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

// ofSignature reports whether a member of a query belongs to a signature, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html. "Signature" and its like
// are those of version 2.
func ofSignature(name string) bool {
	switch strings.ToLower(name) {
	case "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders", "x-amz-signature",
		"x-amz-security-token", "x-amz-content-sha256", "x-amz-checksum-mode", "x-id",
		"signature", "awsaccesskeyid", "expires":
		return true
	}
	return false
}
