package nested

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/awsapi"
)

// explain says why a template could not be read.
func explain(ctx context.Context, err error) error {
	switch code(err) {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		return errMissing
	case "NoSuchBucket", "InvalidBucketName":
		return errNoBucket
	case "AccessDenied", "AllAccessDisabled", "Forbidden":
		return errDenied
	case "PermanentRedirect", "MovedPermanently", "TemporaryRedirect", "AuthorizationHeaderMalformed":
		return errRegion
	case "MethodNotAllowed", "InvalidArgument": // the version is a delete marker, or does not have the form of a version
		return errMissing
	}
	if known := (*reason)(nil); errors.As(err, &known) {
		return known
	}
	return awsapi.Call{Service: "S3", Action: "s3:GetObject"}.Explain(ctx, err)
}

// explainWrite says why a copy could not be written; nil stays nil.
func (t *S3) explainWrite(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	where := "its copy cannot be written to bucket " + t.copies + " (setting NESTED_TEMPLATE_BUCKET): "
	switch code(err) {
	case "NoSuchBucket":
		return &reason{where + "the bucket does not exist", adviceBucket}
	case "AccessDenied":
		return &reason{where + "access denied", adviceBucket}
	default:
		return fmt.Errorf("%s%w", where, awsapi.Call{Service: "S3", Action: "s3:PutObject"}.Explain(ctx, err))
	}
}
