package nested

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/awsapi"
)

// explained says why a template could not be read.
func explained(ctx context.Context, place Place, err error) error {
	switch code(err) {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		return errMissing
	case "NoSuchBucket", "InvalidBucketName":
		return errNoBucket
	case "AccessDenied", "AllAccessDisabled", "Forbidden":
		return errDenied
	case "PermanentRedirect", "MovedPermanently", "TemporaryRedirect", "AuthorizationHeaderMalformed":
		return errRegion
	case "MethodNotAllowed", "InvalidArgument": // of a version that is a delete marker, and of one that has not the form of a version
		return errMissing
	}
	if known := (*problem)(nil); errors.As(err, &known) {
		return known
	}
	return awsapi.Call{Service: "S3", Action: "s3:GetObject"}.Explain(ctx, err)
}

// unwritten says why a copy could not be written; nil stays nil.
func (t *Templates) unwritten(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	where := "its copy cannot be written to bucket " + t.copies + " (setting NESTED_TEMPLATE_BUCKET): "
	switch code(err) {
	case "NoSuchBucket":
		return &problem{where + "there is no such bucket", adviceBucket}
	case "AccessDenied":
		return &problem{where + "access denied", adviceBucket}
	default:
		return fmt.Errorf("%s%w", where, awsapi.Call{Service: "S3", Action: "s3:PutObject"}.Explain(ctx, err))
	}
}
