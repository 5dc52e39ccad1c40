package doctor

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

// silent never answers.
type silent struct{}

func (silent) Do(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// An interrupt ends in time although CloudFormation does not answer, and what may be there is named.
func TestProcess_interrupted_without_an_answer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := cloudformation.NewFromConfig(aws.Config{
			Region: "eu-west-1", HTTPClient: silent{}, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		_, left, err := trial{client, "eu-west-1", "a-stack", time.Second}.process(ctx, source{body: "{}"})
		if err == nil {
			t.Error("got no error")
		}
		if !strings.HasPrefix(left, "stack a-stack, which is empty, could not be deleted: ") {
			t.Errorf("got left over %q, want the stack", left)
		}
		if took, most := time.Since(began), time.Second+settleLimit+cleanUpLimit; took > most {
			t.Errorf("it took %v, want %v at most", took, most)
		}
	})
}
