package impact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/sync/errgroup"

	"amplify-boundary/internal/awsapi"
)

// LastAccessed are the calls by which IAM says what a role uses.
type LastAccessed interface {
	GenerateServiceLastAccessedDetails(context.Context, *iam.GenerateServiceLastAccessedDetailsInput, ...func(*iam.Options)) (*iam.GenerateServiceLastAccessedDetailsOutput, error)
	GetServiceLastAccessedDetails(context.Context, *iam.GetServiceLastAccessedDetailsInput, ...func(*iam.Options)) (*iam.GetServiceLastAccessedDetailsOutput, error)
}

// use is what a role used.
type use struct {
	name string // an action with its service, or the service alone where IAM does not say which action
	last time.Time
}

// usage is what IAM says about the use of a role, or why it says nothing.
type usage struct {
	uses []use
	err  error
}

// The times of a job, in terms of the time before its first poll.
const (
	firstPoll  = time.Second
	longestGap = 8  // between two polls
	patience   = 60 // for the whole job
	jobs       = 8  // that run at once
)

// usages reads what roles used since a time.
func (a Assessor) usages(ctx context.Context, arns []string, since time.Time, progress func(read, all, running int)) map[string]usage {
	list := make(map[string]usage, len(arns))
	var group errgroup.Group
	group.SetLimit(jobs)
	var lock sync.Mutex
	running := 0
	count := func(change int) {
		if running += change; progress != nil {
			progress(len(list), len(arns), running)
		}
	}
	for _, arn := range arns {
		group.Go(func() error {
			lock.Lock()
			count(1)
			lock.Unlock()
			u := a.usage(ctx, arn, since)
			lock.Lock()
			defer lock.Unlock()
			list[arn] = u
			count(-1)
			return nil
		})
	}
	_ = group.Wait() // each usage has its error
	return list
}

// usage has IAM find out what a role used, see
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html.
func (a Assessor) usage(ctx context.Context, arn string, since time.Time) (u usage) {
	job, err := a.Use.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{
		Arn: &arn, Granularity: types.AccessAdvisorUsageGranularityTypeActionLevel,
	})
	if missing := (*types.NoSuchEntityException)(nil); errors.As(err, &missing) {
		return usage{err: errors.New("the role no longer exists")}
	}
	call := awsapi.Call{Service: "IAM", Action: "iam:GenerateServiceLastAccessedDetails"}
	if err == nil && aws.ToString(job.JobId) == "" {
		err = call.Unreadable()
	}
	if err != nil {
		return usage{err: fmt.Errorf("ask IAM what the role uses: %w", call.Explain(ctx, err))}
	}
	page, err := a.await(ctx, job.JobId)
	for err == nil {
		for _, s := range page.ServicesLastAccessed {
			u.add(s, since)
		}
		if !page.IsTruncated {
			return u
		}
		page, err = a.page(ctx, job.JobId, page.Marker)
	}
	return usage{err: fmt.Errorf("read what the role uses: %w", err)}
}

// await waits for the end of a job, and returns its first page.
func (a Assessor) await(ctx context.Context, id *string) (*iam.GetServiceLastAccessedDetailsOutput, error) {
	first := cmp.Or(a.FirstPoll, firstPoll)
	for gap, waited := first, time.Duration(0); ; gap = min(2*gap, longestGap*first) {
		select {
		case <-ctx.Done():
			return nil, lastAccessed().Explain(ctx, ctx.Err())
		case <-time.After(gap):
			waited += gap
		}
		page, err := a.page(ctx, id, nil)
		switch {
		case err != nil:
			return nil, err
		case page.JobStatus == types.JobStatusTypeCompleted:
			return page, nil
		case page.JobStatus == types.JobStatusTypeInProgress && waited+gap > patience*first:
			return nil, errors.New("IAM did not answer within a minute; try again")
		case page.JobStatus == types.JobStatusTypeInProgress:
			continue
		case page.Error != nil:
			return nil, fmt.Errorf("IAM's job failed (%s); try again", aws.ToString(page.Error.Code))
		default:
			return nil, errors.New("IAM's job failed; try again")
		}
	}
}

func (a Assessor) page(ctx context.Context, id, marker *string) (*iam.GetServiceLastAccessedDetailsOutput, error) {
	page, err := a.Use.GetServiceLastAccessedDetails(ctx, &iam.GetServiceLastAccessedDetailsInput{JobId: id, Marker: marker})
	if err != nil {
		return nil, lastAccessed().Explain(ctx, err)
	}
	return page, nil
}

func lastAccessed() awsapi.Call {
	return awsapi.Call{Service: "IAM", Action: "iam:GetServiceLastAccessedDetails"}
}

// add adds what was used of a service. IAM does not track every action of a service: if the service was used after its
// last tracked action, an action that IAM does not name was used too.
func (u *usage) add(s types.ServiceLastAccessed, since time.Time) {
	service := aws.ToString(s.ServiceNamespace)
	var tracked time.Time
	for _, t := range s.TrackedActionsLastAccessed {
		action, last := aws.ToString(t.ActionName), aws.ToTime(t.LastAccessedTime)
		if last.After(tracked) {
			tracked = last
		}
		if !last.Before(since) {
			u.uses = append(u.uses, use{service + ":" + action, last})
		}
	}
	if last := aws.ToTime(s.LastAuthenticated); !last.Before(since) && last.After(tracked) {
		u.uses = append(u.uses, use{service, last})
	}
}
