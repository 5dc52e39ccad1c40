package registry

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/test/mototest"
)

func TestOperatorStore_moto(t *testing.T) {
	cfg := mototest.Config(mototest.Start(t), "eu-west-1")
	store := NewOperatorStore(cfg)
	client := ssm.NewFromConfig(cfg)
	put := func(t *testing.T, input *ssm.PutParameterInput) {
		t.Helper()
		if _, err := client.PutParameter(t.Context(), input); err != nil {
			t.Fatal(err)
		}
	}
	described := func(t *testing.T, name string) types.ParameterMetadata {
		t.Helper()
		answer, err := client.DescribeParameters(t.Context(), &ssm.DescribeParametersInput{
			ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Values: []string{name}}},
		})
		if err != nil || len(answer.Parameters) != 1 {
			t.Fatalf("got %+v, %v", answer, err)
		}
		return answer.Parameters[0]
	}
	replaced := func(t *testing.T, name, value string) int64 {
		t.Helper()
		read := parameterOf(t, store, name)
		version, err := store.Write(t.Context(), Write{Name: name, Value: value, Read: &read})
		if err != nil {
			t.Fatal(err)
		}
		return version
	}

	t.Run("add", func(t *testing.T) {
		add(t, store, "/new/dev", arnOne)
		got := described(t, "/new/dev")
		want := types.ParameterMetadata{Name: aws.String("/new/dev"), Type: types.ParameterTypeString, Version: 1,
			Description: aws.String("Permissions boundary of an environment, kept by amplify-boundary")}
		if diff := cmp.Diff(want, got, withoutDefaults()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("replace/versions", func(t *testing.T) {
		add(t, store, "/versions/dev", arnOne)
		for want := int64(1); want <= 3; want++ {
			read := parameterOf(t, store, "/versions/dev")
			if read.Version != want {
				t.Errorf("got version %d, want %d", read.Version, want)
			}
			if got := replaced(t, "/versions/dev", fmt.Sprint(arnOne, want)); got != want+1 {
				t.Errorf("got version %d, want %d", got, want+1)
			}
		}
	})
	t.Run("replace/nothing_but_the_value", func(t *testing.T) {
		tags := []types.Tag{{Key: aws.String("team"), Value: aws.String("platform")}}
		for name, input := range map[string]*ssm.PutParameterInput{
			"/kept/bare": {Type: types.ParameterTypeString},
			"/kept/all": {
				Type: types.ParameterTypeString, Description: aws.String("theirs"), AllowedPattern: aws.String("^arn:.*"),
				Tier: types.ParameterTierAdvanced, DataType: aws.String("text"), Tags: tags,
			},
			"/kept/list":   {Type: types.ParameterTypeStringList, Tier: types.ParameterTierIntelligentTiering},
			"/kept/sealed": {Type: types.ParameterTypeSecureString, Description: aws.String("theirs"), KeyId: aws.String("alias/boundaries"), Tags: tags},
		} {
			input.Name, input.Value = aws.String(name), aws.String(arnOne)
			put(t, input)
			want := described(t, name)
			replaced(t, name, arnTwo)
			want.Version = 2
			if diff := cmp.Diff(want, described(t, name), cmpopts.IgnoreUnexported(want), cmpopts.IgnoreFields(want, "LastModifiedDate")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			answer, err := client.ListTagsForResource(t.Context(), &ssm.ListTagsForResourceInput{
				ResourceId: aws.String(name), ResourceType: types.ResourceTypeForTaggingParameter,
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(input.Tags, answer.TagList, cmpopts.IgnoreUnexported(types.Tag{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("tags of %s (-want +got):\n%s", name, diff)
			}
		}
	})
	t.Run("secure_string", func(t *testing.T) {
		const key = "alias/boundaries"
		put(t, &ssm.PutParameterInput{Name: aws.String("/sealed/dev"), Value: aws.String(arnOne), Type: types.ParameterTypeSecureString, KeyId: aws.String(key)})
		want := Parameter{Name: "/sealed/dev", Value: arnOne, Version: 1, Encrypted: true}
		if got := parameterOf(t, store, "/sealed/dev"); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		wantList(t, store, "/sealed", want)
		wantValues(t, store, []string{"/sealed/dev"}, map[string]string{"/sealed/dev": arnOne})

		replaced(t, "/sealed/dev", arnTwo)
		want.Value, want.Version = arnTwo, 2
		if got := parameterOf(t, store, "/sealed/dev"); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got := described(t, "/sealed/dev"); got.Type != types.ParameterTypeSecureString || aws.ToString(got.KeyId) != key {
			t.Errorf("got %s with key %s, want a SecureString with %s", got.Type, aws.ToString(got.KeyId), key)
		}
		history, err := store.History(t.Context(), "/sealed/dev")
		if err != nil || len(history) != 2 || history[0].Value != arnTwo || history[1].Value != arnOne {
			t.Errorf("got history %+v, %v, want both values decrypted", history, err)
		}
	})
	t.Run("secure_string/own_key", func(t *testing.T) {
		mototest.PutParameter(t, *cfg.BaseEndpoint, cfg.Region, "/own/dev", arnOne, types.ParameterTypeSecureString)
		before := described(t, "/own/dev")
		replaced(t, "/own/dev", arnTwo)
		if got := described(t, "/own/dev"); got.Type != types.ParameterTypeSecureString || aws.ToString(got.KeyId) != aws.ToString(before.KeyId) {
			t.Errorf("got %s with key %s, want a SecureString with %s", got.Type, aws.ToString(got.KeyId), aws.ToString(before.KeyId))
		}
	})
	t.Run("history", func(t *testing.T) {
		start := time.Now().Add(-time.Minute)
		add(t, store, "/history/dev", arnOne)
		replaced(t, "/history/dev", arnTwo)
		replaced(t, "/history/dev", "none")
		got, err := store.History(t.Context(), "/history/dev")
		if err != nil {
			t.Fatal(err)
		}
		want := []Version{{Number: 3, Value: "none", Author: "N/A"}, {Number: 2, Value: arnTwo, Author: "N/A"}, {Number: 1, Value: arnOne, Author: "N/A"}}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Version{}, "Date")); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		for _, v := range got {
			if v.Date.Before(start) || v.Date.After(time.Now().Add(time.Minute)) {
				t.Errorf("got version %d of %s", v.Number, v.Date)
			}
		}
	})
	t.Run("history/long", func(t *testing.T) {
		for range 60 {
			mototest.PutParameter(t, *cfg.BaseEndpoint, cfg.Region, "/long/dev", arnOne, types.ParameterTypeString)
		}
		history, err := store.History(t.Context(), "/long/dev")
		if err != nil || len(history) != 60 || history[0].Number != 60 || history[59].Number != 1 {
			t.Errorf("got %d versions, %v, want 60 to 1", len(history), err)
		}
	})
	t.Run("region", func(t *testing.T) {
		add(t, store, "/region/dev", arnOne)
		elsewhere := cfg
		elsewhere.Region = "us-east-1"
		wantMissing(t, NewOperatorStore(elsewhere), "/region/dev")
	})
}

// withoutDefaults leaves out what Parameter Store adds itself.
func withoutDefaults() cmp.Option {
	return cmp.Options{
		cmpopts.IgnoreUnexported(types.ParameterMetadata{}),
		cmpopts.IgnoreFields(types.ParameterMetadata{}, "LastModifiedDate", "LastModifiedUser", "DataType", "ARN", "Tier"),
		cmpopts.EquateEmpty(),
	}
}

// fakeCalls is a Parameter Store whose answers a test writes down. A call without one fails.
type fakeCalls struct {
	get      func(*ssm.GetParametersInput) (*ssm.GetParametersOutput, error)
	byPath   func(*ssm.GetParametersByPathInput) (*ssm.GetParametersByPathOutput, error)
	describe func(*ssm.DescribeParametersInput) (*ssm.DescribeParametersOutput, error)
	history  func(*ssm.GetParameterHistoryInput) (*ssm.GetParameterHistoryOutput, error)
	put      func(*ssm.PutParameterInput) (*ssm.PutParameterOutput, error)
	delete   func(*ssm.DeleteParameterInput) (*ssm.DeleteParameterOutput, error)
	calls    []string
}

func answer[I, O any](c *fakeCalls, name string, function func(I) (O, error), input I) (output O, err error) {
	c.calls = append(c.calls, name)
	if function == nil {
		return output, errors.New("unexpected call of " + name)
	}
	return function(input)
}

func (c *fakeCalls) GetParameters(_ context.Context, i *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	return answer(c, "GetParameters", c.get, i)
}

func (c *fakeCalls) GetParametersByPath(_ context.Context, i *ssm.GetParametersByPathInput, _ ...func(*ssm.Options)) (*ssm.GetParametersByPathOutput, error) {
	return answer(c, "GetParametersByPath", c.byPath, i)
}

func (c *fakeCalls) DescribeParameters(_ context.Context, i *ssm.DescribeParametersInput, _ ...func(*ssm.Options)) (*ssm.DescribeParametersOutput, error) {
	return answer(c, "DescribeParameters", c.describe, i)
}

func (c *fakeCalls) GetParameterHistory(_ context.Context, i *ssm.GetParameterHistoryInput, _ ...func(*ssm.Options)) (*ssm.GetParameterHistoryOutput, error) {
	return answer(c, "GetParameterHistory", c.history, i)
}

func (c *fakeCalls) PutParameter(_ context.Context, i *ssm.PutParameterInput, _ ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	return answer(c, "PutParameter", c.put, i)
}

func (c *fakeCalls) DeleteParameter(_ context.Context, i *ssm.DeleteParameterInput, _ ...func(*ssm.Options)) (*ssm.DeleteParameterOutput, error) {
	return answer(c, "DeleteParameter", c.delete, i)
}

func faked(c *fakeCalls) *OperatorStore { return &OperatorStore{ParameterStore{c}, c} }

// holds answers GetParameters with one parameter.
func holds(p types.Parameter) func(*ssm.GetParametersInput) (*ssm.GetParametersOutput, error) {
	return func(*ssm.GetParametersInput) (*ssm.GetParametersOutput, error) {
		return &ssm.GetParametersOutput{Parameters: []types.Parameter{p}}, nil
	}
}

// describes answers DescribeParameters with the parameter.
func describes(*ssm.DescribeParametersInput) (*ssm.DescribeParametersOutput, error) {
	return &ssm.DescribeParametersOutput{Parameters: []types.ParameterMetadata{{Name: aws.String("/p/dev")}}}, nil
}

func sealed(value string, version int64) types.Parameter {
	return types.Parameter{Name: aws.String("/p/dev"), Value: aws.String(value), Version: version, Type: types.ParameterTypeSecureString}
}

var sealedRead = Parameter{Name: "/p/dev", Value: arnOne, Version: 4, Encrypted: true}

// What a request leaves out becomes the account's default, so the store gives everything back. The metadata can
// be on a later page, after empty ones.
func TestReplace_gives_back_what_it_does_not_change(t *testing.T) {
	var wrote *ssm.PutParameterInput
	var asked []*ssm.DescribeParametersInput
	calls := &fakeCalls{
		get: holds(sealed(arnOne, 4)),
		describe: func(i *ssm.DescribeParametersInput) (*ssm.DescribeParametersOutput, error) {
			asked = append(asked, i)
			if i.NextToken == nil {
				return &ssm.DescribeParametersOutput{NextToken: aws.String("next")}, nil
			}
			return &ssm.DescribeParametersOutput{Parameters: []types.ParameterMetadata{
				{Name: aws.String("/p/dev/deeper"), KeyId: aws.String("alias/wrong")},
				{
					Name: aws.String("/p/dev"), Type: types.ParameterTypeSecureString, KeyId: aws.String("alias/boundaries"),
					Description: aws.String("theirs"), Tier: types.ParameterTierAdvanced, AllowedPattern: aws.String("^arn:"), DataType: aws.String("text"),
				},
			}}, nil
		},
		put: func(i *ssm.PutParameterInput) (*ssm.PutParameterOutput, error) {
			wrote = i
			return &ssm.PutParameterOutput{Version: 5}, nil
		},
	}
	version, err := faked(calls).Write(t.Context(), Write{Name: sealedRead.Name, Value: arnTwo, Read: &sealedRead})
	if err != nil || version != 5 {
		t.Fatalf("got version %d, %v, want 5", version, err)
	}
	want := &ssm.PutParameterInput{
		Name: aws.String("/p/dev"), Value: aws.String(arnTwo), Type: types.ParameterTypeSecureString, Overwrite: aws.Bool(true),
		KeyId: aws.String("alias/boundaries"), Description: aws.String("theirs"), Tier: types.ParameterTierAdvanced,
		AllowedPattern: aws.String("^arn:"), DataType: aws.String("text"),
	}
	if diff := cmp.Diff(want, wrote, cmpopts.IgnoreUnexported(ssm.PutParameterInput{})); diff != "" {
		t.Errorf("PutParameter (-want +got):\n%s", diff)
	}
	wantFilter := []types.ParameterStringFilter{{Key: aws.String("Name"), Values: []string{"/p/dev"}}}
	for _, i := range asked {
		if diff := cmp.Diff(wantFilter, i.ParameterFilters, cmpopts.IgnoreUnexported(types.ParameterStringFilter{})); diff != "" {
			t.Errorf("DescribeParameters (-want +got):\n%s", diff)
		}
	}
	// The last look at the value is just before the write.
	if diff := cmp.Diff([]string{"DescribeParameters", "DescribeParameters", "GetParameters", "PutParameter"}, calls.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// Without its key, for example, a value would be encrypted with the account's default key.
func TestReplace_writes_nothing_without_metadata(t *testing.T) {
	calls := &fakeCalls{
		get: holds(sealed(arnOne, 4)),
		describe: func(*ssm.DescribeParametersInput) (*ssm.DescribeParametersOutput, error) {
			return &ssm.DescribeParametersOutput{}, nil
		},
	}
	_, err := faked(calls).Write(t.Context(), Write{Name: sealedRead.Name, Value: arnTwo, Read: &sealedRead})
	want := "the answer of Parameter Store says nothing about /p/dev; try again, and check the endpoint if one is set"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if diff := cmp.Diff([]string{"DescribeParameters", "GetParameters"}, calls.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestReplace_changed(t *testing.T) {
	for name, now := range map[string]func(*ssm.GetParametersInput) (*ssm.GetParametersOutput, error){
		"another_value":           holds(sealed(arnTwo, 5)),
		"the_same_value_again":    holds(sealed(arnOne, 5)),
		"removed_and_added_again": holds(sealed(arnOne, 1)),
		"no_secret_any_more":      holds(types.Parameter{Name: aws.String("/p/dev"), Value: aws.String(arnOne), Version: 4, Type: types.ParameterTypeString}),
		"removed": func(*ssm.GetParametersInput) (*ssm.GetParametersOutput, error) {
			return &ssm.GetParametersOutput{InvalidParameters: []string{"/p/dev"}}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			calls := &fakeCalls{get: now, describe: describes}
			version, err := faked(calls).Write(t.Context(), Write{Name: sealedRead.Name, Value: "none", Read: &sealedRead})
			if !errors.Is(err, ErrChanged) || version != 0 {
				t.Fatalf("got version %d, %v, want %v", version, err, ErrChanged)
			}
			if got, want := err.Error(), "SSM parameter /p/dev: it was changed meanwhile; look at it and try again"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if slices.Contains(calls.calls, "PutParameter") {
				t.Errorf("got calls %v, want nothing written", calls.calls)
			}
		})
	}
}

// A write between the second reading and this one shows in the version; who asked compares it.
func TestReplace_version(t *testing.T) {
	read := Parameter{Name: "/p/dev", Value: arnOne, Version: 4}
	store := faked(&fakeCalls{
		describe: describes,
		get:      holds(types.Parameter{Name: aws.String("/p/dev"), Value: aws.String(arnOne), Version: 4, Type: types.ParameterTypeString}),
		put: func(*ssm.PutParameterInput) (*ssm.PutParameterOutput, error) {
			return &ssm.PutParameterOutput{Version: 6}, nil
		},
	})
	version, err := store.Write(t.Context(), Write{Name: read.Name, Value: arnTwo, Read: &read})
	if err != nil || version != 6 {
		t.Errorf("got version %d, %v, want 6", version, err)
	}
	if got, want := read.NextVersion(), int64(5); got != want {
		t.Errorf("got next version %d, want %d", got, want)
	}
}

func TestAdd_exists(t *testing.T) {
	ours := types.Parameter{Name: aws.String("/p/dev"), Value: aws.String(arnOne), Version: 1, Type: types.ParameterTypeString}
	another, later, secret := ours, ours, ours
	another.Value, later.Version, secret.Type = aws.String(arnTwo), 2, types.ParameterTypeSecureString
	for name, test := range map[string]struct {
		now  types.Parameter
		want error
	}{
		"by_an_attempt_without_an_answer": {ours, nil},
		"with_another_value":              {another, ErrExists},
		"written_since":                   {later, ErrExists},
		"as_a_secret":                     {secret, ErrExists},
	} {
		t.Run(name, func(t *testing.T) {
			store := faked(&fakeCalls{get: holds(test.now), put: func(i *ssm.PutParameterInput) (*ssm.PutParameterOutput, error) {
				if aws.ToBool(i.Overwrite) {
					t.Error("got Overwrite")
				}
				return nil, &types.ParameterAlreadyExists{}
			}})
			_, err := store.Write(t.Context(), Write{Name: "/p/dev", Value: arnOne})
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if want := "SSM parameter /p/dev: it exists already"; err != nil && err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
		})
	}
}

func TestRemove_gone_by_an_attempt_without_an_answer(t *testing.T) {
	store := faked(&fakeCalls{get: holds(sealed(arnOne, 4)), delete: func(*ssm.DeleteParameterInput) (*ssm.DeleteParameterOutput, error) {
		return nil, &types.ParameterNotFound{}
	}})
	if err := store.Remove(t.Context(), sealedRead); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestParameter_incomplete(t *testing.T) {
	for name, output := range map[string]ssm.GetParametersOutput{
		"nothing":                   {},
		"another_parameter":         {Parameters: []types.Parameter{ssmParameter("/p/prod", arnOne)}},
		"another_missing_parameter": {InvalidParameters: []string{"/p/prod"}},
	} {
		p, found, err := faked(&fakeCalls{get: func(*ssm.GetParametersInput) (*ssm.GetParametersOutput, error) { return &output, nil }}).
			Parameter(t.Context(), "/p/dev")
		want := "the answer of Parameter Store says nothing about /p/dev; try again, and check the endpoint if one is set"
		if err == nil || err.Error() != want || found || p != (Parameter{}) {
			t.Errorf("%s: got %+v, %t, %v\nwant %s", name, p, found, err, want)
		}
	}
}

func TestOperatorStore_call_error(t *testing.T) {
	reads := holds(sealed(arnOne, 4))
	for _, test := range []struct {
		action, names string
		call          func(fault error) error
	}{
		{"ssm:GetParameters", "/p/dev, /p/_default", func(fault error) error {
			return second(faked(&fakeCalls{get: failing[*ssm.GetParametersInput, *ssm.GetParametersOutput](fault)}).Values(t.Context(), []string{"/p/dev", "/p/_default"}))
		}},
		{"ssm:GetParameters", "/p/dev", func(fault error) error {
			return third(faked(&fakeCalls{get: failing[*ssm.GetParametersInput, *ssm.GetParametersOutput](fault)}).Parameter(t.Context(), "/p/dev"))
		}},
		{"ssm:GetParametersByPath", "/p", func(fault error) error {
			return second(faked(&fakeCalls{byPath: failing[*ssm.GetParametersByPathInput, *ssm.GetParametersByPathOutput](fault)}).List(t.Context(), "/p"))
		}},
		{"ssm:PutParameter", "/p/dev", func(fault error) error {
			return second(faked(&fakeCalls{put: failing[*ssm.PutParameterInput, *ssm.PutParameterOutput](fault)}).Write(t.Context(), Write{Name: "/p/dev", Value: arnOne}))
		}},
		{"ssm:GetParameters", "/p/dev", func(fault error) error {
			return second(faked(&fakeCalls{describe: describes, get: failing[*ssm.GetParametersInput, *ssm.GetParametersOutput](fault)}).Write(t.Context(), Write{Name: sealedRead.Name, Value: arnTwo, Read: &sealedRead}))
		}},
		{"ssm:DescribeParameters", "/p/dev", func(fault error) error {
			return second(faked(&fakeCalls{get: reads, describe: failing[*ssm.DescribeParametersInput, *ssm.DescribeParametersOutput](fault)}).Write(t.Context(), Write{Name: sealedRead.Name, Value: arnTwo, Read: &sealedRead}))
		}},
		{"ssm:PutParameter", "/p/dev", func(fault error) error {
			return second(faked(&fakeCalls{get: reads, describe: describes, put: failing[*ssm.PutParameterInput, *ssm.PutParameterOutput](fault)}).Write(t.Context(), Write{Name: sealedRead.Name, Value: arnTwo, Read: &sealedRead}))
		}},
		{"ssm:DeleteParameter", "/p/dev", func(fault error) error {
			return faked(&fakeCalls{get: reads, delete: failing[*ssm.DeleteParameterInput, *ssm.DeleteParameterOutput](fault)}).Remove(t.Context(), sealedRead)
		}},
		{"ssm:GetParameterHistory", "/p/dev", func(fault error) error {
			return second(faked(&fakeCalls{history: failing[*ssm.GetParameterHistoryInput, *ssm.GetParameterHistoryOutput](fault)}).History(t.Context(), "/p/dev"))
		}},
	} {
		for fault, want := range map[error]string{
			error(&smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not authorized"}): "access denied (not authorized); allow " + test.action + " there, and the use of its KMS key if it is a SecureString",
			error(&smithy.GenericAPIError{Code: "ThrottlingException", Message: "hunter2"}):          "throttled, after several attempts; try again later",
			error(&smithy.GenericAPIError{Code: "InvalidKeyId", Message: "hunter2"}):                 "the KMS key of a SecureString cannot be used (InvalidKeyId); enable it, or write the value again",
		} {
			got := test.call(fault)
			if want := test.action + " of " + test.names + ": " + want; got == nil || got.Error() != want {
				t.Errorf("got  %v\nwant %s", got, want)
			}
		}
	}
}

func failing[I, O any](fault error) func(I) (O, error) {
	return func(I) (output O, err error) { return output, fault }
}

// A page that fails does not pass for the end of the list.
func TestOperatorStore_later_page_fails(t *testing.T) {
	fault := &smithy.GenericAPIError{Code: "ThrottlingException"}
	store := faked(&fakeCalls{
		byPath: func(i *ssm.GetParametersByPathInput) (*ssm.GetParametersByPathOutput, error) {
			if i.NextToken != nil {
				return nil, fault
			}
			return &ssm.GetParametersByPathOutput{Parameters: []types.Parameter{ssmParameter("/p/dev", arnOne)}, NextToken: aws.String("next")}, nil
		},
		history: func(i *ssm.GetParameterHistoryInput) (*ssm.GetParameterHistoryOutput, error) {
			if i.NextToken != nil {
				return nil, fault
			}
			return &ssm.GetParameterHistoryOutput{Parameters: []types.ParameterHistory{{Version: 1}}, NextToken: aws.String("next")}, nil
		},
	})
	if list, err := store.List(t.Context(), "/p"); err == nil || list != nil {
		t.Errorf("got list %+v, %v, want an error", list, err)
	}
	if versions, err := store.History(t.Context(), "/p/dev"); err == nil || versions != nil {
		t.Errorf("got history %+v, %v, want an error", versions, err)
	}
}

func TestHistory(t *testing.T) {
	date := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	const author = "arn:aws:sts::123456789012:assumed-role/deploy/ada"
	store := faked(&fakeCalls{history: func(i *ssm.GetParameterHistoryInput) (*ssm.GetParameterHistoryOutput, error) {
		if !aws.ToBool(i.WithDecryption) {
			t.Error("got a history without decryption")
		}
		return &ssm.GetParameterHistoryOutput{Parameters: []types.ParameterHistory{
			{Version: 9, Value: aws.String(arnOne), LastModifiedDate: &date, LastModifiedUser: aws.String(author)},
			{Version: 10, Value: aws.String(arnTwo)},
		}}, nil
	}})
	got, err := store.History(t.Context(), "/p/dev")
	if err != nil {
		t.Fatal(err)
	}
	want := []Version{{Number: 10, Value: arnTwo}, {Number: 9, Value: arnOne, Date: date, Author: author}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// AWS_CA_BUNDLE names the certificates of a company's own proxy, without which nothing can be reached.
func TestNewOperatorStore_ca_bundle(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprint(w, `{"Parameters":[],"InvalidParameters":["/p/dev"]}`)
	}))
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(bundle, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, variable := range append(mototest.Environ(server.URL, "eu-west-1"), "AWS_CA_BUNDLE="+bundle) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantMissing(t, NewOperatorStore(cfg), "/p/dev")
}
