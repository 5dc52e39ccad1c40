// Package bench measures the macro: its time against the time that validating the fragment takes, its memory against the
// size of the request, its cold start against a Go function that does nothing, and the calls that it makes of AWS.
//
// Command goals prints the ratios beside what is wanted of them. Machines differ and are disturbed: compare only figures
// of one run.
package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	accountID     = "123456789012"
	region        = "eu-west-1"
	boundaryARN   = "arn:aws:iam::123456789012:policy/dev-boundary"
	parameterName = "/amplify-boundary/dev"

	templateStart = `{"AWSTemplateFormatVersion":"2010-09-09","Description":"Orders of a web shop",` +
		`"Parameters":{"env":{"Type":"String"},"deploymentBucketName":{"Type":"String","Default":"NONE"}},` +
		`"Conditions":{"ShouldNotCreateEnvResources":{"Fn::Equals":[{"Ref":"env"},"NONE"]},` +
		`"IsProduction":{"Fn::Equals":[{"Ref":"env"},"prod"]},"UsePayPerRequest":{"Fn::Not":[{"Condition":"IsProduction"}]}},` +
		`"Resources":{`
	templateEnd = `},"Outputs":{"Region":{"Value":{"Ref":"AWS::Region"}}}}`
)

// request returns a request for the environment dev.
func request(fragment []byte) []byte {
	return fmt.Appendf(nil, `{"region":%q,"accountId":%q,"fragment":%s,"transformId":"%s::AmplifyBoundary","params":{},`+
		`"requestId":"6f1b8a52-0b1c-4c55-9a5e-0d9a3c1f7b21",`+
		`"templateParameterValues":{"env":"dev","deploymentBucketName":"amplify-shop-dev-12ab3-deployment"}}`, region, accountID, fragment, accountID)
}

// kind is a resource that a workload repeats. In its name and its JSON, {n} stands for a number that no other resource of
// the workload has, and {text} for one to five sentences.
type kind struct {
	Share    int // how often it occurs, relative to the other kinds
	Name     string
	Resource json.RawMessage
	debt     int // how often it should have occurred and did not, times the sum of the shares
}

// readKinds returns the roles of testdata/resources.json and its other resources, as compact JSON.
func readKinds(t testing.TB) (roles, others []*kind) {
	t.Helper()
	text, err := os.ReadFile("testdata/resources.json")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []*kind
	if err := json.Unmarshal(text, &kinds); err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		var compact bytes.Buffer
		if err := json.Compact(&compact, k.Resource); err != nil {
			t.Fatal(err)
		}
		k.Resource = compact.Bytes()
		if bytes.Contains(k.Resource, []byte(`"Type":"AWS::IAM::Role"`)) {
			roles = append(roles, k)
		} else {
			others = append(others, k)
		}
	}
	return roles, others
}

// next chooses a kind so that all occur evenly, by their shares.
func next(kinds []*kind) *kind {
	total := 0
	for _, k := range kinds {
		k.debt += k.Share
		total += k.Share
	}
	most := slices.MaxFunc(kinds, func(a, b *kind) int { return a.debt - b.debt })
	most.debt -= total
	return most
}

// template generates the template of a web shop, with the mix of resources that Amplify and CDK applications have and
// without white space, as CloudFormation sends it. It has at least so many bytes, and so many roles spread over it. The
// same arguments always give the same template.
func template(t testing.TB, size, roleCount int) []byte {
	t.Helper()
	roles, others := readKinds(t)
	text := bytes.NewBufferString(templateStart)
	written := 0 // roles
	for n := 0; text.Len() < size || written < roleCount; n++ {
		if n > 0 {
			text.WriteByte(',')
		}
		kinds := others
		if written < roleCount && text.Len() >= size/roleCount*written {
			kinds = roles
			written++
		}
		k := next(kinds)
		prose := strings.Repeat("Orders that were paid are sent on the next working day. ", 1+n*7%5)
		_, _ = strings.NewReplacer("{n}", strconv.Itoa(n), "{text}", prose).WriteString(text, `"`+k.Name+`":`+string(k.Resource))
	}
	text.WriteString(templateEnd)
	return text.Bytes()
}

func TestTemplate(t *testing.T) {
	for _, want := range []struct{ size, roles int }{{10_000, 2}, {100_000, 0}, {900_000, 150}} {
		text := template(t, want.size, want.roles)
		if !bytes.Equal(text, template(t, want.size, want.roles)) {
			t.Errorf("%+v gives other bytes the second time", want)
		}
		if got := len(text); got < want.size || got > want.size+2000 {
			t.Errorf("%+v gives %d bytes", want, got)
		}
		var parsed struct {
			Resources map[string]struct{ Type string }
		}
		if err := json.Unmarshal(text, &parsed); err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, r := range parsed.Resources {
			if r.Type == "AWS::IAM::Role" {
				got++
			}
		}
		if got != want.roles {
			t.Errorf("%+v gives %d roles", want, got)
		}
	}
}
