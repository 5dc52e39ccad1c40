package nested

import (
	"cmp"
	"errors"
	"slices"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/transform"
)

// problem is a reason why a template cannot be seen to, and what to do about it. It repeats nothing of the
// template.
type problem struct{ detail, advice string }

func (p *problem) Error() string { return p.detail + "; " + p.advice }

const (
	adviceURL      = "make TemplateURL a literal, or of template parameters and mappings"
	adviceS3       = "write TemplateURL as an https URL of S3, such as https://BUCKET.s3.REGION.amazonaws.com/KEY"
	adviceTemplate = "check that TemplateURL leads to a CloudFormation template in JSON or YAML"
	adviceUpload   = "check TemplateURL, and that the template was uploaded"
	adviceRights   = "name the bucket in the parameter NestedTemplateBuckets, or ForeignTemplateBuckets, of the macro's stack"
	advicePresign  = "deploy again, so that the URL is signed anew"
	adviceSize     = "split the template"
	adviceTime     = "raise the Timeout of the macro's function, or divide the nested stacks among several templates"
	adviceLast     = "list the macro last in its Transform"
	adviceDeclare  = "declare the macro in it: amplify-boundary declare FILE"
	adviceBucket   = "update the macro's stack, which makes that bucket"
)

// The problems of a URL.
var (
	errNoURL   = &problem{"no TemplateURL that is a text", adviceURL}
	errURL     = &problem{"TemplateURL is no URL", adviceS3}
	errScheme  = &problem{"the scheme of TemplateURL is not https", adviceS3}
	errHost    = &problem{"the host of TemplateURL is not S3's", adviceS3}
	errQuery   = &problem{"the query of TemplateURL is neither versionId nor a signature", adviceS3}
	errBucket  = &problem{"TemplateURL names no bucket", adviceS3}
	errKey     = &problem{"TemplateURL names no object", adviceS3}
	errSegment = &problem{"TemplateURL has a segment . or ..", adviceS3}
	errPlus    = &problem{`TemplateURL has a "+", which could mean a space`, "write %2B or %20 in TemplateURL"}

	errSignedKey = &problem{"TemplateURL has a signature in its path", `write the "?" before the signature of TemplateURL unescaped`}
)

// The problems of what is there.
var (
	errMissing      = &problem{"there is no template", adviceUpload}
	errNoBucket     = &problem{"there is no such bucket", adviceUpload}
	errDenied       = &problem{"access denied, or not there (S3 answers the same to both where listing is not allowed)", adviceUpload + "; " + adviceRights}
	errSignature    = &problem{"S3 refuses the signature of TemplateURL", advicePresign}
	errRegion       = &problem{"the bucket is in another region", "write TemplateURL with the bucket's region"}
	errTooLarge     = &problem{"larger than 1 MB, CloudFormation's limit", adviceSize}
	errCopyTooLarge = &problem{"larger than 1 MB once it declares the macro", adviceSize}
	errEarlier      = &problem{"it declares the macro, but not last", adviceLast}
	errOtherAccount = &problem{"it declares a macro of this name of another account", "take that declaration out"}
	errDeadline     = &problem{"not reached before the function's deadline", adviceTime}
)

// undeclared says that a template does not declare a macro, and how it would.
func undeclared(macro string) error {
	advice := adviceDeclare
	if macro != cfn.DefaultMacro {
		advice += " --macro " + macro
	}
	return &problem{"it does not declare the macro", advice}
}

// unreadable says why a template cannot be read, or be made to declare the macro.
func unreadable(err error) error {
	switch {
	case errors.Is(err, declare.ErrDeclaredTwice), errors.Is(err, declare.ErrNotEditable), errors.Is(err, declare.ErrDeclaredEarlier):
		return &problem{"the macro cannot be declared in it", err.Error()}
	case errors.Is(err, declare.ErrNoTemplate):
		return &problem{"what lies there is no template", adviceTemplate}
	default:
		return &problem{"what lies there cannot be read as a template (" + err.Error() + ")", adviceTemplate}
	}
}

// Fault is a nested stack that cannot be seen to.
type Fault struct {
	transform.Resource
	Place Place // zero where it is not known
	Err   error // it repeats no value of the template, and no signature
}

// FaultsError lists the nested stacks that cannot be seen to, sorted by logical ID.
type FaultsError struct {
	Macro  string
	Faults []Fault
}

// Error names the first nested stacks, at least one, with where their templates lie, and gives the advice
// once for each kind of problem. It has at most [transform.MessageLimit] characters.
func (e *FaultsError) Error() string {
	shown := min(len(e.Faults), transform.ResourceLimit)
	var stacks []transform.Named
	for _, f := range e.Faults[:shown] {
		stacks = append(stacks, transform.Named{Text: f.String(), Count: 1})
	}
	var advice []string
	for _, f := range e.Faults {
		if p := (*problem)(nil); errors.As(f.Err, &p) && !slices.Contains(advice, p.advice) {
			advice = append(advice, p.advice)
		}
	}
	return transform.Message(e.Macro, stacks, len(e.Faults)-shown, advice)
}

// String names the nested stack, its problem and the place of its template.
func (f Fault) String() string {
	detail := f.Err.Error()
	if p := (*problem)(nil); errors.As(f.Err, &p) {
		detail = p.detail
	}
	text := f.Resource.String() + ": " + detail
	if f.Place != (Place{}) {
		text += " [" + transform.Shortened(f.Place.Bucket) + "/" + transform.Shortened(f.Place.Key) + "]"
	}
	return text
}

func (r Request) faults(list []Fault) *FaultsError {
	slices.SortStableFunc(list, func(a, b Fault) int { return cmp.Compare(a.LogicalID, b.LogicalID) })
	return &FaultsError{r.Declaration.Macro, list}
}
