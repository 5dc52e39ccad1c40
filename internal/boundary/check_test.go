package boundary

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckTakesWhatCouldHold(t *testing.T) {
	full := Scope{AccountID: "123456789012", Region: "eu-west-1", Environment: "dev", Project: "shop"}
	const all = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Project}/${AWS::Region}/${Environment}"
	for name, test := range map[string]struct {
		value string
		scope Scope
	}{
		"none":                                   {"none", full},
		"none_nothing_known":                     {"none", Scope{}},
		"the_accounts_own_policy":                {"arn:aws:iam::123456789012:policy/one", full},
		"an_aws_managed_policy":                  {"arn:aws:iam::aws:policy/ReadOnlyAccess", full},
		"all_placeholders_all_known":             {all, full},
		"all_placeholders_nothing_known":         {all, Scope{}},
		"all_placeholders_project_not_named":     {all, Scope{AccountID: "123456789012", Region: "eu-west-1", Environment: "dev"}},
		"all_placeholders_environment_not_named": {all, Scope{AccountID: "123456789012", Region: "cn-north-1", Project: "shop"}},
		"all_placeholders_account_not_known":     {all, Scope{Region: "us-gov-west-1", Environment: "dev"}},
		"all_placeholders_region_not_known":      {all, Scope{AccountID: "123456789012", Environment: "dev"}},
		"any_account_where_none_is_known":        {"arn:aws:iam::210987654321:policy/one", Scope{Region: "eu-west-1"}},
		"any_partition_where_none_is_known":      {"arn:aws-cn:iam::123456789012:policy/one", Scope{AccountID: "123456789012"}},
		"any_of_both":                            {"arn:aws-cn:iam::210987654321:policy/${Environment}", Scope{}},
		"another_partitions_placeholder":         {"arn:${AWS::Partition}:iam::123456789012:policy/one", Scope{AccountID: "123456789012", Region: "cn-north-1"}},
		"a_name_just_not_too_long":               {"arn:aws:iam::123456789012:policy/" + strings.Repeat("n", 125) + "${Environment}", full},
	} {
		t.Run(name, func(t *testing.T) {
			if err := parsed(t, test.value).Check(test.scope); err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What is refused is refused in the words of Resolve, which the macro would use.
func TestCheckRefusesAsResolveDoes(t *testing.T) {
	full := Scope{AccountID: "123456789012", Region: "eu-west-1", Environment: "dev", Project: "shop"}
	for name, test := range map[string]struct {
		value string
		scope Scope
		want  string
	}{
		"another_account": {"arn:aws:iam::210987654321:policy/one", full,
			"the policy is in account 210987654321, but the stack is in account 123456789012, and IAM accepts a boundary only from the role's own account; " +
				"use ${AWS::AccountId} or a policy of that account"},
		"another_partition": {"arn:aws-cn:iam::123456789012:policy/one", full,
			"the policy is in partition aws-cn, but region eu-west-1 is in partition aws; use ${AWS::Partition} or a policy of that partition"},
		"the_standard_partition_in_china": {"arn:aws:iam::123456789012:policy/${Environment}", Scope{AccountID: "123456789012", Region: "cn-north-1", Environment: "dev"},
			"the policy is in partition aws, but region cn-north-1 is in partition aws-cn; use ${AWS::Partition} or a policy of that partition"},
		"a_name_that_is_too_long": {"arn:aws:iam::123456789012:policy/" + strings.Repeat("n", 126) + "${Environment}", full,
			"it resolves to a name of 129 characters in a path of 1; shorten it: IAM accepts names up to 128, paths up to 512, and ARNs up to 2048"},
	} {
		t.Run(name, func(t *testing.T) {
			value := parsed(t, test.value)
			err := value.Check(test.scope)
			if err == nil {
				t.Fatal("got no error")
			}
			if got := err.Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if _, resolveErr := value.Resolve(test.scope); resolveErr == nil || resolveErr.Error() != err.Error() {
				t.Errorf("Check says %v, Resolve %v", err, resolveErr)
			}
		})
	}
}

// Another account or partition is refused even where the rest cannot be resolved yet.
func TestCheckRefusesWhatNoTemplateCouldHeal(t *testing.T) {
	for name, test := range map[string]struct {
		value string
		scope Scope
	}{
		"account_project_not_named":         {"arn:aws:iam::210987654321:policy/${Project}", Scope{AccountID: "123456789012", Region: "eu-west-1"}},
		"partition_environment_not_named":   {"arn:aws-cn:iam::${AWS::AccountId}:policy/${Environment}", Scope{Region: "eu-west-1"}},
		"account_region_not_known":          {"arn:${AWS::Partition}:iam::210987654321:policy/${AWS::Region}", Scope{AccountID: "123456789012"}},
		"partition_account_not_known":       {"arn:aws-us-gov:iam::${AWS::AccountId}:policy/one", Scope{Region: "eu-west-1"}},
		"name_too_long_environment_unknown": {"arn:aws:iam::123456789012:policy/" + strings.Repeat("n", 128) + "${Environment}", Scope{}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := parsed(t, test.value).Check(test.scope); err == nil {
				t.Error("got no error")
			}
		})
	}
}

func TestCheckTellsAnotherAccountByItsType(t *testing.T) {
	err := parsed(t, "arn:aws:iam::210987654321:policy/${Project}").Check(Scope{AccountID: "123456789012"})
	var got *AccountError
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want an AccountError", err)
	}
	if want := (AccountError{Policy: "210987654321", Role: "123456789012"}); *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}
