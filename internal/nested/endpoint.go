package nested

import (
	"strings"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/lazyregexp"
)

// service is what a host of S3 addresses.
type service struct {
	bucket string // empty if the path begins with it
	region string // empty if the host serves all regions
}

// hostForm matches the hosts of S3, with a bucket before them or not: s3.REGION.SUFFIX, s3-REGION.SUFFIX (the older form),
// s3-fips, dualstack, and s3.amazonaws.com, which serves all regions. See
// https://docs.aws.amazon.com/general/latest/gr/s3.html.
var hostForm = lazyregexp.New(`^(?:(.*)\.)?s3(?:-fips)?(?:\.dualstack)?(?:[.-]([a-z]{2,4}(?:-[a-z]{2,}){1,3}-[0-9]{1,2}|external-1))?\.([a-z0-9.-]+)$`)

// regionForm matches the name of a region: eu-west-1, us-gov-east-1.
var regionForm = lazyregexp.New(`^[a-z]{2,4}(-[a-z]{2,}){1,3}-[0-9]{1,2}$`)

// parseHost finds the bucket and the region in a host of S3, and fails for any other host.
func parseHost(host string) (service, error) {
	found := hostForm().FindStringSubmatch(host)
	if found == nil {
		return service{}, errHost
	}
	s, suffix := service{found[1], found[2]}, found[3]
	switch s.region {
	case "external-1":
		s.region = "us-east-1"
	case "":
		if host != strings.TrimPrefix(s.bucket+".s3.amazonaws.com", ".") && host != ".s3.amazonaws.com" {
			return service{}, errHost
		}
	}
	switch {
	case suffix != boundary.PartitionOf(s.region).URLSuffix:
		return service{}, errHost
	case s.bucket == "" && strings.HasPrefix(host, "."): // the path does not begin with a bucket here
		return service{}, errBucket
	default:
		return s, nil
	}
}
