package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/test/registrytest"
)

const (
	nestedStacks = 100
	callTime     = 50 * time.Millisecond // of each call to S3
)

// A request whose templates of nested stacks, 10 MB together, are in an S3 that answers after callTime, and in one that
// answers at once. The least that is possible with 16 calls at a time is 7 rounds of reads and 7 of writes.
func BenchmarkNested(b *testing.B) {
	children := templates(b, nestedStacks, 100_000)
	size := 0
	for _, text := range children {
		size += len(text)
	}
	for name, delay := range map[string]time.Duration{"slow": callTime, "instant": 0} {
		b.Run(name, func(b *testing.B) {
			measure(b, bounding(b, storage{children, delay}), parent(nestedStacks))
			b.ReportMetric(float64(14*callTime), "least-ns")
			b.ReportMetric(float64(size), "templates-B")
		})
	}
}

// templates are those of nested stacks, by key. Each is different, so that each has a copy of its own.
func templates(t testing.TB, count, size int) map[string][]byte {
	t.Helper()
	text := template(t, size, size/6000)
	all := make(map[string][]byte)
	for n := range count {
		all[fmt.Sprintf("stacks/%d.json", n)] = bytes.Replace(text, []byte("Orders of"), fmt.Appendf(nil, "Orders %d of", n), 1)
	}
	return all
}

const templateBucket = "shop-templates"

// parent is a request whose fragment has only nested stacks.
func parent(count int) []byte {
	stacks := make([]string, count)
	for n := range stacks {
		stacks[n] = fmt.Sprintf(`"Child%d":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":`+
			`{"Fn::Sub":"https://%s.s3.${AWS::Region}.${AWS::URLSuffix}/stacks/%[1]d.json"},"Parameters":{"env":{"Ref":"env"}}}}`, n, templateBucket)
	}
	return request([]byte(templateStart + strings.Join(stacks, ",") + templateEnd))
}

// bounding is the handler that processes nested stacks.
func bounding(t testing.TB, client aws.HTTPClient) operation {
	t.Helper()
	settings, err := macro.ReadSettings(func(name string) string {
		return map[string]string{"NESTED_STACKS": string(nested.Bound), "NESTED_TEMPLATE_BUCKET": "copies"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := aws.Config{Region: region, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), HTTPClient: client}
	h := macro.NewHandler(settings, registrytest.Values(registry), nested.NewS3(cfg, "copies"), io.Discard)
	return func(request []byte) ([]byte, error) { return h.Invoke(t.Context(), request) }
}

// storage is a client of an S3 that has some templates and accepts all copies, each after a delay.
type storage struct {
	templates map[string][]byte
	delay     time.Duration
}

func (s storage) Do(r *http.Request) (*http.Response, error) {
	time.Sleep(s.delay)
	var answer []byte
	if r.Method == http.MethodGet {
		answer = s.templates[strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"+templateBucket), "/")]
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Length": {strconv.Itoa(len(answer))}},
		Body: io.NopCloser(bytes.NewReader(answer)), ContentLength: int64(len(answer)), Request: r}, nil
}

func TestNested(t *testing.T) {
	response, err := bounding(t, storage{templates(t, 3, 7_000), 0})(parent(3))
	copies := make(map[string]bool)
	for _, part := range strings.Split(string(fragmentOf(t, response, err)), "https://copies.s3.eu-west-1.amazonaws.com/")[1:] {
		copies[part[:64]] = true
	}
	if len(copies) != 3 {
		t.Errorf("got copies %v, want 3", copies)
	}
}
