package nested

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// service is what a host of S3 addresses.
type service struct {
	bucket string // empty if the path begins with it
	region string // empty if the host serves all regions
}

// isRegion reports whether a part of a host's name has the form of a region: eu-west-1, us-gov-east-1.
func isRegion(label string) bool {
	const letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	parts := strings.Split(label, "-")
	words, number := parts[:len(parts)-1], parts[len(parts)-1]
	if len(words) < 2 || len(words) > 4 || len(words[0]) > 4 || number == "" || len(number) > 2 || strings.Trim(number, digits) != "" {
		return false
	}
	for _, word := range words {
		if len(word) < 2 || strings.Trim(word, letters) != "" {
			return false
		}
	}
	return true
}

// parseHost finds the bucket and the region in a host of S3, and fails for any other host. A host is S3's if the SDK would
// contact it for some region, with or without a bucket before it. So there is no list of host names to maintain.
func parseHost(ctx context.Context, host string) (service, error) {
	for _, spelling := range []string{host, modern(host)} {
		for _, region := range regions(spelling) {
			for base := range hosts(ctx, region) {
				if spelling == base {
					return service{region: region}, nil
				}
				bucket, virtual := strings.CutSuffix(spelling, "."+base)
				switch {
				case virtual && bucket == "": // the path does not begin with a bucket here
					return service{}, errBucket
				case virtual:
					return service{bucket, region}, nil
				}
			}
		}
	}
	return service{}, errHost
}

// modern returns the current form of a host in the old form with a dash: s3-eu-west-1.amazonaws.com and
// s3-external-1.amazonaws.com. It returns any other host unchanged.
func modern(host string) string {
	labels := strings.Split(host, ".")
	for i := len(labels) - 1; i >= 0; i-- {
		for _, prefix := range []string{"s3-fips", "s3"} {
			region, isOld := strings.CutPrefix(labels[i], prefix+"-")
			switch {
			case isOld && region == "external-1":
				region = "us-east-1"
			case !isOld || !isRegion(region):
				continue
			}
			labels[i] = prefix + "." + region
			return strings.Join(labels, ".")
		}
	}
	return host
}

// regions returns the regions that a host can mean: the last one in its name, since a bucket's name comes before the region
// and no suffix of S3 contains one; and the empty region of the host that serves all.
func regions(host string) []string {
	labels := strings.Split(host, ".")
	for _, label := range slices.Backward(labels) {
		if isRegion(label) {
			return []string{label, ""}
		}
	}
	return []string{""}
}

// hosts yields the hosts at which the SDK would look for S3 in a region, the usual one first; for the empty region, the host
// that serves all. Each costs a look-up in the SDK's rules.
func hosts(ctx context.Context, region string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if region == "" {
			if host, ok := resolve(ctx, s3.EndpointParameters{Region: aws.String("us-east-1"), UseGlobalEndpoint: aws.Bool(true)}); ok {
				yield(host)
			}
			return
		}
		for _, fips := range []bool{false, true} {
			for _, dualStack := range []bool{false, true} {
				host, ok := resolve(ctx, s3.EndpointParameters{
					Region:       aws.String(region),
					UseFIPS:      aws.Bool(fips),
					UseDualStack: aws.Bool(dualStack),
				})
				if ok && !yield(host) {
					return
				}
			}
		}
	}
}

// resolve returns the host of an endpoint, if the SDK knows one.
func resolve(ctx context.Context, p s3.EndpointParameters) (host string, ok bool) {
	endpoint, err := s3.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, p)
	if err != nil {
		return "", false
	}
	return endpoint.URI.Host, true
}
