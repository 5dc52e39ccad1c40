package boundary

import "testing"

func TestPattern(t *testing.T) {
	const all = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Project}/${AWS::Region}/${Environment}"
	for name, test := range map[string]struct {
		value string
		scope Scope
		want  string
	}{
		"nothing_known":       {all, Scope{}, "arn:*:iam::*:policy/*/*/*"},
		"all_known":           {all, Scope{AccountID: "123456789012", Region: "cn-north-1", Environment: "dev", Project: "shop"}, "arn:aws-cn:iam::123456789012:policy/shop/cn-north-1/dev"},
		"names_known":         {all, Scope{Environment: "dev", Project: "shop"}, "arn:*:iam::*:policy/shop/*/dev"},
		"no_placeholders":     {"arn:aws:iam::123456789012:policy/dev", Scope{Region: "cn-north-1"}, "arn:aws:iam::123456789012:policy/dev"},
		"managed_by_AWS":      {"arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess", Scope{}, "arn:*:iam::aws:policy/ReadOnlyAccess"},
		"wildcards_in_a_path": {"arn:aws:iam::123456789012:policy/a*b?c/dev", Scope{}, "arn:aws:iam::123456789012:policy/a${*}b${?}c/dev"},
		"twice_in_one_name":   {"arn:aws:iam::123456789012:policy/${Environment}-${Environment}", Scope{Environment: "dev"}, "arn:aws:iam::123456789012:policy/dev-dev"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := parsed(t, test.value).Pattern(test.scope); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
