// Package workload generates the macro requests that are measured: stacks of a web shop, with the mix of
// resources that Amplify and CDK applications have. The same size always gives the same bytes.
package workload

import (
	"bytes"
	"fmt"
)

// Environment is the environment that the requests tell.
const Environment = "dev"

// Size says how large a workload is.
type Size struct {
	Bytes int // of the fragment; it ends with the resource that reaches this size
	Roles int // spread over the fragment
}

// Workload is a macro request with what it holds.
type Workload struct {
	Request   []byte
	Fragment  []byte // the request's fragment
	Resources int    // roles included
	Roles     int
}

// Before and behind the resources of the template.
const (
	templateStart = `{"AWSTemplateFormatVersion":"2010-09-09","Description":"Orders of a web shop",` +
		`"Parameters":{"env":{"Type":"String"},"deploymentBucketName":{"Type":"String","Default":"NONE"}},` +
		`"Conditions":{"ShouldNotCreateEnvResources":{"Fn::Equals":[{"Ref":"env"},"NONE"]},` +
		`"IsProduction":{"Fn::Equals":[{"Ref":"env"},"prod"]},"UsePayPerRequest":{"Fn::Not":[{"Condition":"IsProduction"}]}},` +
		`"Resources":{`
	templateEnd = `},"Outputs":{"Region":{"Value":{"Ref":"AWS::Region"}}}}`

	request = `{"region":"eu-west-1","accountId":"123456789012","fragment":%s,` +
		`"transformId":"123456789012::AmplifyBoundary","params":{},"requestId":"6f1b8a52-0b1c-4c55-9a5e-0d9a3c1f7b21",` +
		`"templateParameterValues":{"env":"` + Environment + `","deploymentBucketName":"amplify-shop-dev-12ab3-deployment"}}`
)

// New generates a workload. White space is left out, as CloudFormation leaves it out.
func New(size Size) Workload {
	roles, others := kinds()
	fragment := bytes.NewBufferString(templateStart)
	w := Workload{}
	for fragment.Len() < size.Bytes || w.Roles < size.Roles {
		if w.Resources > 0 {
			fragment.WriteByte(',')
		}
		// The next role comes where its share of the bytes begins.
		if w.Roles < size.Roles && fragment.Len() >= size.Bytes/size.Roles*w.Roles {
			roles.next().write(fragment, w.Resources)
			w.Roles++
		} else {
			others.next().write(fragment, w.Resources)
		}
		w.Resources++
	}
	fragment.WriteString(templateEnd)
	w.Fragment = fragment.Bytes()
	w.Request = fmt.Appendf(nil, request, w.Fragment)
	return w
}
