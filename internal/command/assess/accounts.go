package assess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
)

// allAccounts is the value of --accounts for every active account of the caller's organisation.
const allAccounts = "all"

// readAccounts returns the IDs of the accounts that the flag or its file names, sorted, each once; none for all.
func (s *Scope) readAccounts(ctx context.Context) (ids []string, err error) {
	switch {
	case s.accounts == "", s.accounts == allAccounts:
		return nil, nil
	case strings.Trim(s.accounts, "0123456789, ") == "":
		for id := range strings.SplitSeq(s.accounts, ",") {
			if id = strings.TrimSpace(id); !boundary.ValidAccount(id) {
				return nil, fmt.Errorf("--accounts has %q; an account's ID is 12 digits", id)
			}
			ids = append(ids, id)
		}
	default:
		text, err := s.IO.ReadFile(ctx, s.accounts)
		if err != nil {
			return nil, fmt.Errorf("--accounts is not a list of account IDs, so it names a file: %w", err)
		}
		for i, line := range strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n") {
			line, _, _ = strings.Cut(line, "#") // which begins a comment
			switch id := strings.TrimSpace(line); {
			case id == "":
			case !boundary.ValidAccount(id):
				return nil, fmt.Errorf("%s: line %d: an account's ID is 12 digits", command.FileName(s.accounts), i+1)
			default:
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			return nil, fmt.Errorf("%s: it has no account", command.FileName(s.accounts))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// workers is how many accounts are read at a time.
const workers = 8

// in returns the configuration for calls in an account: the caller's own, or by a role of the account.
func (r *reader) in(id string) aws.Config {
	cfg := r.connection.AWS
	if id == r.where.AccountID {
		return cfg
	}
	return assume.Role(cfg, fmt.Sprintf("arn:%s:iam::%s:role/%s", boundary.PartitionOf(cfg.Region).ID, id, r.scope.assumed))
}

// read returns the report of the caller's account, or the merged reports of the scope's accounts. An account that cannot be
// read has a report that says so. A stack or a role that is named must exist in one of the accounts. After an interrupt,
// read says which accounts were complete.
func read[T any](ctx context.Context, s *Scope, merge func([]T) T, one func(ctx context.Context, r *reader, id string) (T, error),
	members func(*T) (account *string, errs *[]string)) (none T, err error) {
	r, err := s.open(ctx)
	if err != nil {
		return none, err
	}
	if len(r.accounts) == 0 {
		return one(ctx, r, r.where.AccountID)
	}
	if _, err := r.registry.List(ctx, s.Registry.Prefix); err != nil { // no account can be judged without it
		return none, err
	}
	reports := make([]T, len(r.accounts))
	var mu sync.Mutex
	var complete []string
	var missing error
	isFound := false
	progress := s.IO.Progress("accounts")
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i, id := range r.accounts {
		group.Go(func() error {
			report, err := one(working, r, id)
			if working.Err() != nil {
				return working.Err()
			}
			mu.Lock()
			defer mu.Unlock()
			account, errs := members(&report)
			*account = id
			switch {
			case errors.Is(err, audit.ErrNoEnvironment): // in none of the accounts
				return err
			case errors.Is(err, audit.ErrNoStack), errors.Is(err, errNoRole):
				missing = err
			case err != nil:
				*errs = append(*errs, err.Error())
			default:
				isFound = true
			}
			reports[i], complete = report, append(complete, id)
			if progress != nil {
				progress(len(complete), len(r.accounts))
			}
			return nil
		})
	}
	err = group.Wait()
	if ctx.Err() != nil {
		slices.Sort(complete)
		s.IO.Say("", "%d of %d accounts were read completely: %s", len(complete), len(r.accounts), cmp.Or(cfn.JoinNames(complete, command.NamesShown), "none"))
	}
	if err == nil && !isFound {
		err = missing
	}
	return merge(reports), err
}
