package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/nested"
)

// checkNested checks that a nested stack gets the boundary: the macro has to point the stack at a copy of its template, and
// the role in the copy, as CloudFormation would deploy it, has to have the boundary.
func (d *Doctor) checkNested(ctx context.Context) {
	if d.Options.NestedBucket == "" || !d.read {
		return
	}
	if d.installed.config != nil && d.settings.NestedStacks != nested.Bound {
		d.found("nested", Fault, "deploy the macro's stack with NestedStacks=bound", "NESTED_STACKS is %s, so nested stacks do not get the boundary", d.settings.NestedStacks)
		return
	}
	for _, e := range d.targets() {
		if wanted, err := d.wanted(e); err == nil && wanted != noBoundary {
			d.checkNestedIn(ctx, e)
			return
		}
	}
	d.found("nested", Warning, "name an environment that has a boundary with --environment", "no environment with a boundary to check it with")
}

func (d *Doctor) checkNestedIn(ctx context.Context, e environment.Environment) {
	client := s3.NewFromConfig(awsapi.Limited(d.AWS), func(o *s3.Options) {
		o.UsePathStyle = o.BaseEndpoint != nil // a stand-in has one host for all buckets
		o.DisableLogOutputChecksumValidationSkipped = true
	})
	bucket, key := d.Options.NestedBucket, ours+"/"+newName()+".json"
	c := Check{Check: "nested", Environment: e.Name, Project: e.Project, Status: Fault}
	child := `{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"Role":` + bareRole + `}}`
	// An interrupt waits for the answer; otherwise nobody would delete the template.
	_, err := client.PutObject(context.WithoutCancel(ctx), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: strings.NewReader(child)})
	if err != nil {
		why := awsapi.Call{Service: "S3", Action: "s3:PutObject"}.Explain(ctx, err)
		c.Message = fmt.Sprintf("write the nested stack's template to bucket %s: %v", bucket, why)
		d.add(c)
		return
	}
	// The URL has the form that CloudFormation accepts.
	copied, left, err := d.copyOfChild(ctx, e, fmt.Sprintf("https://%s.s3.%s.%s/%s", bucket, d.AWS.Region, boundary.PartitionOf(d.AWS.Region).URLSuffix, key))
	if err != nil {
		c.Message = fmt.Sprintf("the nested stack does not get the boundary: %v", err)
	} else {
		var leftToo []Check
		c.Status, c.Message, leftToo = d.judgeCopy(ctx, e, copied, child)
		left = append(left, leftToo...)
	}
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpLimit)
	defer cancel()
	left = append(left, d.deleteTemplate(cleaning, client, bucket, key)...)
	// The function's answer says where the copy is. On its word, nothing is deleted outside the bucket of the macro's stack.
	if own := d.installed.stack.Outputs["NestedTemplateBucketName"]; copied.location.Bucket == own && own != "" {
		left = append(left, d.deleteTemplate(cleaning, client, own, copied.location.Key)...)
	} else if copied.url != "" {
		left = append(left, cleanedUp(fmt.Sprintf("the copy %s is not deleted: it is not in the bucket of this account's macro", copied.location))...)
	}
	if ctx.Err() == nil {
		d.add(c)
	}
	for _, c := range left {
		d.add(c)
	}
}

type templateCopy struct {
	url      string // empty if there is none
	location nested.Location
}

// copyOfChild has CloudFormation process a template with a nested stack, and returns the copy that the macro made.
func (d *Doctor) copyOfChild(ctx context.Context, e environment.Environment, url string) (copied templateCopy, left []Check, err error) {
	quoted, _ := json.Marshal(url)
	processed, left, err := d.process(ctx, source{body: d.template(e, `{"Child":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":`+string(quoted)+`}}}`)})
	if err != nil {
		return copied, left, err
	}
	got, err := decode(processed)
	if err != nil {
		return copied, left, errors.New("the processed template cannot be read")
	}
	at, _ := member(member(member(got, "Resources"), "Child"), "Properties")["TemplateURL"].(string)
	if at == "" || at == url {
		return copied, left, errors.New("its template is deployed unchanged; deploy the macro's stack with NestedStacks=bound")
	}
	location, err := nested.Locate(at)
	return templateCopy{at, location}, left, err
}

// judgeCopy has CloudFormation process the copy, and compares its role with what the registry wants.
func (d *Doctor) judgeCopy(ctx context.Context, e environment.Environment, copied templateCopy, child string) (status Status, message string, left []Check) {
	if ctx.Err() != nil {
		return Fault, "", nil
	}
	processed, left, err := d.process(ctx, source{child, copied.url})
	bound := noBoundary
	if err == nil {
		bound, err = boundaryOfRole(processed, child)
	}
	wanted, _ := d.wanted(e)
	switch {
	case err != nil:
		return Fault, fmt.Sprintf("the copy of the nested stack's template (%s) cannot be deployed: %v", copied.location, err), left
	case bound != wanted:
		return Fault, fmt.Sprintf("the nested stack's role gets %s, but the registry wants %s", display(bound), display(wanted)), left
	default:
		return OK, fmt.Sprintf("the nested stack's template is copied (%s), and its role gets %s", copied.location, bound), left
	}
}

// deleteTemplate deletes a template from a bucket. If that fails, left names it and the command that deletes it.
func (d *Doctor) deleteTemplate(ctx context.Context, client *s3.Client, bucket, key string) (left []Check) {
	if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)}); err != nil {
		why := awsapi.Call{Service: "S3", Action: "s3:DeleteObject"}.Explain(ctx, err)
		left = cleanedUp(fmt.Sprintf("template s3://%[1]s/%[2]s could not be deleted: %[3]v; delete it with: aws s3 rm s3://%[1]s/%[2]s --region %[4]s",
			bucket, key, why, d.AWS.Region))
	}
	return left
}
