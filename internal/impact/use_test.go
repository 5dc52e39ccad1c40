package impact

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
)

// slow is an IAM whose jobs take a time. It remembers when it was asked.
type slow struct {
	takes   time.Duration
	started time.Time
	polls   []time.Duration
	answer  iam.GetServiceLastAccessedDetailsOutput
}

func (s *slow) GenerateServiceLastAccessedDetails(_ context.Context, input *iam.GenerateServiceLastAccessedDetailsInput, _ ...func(*iam.Options)) (*iam.GenerateServiceLastAccessedDetailsOutput, error) {
	if input.Granularity != types.AccessAdvisorUsageGranularityTypeActionLevel {
		return nil, errors.New("not by action")
	}
	s.started = time.Now()
	return &iam.GenerateServiceLastAccessedDetailsOutput{JobId: input.Arn}, nil
}

func (s *slow) GetServiceLastAccessedDetails(context.Context, *iam.GetServiceLastAccessedDetailsInput, ...func(*iam.Options)) (*iam.GetServiceLastAccessedDetailsOutput, error) {
	s.polls = append(s.polls, time.Since(s.started))
	if time.Since(s.started) < s.takes {
		return &iam.GetServiceLastAccessedDetailsOutput{JobStatus: types.JobStatusTypeInProgress}, nil
	}
	return &s.answer, nil
}

func TestUsage_polls(t *testing.T) {
	const second = time.Second
	for name, test := range map[string]struct {
		takes   time.Duration
		want    []time.Duration
		wantErr string
	}{
		"at_once":      {0, []time.Duration{second}, ""},
		"five_seconds": {5 * second, []time.Duration{second, 3 * second, 7 * second}, ""},
		"most_of_a_minute": {55 * second,
			[]time.Duration{second, 3 * second, 7 * second, 15 * second, 23 * second, 31 * second, 39 * second, 47 * second, 55 * second}, ""},
		"more_than_a_minute": {61 * second,
			[]time.Duration{second, 3 * second, 7 * second, 15 * second, 23 * second, 31 * second, 39 * second, 47 * second, 55 * second},
			"read what the role uses: IAM did not answer within a minute; try again"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &slow{takes: test.takes, answer: iam.GetServiceLastAccessedDetailsOutput{JobStatus: types.JobStatusTypeCompleted}}
				u := Assessor{Use: s}.usage(t.Context(), "arn", time.Now())
				if diff := cmp.Diff(test.want, s.polls); diff != "" {
					t.Errorf("polls (-want +got):\n%s", diff)
				}
				if got := errorText(u.err); got != test.wantErr {
					t.Errorf("got %q, want %q", got, test.wantErr)
				}
			})
		})
	}
}

// crowded is an IAM that counts the jobs that run at once. Each takes as many polls as its ARN is long.
type crowded struct {
	lock          sync.Mutex
	asked         map[string]int
	running, most int
}

func (c *crowded) GenerateServiceLastAccessedDetails(_ context.Context, input *iam.GenerateServiceLastAccessedDetailsInput, _ ...func(*iam.Options)) (*iam.GenerateServiceLastAccessedDetailsOutput, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.running++
	c.most = max(c.most, c.running)
	return &iam.GenerateServiceLastAccessedDetailsOutput{JobId: input.Arn}, nil
}

func (c *crowded) GetServiceLastAccessedDetails(_ context.Context, input *iam.GetServiceLastAccessedDetailsInput, _ ...func(*iam.Options)) (*iam.GetServiceLastAccessedDetailsOutput, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.asked[*input.JobId]++; c.asked[*input.JobId] < len(*input.JobId) {
		return &iam.GetServiceLastAccessedDetailsOutput{JobStatus: types.JobStatusTypeInProgress}, nil
	}
	c.running--
	return &iam.GetServiceLastAccessedDetailsOutput{JobStatus: types.JobStatusTypeCompleted}, nil
}

// At most eight jobs run at once, and the progress says so.
func TestUsages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowded{asked: map[string]int{}}
		var arns []string
		for i := range 100 {
			arns = append(arns, strings.Repeat("x", 1+i%4)+strconv.Itoa(i))
		}
		mostShown, lastRead, lastRunning := 0, 0, 0
		usages := Assessor{Use: c}.usages(t.Context(), arns, time.Now(), func(read, all, running int) {
			if read < lastRead || all != len(arns) {
				t.Errorf("got %d of %d after %d", read, all, lastRead)
			}
			mostShown, lastRead, lastRunning = max(mostShown, running), read, running
		})
		if len(usages) != len(arns) || c.most != 8 || mostShown != 8 || lastRead != len(arns) || lastRunning != 0 {
			t.Errorf("got %d usages, at most %d jobs, shown %d; at last %d read and %d running", len(usages), c.most, mostShown, lastRead, lastRunning)
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A job that failed, or that IAM describes in another way than its documentation, is not one without use.
func TestUsage_failed(t *testing.T) {
	for name, test := range map[string]struct {
		answer iam.GetServiceLastAccessedDetailsOutput
		want   string
	}{
		"failed":           {iam.GetServiceLastAccessedDetailsOutput{JobStatus: types.JobStatusTypeFailed, Error: &types.ErrorDetails{Code: aws.String("ServiceFailure")}}, "IAM's job failed (ServiceFailure)"},
		"failed_silently":  {iam.GetServiceLastAccessedDetailsOutput{JobStatus: types.JobStatusTypeFailed}, "IAM's job failed; try again"},
		"without_a_status": {iam.GetServiceLastAccessedDetailsOutput{}, "IAM's job failed; try again"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := Assessor{Use: &slow{answer: test.answer}}.usage(t.Context(), "arn", time.Now())
				if !strings.Contains(errorText(u.err), test.want) {
					t.Errorf("got %v, want %s", u.err, test.want)
				}
			})
		})
	}
}

func TestUsage_interrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if u := (Assessor{Use: &slow{}}).usage(ctx, "arn", time.Now()); u.err == nil {
			t.Error("got no error")
		}
	})
}

// What is older than the time asked for does not count. A use that no tracked action explains is one of the service.
func TestUsage_add(t *testing.T) {
	since := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	before, after, later := since.Add(-time.Second), since, since.Add(time.Hour)
	action := func(name string, at *time.Time) types.TrackedActionLastAccessed {
		return types.TrackedActionLastAccessed{ActionName: &name, LastAccessedTime: at}
	}
	for name, test := range map[string]struct {
		service types.ServiceLastAccessed
		want    []string
	}{
		"never_used":      {types.ServiceLastAccessed{}, nil},
		"used_before":     {types.ServiceLastAccessed{LastAuthenticated: &before, TrackedActionsLastAccessed: []types.TrackedActionLastAccessed{action("Scan", &before)}}, nil},
		"no_action_data":  {types.ServiceLastAccessed{LastAuthenticated: &after}, []string{"dynamodb"}},
		"tracked":         {types.ServiceLastAccessed{LastAuthenticated: &later, TrackedActionsLastAccessed: []types.TrackedActionLastAccessed{action("Scan", &after), action("Query", &later), action("GetItem", nil)}}, []string{"dynamodb:Scan", "dynamodb:Query"}},
		"another_since":   {types.ServiceLastAccessed{LastAuthenticated: &later, TrackedActionsLastAccessed: []types.TrackedActionLastAccessed{action("Scan", &after)}}, []string{"dynamodb:Scan", "dynamodb"}},
		"none_is_tracked": {types.ServiceLastAccessed{LastAuthenticated: &after, TrackedActionsLastAccessed: []types.TrackedActionLastAccessed{action("Scan", &before), action("Query", nil)}}, []string{"dynamodb"}},
	} {
		t.Run(name, func(t *testing.T) {
			var u usage
			test.service.ServiceNamespace = aws.String("dynamodb")
			u.add(test.service, since)
			var got []string
			for _, used := range u.uses {
				got = append(got, used.name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
