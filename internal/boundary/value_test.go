package boundary

import (
	"errors"
	"strings"
	"testing"
)

func TestParseTakesPolicyARNsAndNone(t *testing.T) {
	for _, text := range []string{
		"none",
		"arn:aws:iam::123456789012:policy/Boundary",
		"arn:aws:iam::123456789012:policy/team/dev/Boundary",
		"arn:aws:iam::123456789012:policy/B",
		"arn:aws:iam::123456789012:policy/a_b+c=d,e.f@g-h",
		"arn:aws:iam::123456789012:policy/with~!(odd)*path/Boundary",
		"arn:aws:iam::aws:policy/PowerUserAccess",
		"arn:aws-cn:iam::123456789012:policy/Boundary",
		"arn:aws-us-gov:iam::123456789012:policy/Boundary",
		"arn:aws-iso-b:iam::aws:policy/job-function/ViewOnlyAccess",
		"arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Boundary",
		"arn:${AWS::Partition}:iam::aws:policy/PowerUserAccess",
		"arn:aws:iam::123456789012:policy/${AWS::Region}/${Project}/Boundary-${Environment}",
		"arn:aws:iam::123456789012:policy/${Environment}",
		"arn:aws:iam::123456789012:policy/${AWS::Partition}-${AWS::AccountId}",
	} {
		for _, written := range []string{text, " \t" + text + "\r\n"} {
			v, err := Parse(written)
			if err != nil {
				t.Errorf("%q: %v", written, err)
				continue
			}
			if got := v.String(); got != text {
				t.Errorf("%q: got %q, want %q", written, got, text)
			}
			if got, want := v.IsNone(), text == "none"; got != want {
				t.Errorf("%q: got IsNone %t, want %t", written, got, want)
			}
		}
	}
}

func TestParseNamesAnUnknownPlaceholder(t *testing.T) {
	for text, unknown := range map[string]string{
		"arn:aws:iam::123456789012:policy/${Unknown}":                        "${Unknown}",
		"arn:aws:iam::123456789012:policy/${environment}/${Environment}":     "${environment}",
		"arn:aws:iam::123456789012:policy/${}":                               "${}",
		"arn:${AWS::Partition}:iam::${AWS::Acount}:policy/${Unknown}":        "${AWS::Acount}",
		"arn:${AWS:Partition}:iam::${AWS::AccountId}:policy/b-${AWS.Region}": "${AWS:Partition}",
	} {
		_, err := Parse(text)
		if !errors.Is(err, ErrForm) {
			t.Errorf("%q: got %v, want %v", text, err, ErrForm)
			continue
		}
		want := ErrForm.Error() + ": " + unknown + " is not a placeholder; there are ${AWS::Partition}, ${AWS::AccountId}, ${AWS::Region}, ${Environment}, ${Project}"
		if got := err.Error(); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestParseRefusesAnythingElseWithoutRepeatingIt(t *testing.T) {
	for _, text := range []string{
		"",
		" ",
		"None",
		"NONE",
		"none none",
		"secret",
		"Boundary",
		"arn:aws:iam::123456789012:role/Boundary",
		"arn:aws:iam::123456789012:user/Boundary",
		"arn:aws:iam::123456789012:policy/",
		"arn:aws:iam::123456789012:policy",
		"arn:aws:iam::123456789012:policyBoundary",
		"arn:aws:iam::123456789012:policy/team/",
		"arn:aws:iam::12345678901:policy/Boundary",
		"arn:aws:iam::1234567890123:policy/Boundary",
		"arn:aws:iam::AWS:policy/Boundary",
		"arn:aws:iam:::policy/Boundary",
		"arn:aws:iam:eu-west-1:123456789012:policy/Boundary",
		"arn:aws:s3:::policy/Boundary",
		"arn:azure:iam::123456789012:policy/Boundary",
		"arn::iam::123456789012:policy/Boundary",
		"ARN:aws:iam::123456789012:policy/Boundary",
		"arn:aws:iam::123456789012:policy/Bound ary",
		"arn:aws:iam::123456789012:policy/Bound\nary",
		"arn:aws:iam::123456789012:policy/Boundary\nsecret",
		"secret arn:aws:iam::123456789012:policy/Boundary",
		"arn:aws:iam::123456789012:policy/Böundary",
		"arn:aws:iam::123456789012:policy/Boundary?",
		"arn:aws:iam::123456789012:policy/${Environment",
		"arn:aws:iam::123456789012:policy/$Environment",
		"arn:aws:iam::123456789012:policy/{Environment}",
		"arn:aws:iam::123456789012:${Environment}/Boundary",
		"arn:${AWS::AccountId}:iam::123456789012:policy/Boundary",
		"arn:aws:iam::${AWS::Partition}:policy/Boundary",
		"arn:aws:iam::${Environment}:policy/Boundary",
		"arn:aws:iam::1234${Project}:policy/Boundary",
		`"arn:aws:iam::123456789012:policy/Boundary"`,
	} {
		v, err := Parse(text)
		if v != (Value{}) {
			t.Errorf("%q: got value %q with the error", text, v)
		}
		if !errors.Is(err, ErrForm) || err.Error() != ErrForm.Error() {
			t.Errorf("%q: got %v, want %v", text, err, ErrForm)
		}
	}
}

func TestTheZeroValueIsNotNone(t *testing.T) {
	if (Value{}).IsNone() {
		t.Error("the zero value is none")
	}
}

func TestResolveReplacesPlaceholders(t *testing.T) {
	scope := Scope{AccountID: "123456789012", Region: "cn-north-1", Environment: "dev", Project: "shop"}
	for _, test := range []struct {
		name  string
		value string
		scope Scope
		want  string
	}{
		{"all", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Project}/${AWS::Region}/${Environment}-${Environment}", scope,
			"arn:aws-cn:iam::123456789012:policy/shop/cn-north-1/dev-dev"},
		{"within_the_name", "arn:aws-cn:iam::123456789012:policy/${AWS::Partition}${AWS::AccountId}", scope,
			"arn:aws-cn:iam::123456789012:policy/aws-cn123456789012"},
		{"portable", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Project}/${AWS::Region}/${Environment}",
			Scope{AccountID: "123456789012", Region: "cn-north-1", Environment: "dev", Project: "shop", Portable: true},
			"arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/shop/${AWS::Region}/dev"},
		{"portable_without_account", "arn:aws:iam::${AWS::AccountId}:policy/Boundary", Scope{Portable: true}, "arn:aws:iam::${AWS::AccountId}:policy/Boundary"},
		{"none_there", "arn:aws-cn:iam::123456789012:policy/Boundary", scope, "arn:aws-cn:iam::123456789012:policy/Boundary"},
		{"managed_by_aws", "arn:${AWS::Partition}:iam::aws:policy/PowerUserAccess", scope, "arn:aws-cn:iam::aws:policy/PowerUserAccess"},
		{"account_and_region_unknown", "arn:aws:iam::123456789012:policy/Boundary", Scope{}, "arn:aws:iam::123456789012:policy/Boundary"},
		{"longest_name", "arn:aws:iam::123456789012:policy/" + strings.Repeat("n", 128), Scope{},
			"arn:aws:iam::123456789012:policy/" + strings.Repeat("n", 128)},
		{"longest_path", "arn:aws:iam::123456789012:policy/" + strings.Repeat("p", 510) + "/n", Scope{},
			"arn:aws:iam::123456789012:policy/" + strings.Repeat("p", 510) + "/n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parsed(t, test.value).Resolve(test.scope)
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestResolveRefusesWhatIAMWouldRefuse(t *testing.T) {
	scope := Scope{AccountID: "123456789012", Region: "eu-west-1", Environment: "dev", Project: "shop"}
	for _, test := range []struct {
		name  string
		value string
		scope Scope
		want  string
	}{
		{"another_account", "arn:aws:iam::210987654321:policy/Boundary", scope,
			"the policy is in account 210987654321, but the stack is in account 123456789012, and IAM accepts a boundary only from the role's own account; " +
				"use ${AWS::AccountId} or a policy of that account"},
		{"another_partition", "arn:aws-cn:iam::123456789012:policy/Boundary", scope,
			"the policy is in partition aws-cn, but region eu-west-1 is in partition aws; use ${AWS::Partition} or a policy of that partition"},
		{"another_partition_managed_by_aws", "arn:aws:iam::aws:policy/PowerUserAccess", Scope{Region: "us-gov-west-1"},
			"the policy is in partition aws, but region us-gov-west-1 is in partition aws-us-gov; use ${AWS::Partition} or a policy of that partition"},
		{"no_project", "arn:aws:iam::123456789012:policy/${Project}", Scope{Environment: "dev"},
			"placeholder ${Project} cannot be replaced: the template names no project (transform parameter Project)"},
		{"no_environment", "arn:aws:iam::123456789012:policy/${Environment}", Scope{},
			"placeholder ${Environment} cannot be replaced: no environment is named"},
		{"no_environment_portable", "arn:aws:iam::${AWS::AccountId}:policy/${Environment}", Scope{Portable: true},
			"placeholder ${Environment} cannot be replaced: no environment is named"},
		{"no_region_for_a_partition", "arn:${AWS::Partition}:iam::123456789012:policy/Boundary", Scope{},
			"placeholder ${AWS::Partition} cannot be replaced: the region is not known"},
		{"no_region", "arn:aws:iam::123456789012:policy/${AWS::Region}", Scope{},
			"placeholder ${AWS::Region} cannot be replaced: the region is not known"},
		{"no_account", "arn:aws:iam::${AWS::AccountId}:policy/Boundary", Scope{},
			"placeholder ${AWS::AccountId} cannot be replaced: the account is not known"},
		{"a_long_name", "arn:aws:iam::123456789012:policy/" + strings.Repeat("n", 126) + "${Environment}", scope,
			"it resolves to a name of 129 characters in a path of 1; shorten it: IAM accepts names up to 128, paths up to 512, and ARNs up to 2048"},
		{"a_long_path", "arn:aws:iam::123456789012:policy/" + strings.Repeat("p", 511) + "/n", scope,
			"it resolves to a name of 1 characters in a path of 513; shorten it: IAM accepts names up to 128, paths up to 512, and ARNs up to 2048"},
	} {
		t.Run(test.name, func(t *testing.T) {
			arn, err := parsed(t, test.value).Resolve(test.scope)
			if arn != "" || err == nil {
				t.Fatalf("got %q, %v", arn, err)
			}
			if got := err.Error(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// The value None has no ARN: to resolve it must not make one up.
func TestResolveOfNoneFails(t *testing.T) {
	if arn, err := None.Resolve(Scope{}); arn != "" || !errors.Is(err, ErrForm) {
		t.Errorf("got %q, %v", arn, err)
	}
}

func TestDependsOnTemplate(t *testing.T) {
	for value, want := range map[string]bool{
		"none": false,
		"arn:aws:iam::123456789012:policy/Boundary":                                   false,
		"arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${AWS::Region}/Boundary": false,
		"arn:aws:iam::123456789012:policy/${Environment}":                             true,
		"arn:aws:iam::123456789012:policy/${Project}/Boundary":                        true,
	} {
		if got := parsed(t, value).DependsOnTemplate(); got != want {
			t.Errorf("%s: got %t, want %t", value, got, want)
		}
	}
}

func parsed(t *testing.T, text string) Value {
	t.Helper()
	v, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// Under keep, each role's own boundary is read, so a string that is not a value must not compile a pattern.
func TestParseOfNoValueIsCheap(t *testing.T) {
	const compilation = 100 // far fewer allocations than one takes
	if got := testing.AllocsPerRun(10, func() { _, _ = Parse("Boundary") }); got >= compilation {
		t.Errorf("got %.0f allocations", got)
	}
}
