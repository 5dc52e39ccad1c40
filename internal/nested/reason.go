package nested

import (
	"errors"
	"slices"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
	"amplify-boundary/transform"
)

// reason is an error that says why a template cannot be processed, and what to do. Both repeat nothing of the template.
// The message about several templates gives each advice once.
type reason struct{ fact, advice string }

func (r *reason) Error() string { return r.fact + "; " + r.advice }

const (
	adviceURL      = "make TemplateURL a literal, or build it from template parameters and mappings"
	adviceS3       = "write TemplateURL as an https URL of S3, such as https://BUCKET.s3.REGION.amazonaws.com/KEY"
	adviceTemplate = "check that TemplateURL leads to a CloudFormation template in JSON or YAML"
	adviceUpload   = "check TemplateURL, and whether the template was uploaded"
	adviceRights   = "name the bucket in the parameter NestedTemplateBuckets, or ForeignTemplateBuckets, of the macro's stack"
	advicePresign  = "deploy again with a new URL"
	adviceSize     = "split the template"
	adviceTime     = "raise the Timeout of the macro's function, or split the template that has the nested stacks"
	adviceLast     = "list the macro last in its Transform"
	adviceDeclare  = "declare the macro in it: amplify-boundary declare FILE"
	adviceBucket   = "update the macro's stack, which creates that bucket"
)

// What can be wrong with TemplateURL.
var (
	errNoURL   = &reason{"TemplateURL is not a string", adviceURL}
	errURL     = &reason{"TemplateURL is not a URL", adviceS3}
	errScheme  = &reason{"the scheme of TemplateURL is not https", adviceS3}
	errHost    = &reason{"the host of TemplateURL is not a host of S3", adviceS3}
	errQuery   = &reason{"the query of TemplateURL is neither versionId nor a signature", adviceS3}
	errBucket  = &reason{"TemplateURL names no bucket", adviceS3}
	errKey     = &reason{"TemplateURL names no object", adviceS3}
	errSegment = &reason{"TemplateURL contains a segment . or ..", adviceS3}
	errPlus    = &reason{`TemplateURL contains a "+", which could mean a space`, "write %2B or %20 in TemplateURL"}

	errSignedKey = &reason{"TemplateURL contains a signature in its path", `write the "?" before the signature of TemplateURL unescaped`}
)

// What can be wrong with the template at a URL.
var (
	errMissing      = &reason{"the template does not exist", adviceUpload}
	errNoBucket     = &reason{"the bucket does not exist", adviceUpload}
	errDenied       = &reason{"access denied, or the template does not exist (without s3:ListBucket, S3 gives the same answer for both)", adviceUpload + "; " + adviceRights}
	errSignature    = &reason{"S3 refuses the signature of TemplateURL", advicePresign}
	errRegion       = &reason{"the bucket is in another region", "write TemplateURL with the bucket's region"}
	errTooLarge     = &reason{"larger than 1 MB, CloudFormation's limit", adviceSize}
	errCopyTooLarge = &reason{"larger than 1 MB with the declaration of the macro", adviceSize}
	errEarlier      = &reason{"it declares the macro, but not last", adviceLast}
	errOtherAccount = &reason{"it declares a macro of this name of another account", "remove that declaration"}
	errDeadline     = &reason{"not reached before the function's deadline", adviceTime}
)

// undeclared says that a template does not declare a macro, and how to declare it.
func undeclared(macro string) error {
	advice := adviceDeclare
	if macro != cfn.DefaultMacro {
		advice += " --macro " + macro
	}
	return &reason{"it does not declare the macro", advice}
}

// unreadable says why a template cannot be read, or why the macro cannot be declared in it.
func unreadable(err error) error {
	switch {
	case errors.Is(err, declare.ErrNotEditable): // the only error of a template that does not declare the macro
		return &reason{"the macro cannot be declared in it", err.Error()}
	case errors.Is(err, template.ErrNotTemplate):
		return &reason{"it is not a template", adviceTemplate}
	default:
		return &reason{"it cannot be read as a template (" + err.Error() + ")", adviceTemplate}
	}
}

// Fault is a nested stack that cannot be processed.
type Fault struct {
	transform.Resource
	Template Location // zero if it is not known
	Err      error    // it repeats no value of the template, and no signature
}

// FaultsError lists the nested stacks that cannot be processed, sorted by logical ID.
type FaultsError struct {
	Macro  string
	Faults []Fault
}

// Error names the first nested stacks, at least one, with the locations of their templates, and gives each advice once. It
// has at most [transform.MessageLimit] characters.
func (e *FaultsError) Error() string {
	var stacks []string
	for _, f := range e.Faults {
		stacks = append(stacks, f.String())
	}
	var advice []string
	for _, f := range e.Faults {
		if r := (*reason)(nil); errors.As(f.Err, &r) && !slices.Contains(advice, r.advice) {
			advice = append(advice, r.advice)
		}
	}
	return transform.Message(e.Macro, stacks, advice)
}

// String gives the nested stack, the reason, and the location of its template.
func (f Fault) String() string {
	fact := f.Err.Error()
	if r := (*reason)(nil); errors.As(f.Err, &r) {
		fact = r.fact
	}
	text := f.Resource.String() + ": " + fact
	if f.Template != (Location{}) {
		text += " [" + cfn.ShortName(f.Template.Bucket) + "/" + cfn.ShortName(f.Template.Key) + "]"
	}
	return text
}
