package registry_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

const ruleAccount = "123456789012"

// ofPolicy is the ARN of a policy in the account of the rules.
func ofPolicy(name string) string { return "arn:aws:iam::" + ruleAccount + ":policy/" + name }

func TestNewRule(t *testing.T) {
	values := map[string]string{
		"_default":      ofPolicy("Default"),
		"dev":           ofPolicy("Dev"),
		"open":          "none",
		"broken":        "hunter2",
		"foreign":       "arn:aws:iam::210987654321:policy/Foreign",
		"named":         ofPolicy("${Environment}"),
		"shop/dev":      ofPolicy("ShopDev"),
		"shop/open":     ofPolicy("ShopOpen"),
		"blog/_default": ofPolicy("Blog"),
		"free/dev":      "none",
		"lost/dev":      "hunter2",
	}
	dev := []string{"Blog", "Dev", "ShopDev"}
	all := []string{"Blog", "Default", "Dev", "ShopDev", "ShopOpen", "named"}
	for name, test := range map[string]struct {
		environment, project string
		anyProject           bool
		accepted             []string // the names of policies
		none, fault          bool
	}{
		"an_environment":                      {"dev", "", false, dev, false, false},
		"of_a_project":                        {"dev", "shop", false, []string{"ShopDev"}, false, false},
		"of_a_project_by_its_fall-back":       {"dev", "blog", false, []string{"Blog"}, false, false},
		"of_a_project_by_the_environment":     {"dev", "other", false, []string{"Dev"}, false, false},
		"a_project_has_none":                  {"dev", "free", false, []string{"Default", "Dev", "named"}, true, false},
		"any_project_may_have_none":           {"dev", "", true, all, true, false},
		"a_malformed_entry_of_a_project":      {"dev", "lost", false, nil, false, true},
		"none":                                {"open", "", false, all, true, false},
		"none_of_all_projects_but_this_one":   {"open", "shop", false, []string{"ShopOpen"}, false, false},
		"a_malformed_entry":                   {"broken", "", false, []string{"Blog"}, false, true},
		"an_entry_for_another_account":        {"foreign", "", false, []string{"Blog"}, false, true},
		"the_name_in_the_value":               {"named", "", false, []string{"Blog", "named"}, false, false},
		"by_the_fall-back":                    {"test", "", false, []string{"Blog", "Default"}, false, false},
		"unknown":                             {"", "", false, all, false, false},
		"unknown_with_a_fixed_project":        {"", "shop", false, []string{"Default", "Dev", "ShopDev", "ShopOpen", "named"}, false, false},
		"unknown_with_a_project_without_them": {"", "other", false, []string{"Default", "Dev", "named"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := environment.Environment{Name: test.environment, Project: test.project}
			rule := registry.NewRule(snapshot(values), e, test.anyProject, boundary.Scope{AccountID: ruleAccount, Region: "eu-west-1"})
			var accepted []string
			for _, policy := range append(all, "Other", "${Environment}") {
				if rule.Accepts(ofPolicy(policy)) {
					accepted = append(accepted, policy)
				}
			}
			if diff := cmp.Diff(test.accepted, accepted); diff != "" {
				t.Errorf("accepted (-want +got):\n%s", diff)
			}
			if rule.Accepts("") || rule.Accepts("arn:aws:iam::210987654321:policy/Foreign") {
				t.Error("it accepts no boundary, or one of another account")
			}
			if rule.HasNone != test.none || (rule.Fault != nil) != test.fault || rule.Environment != e {
				t.Errorf("got none %t, fault %v, environment %+v", rule.HasNone, rule.Fault, rule.Environment)
			}
		})
	}
}

// An entry is resolved in the account and the region of the roles.
func TestNewRule_scope(t *testing.T) {
	s := snapshot(map[string]string{"dev": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${AWS::Region}"})
	for _, e := range []environment.Environment{{Name: "dev"}, {}} {
		for region, want := range map[string]string{
			"eu-west-1":  "arn:aws:iam::" + ruleAccount + ":policy/eu-west-1",
			"cn-north-1": "arn:aws-cn:iam::" + ruleAccount + ":policy/cn-north-1",
		} {
			rule := registry.NewRule(s, e, false, boundary.Scope{AccountID: ruleAccount, Region: region})
			if !rule.Accepts(want) {
				t.Errorf("%+v in %s does not accept %s: %s", e, region, want, rule.Wanted())
			}
		}
	}
}

func TestRule_Wanted(t *testing.T) {
	values := make(map[string]string)
	for i := range 5 {
		values[fmt.Sprintf("e%d", i)] = ofPolicy(fmt.Sprintf("P%d", i))
	}
	values["foreign"] = "arn:aws:iam::210987654321:policy/Foreign"
	values["shop/e0"] = ofPolicy("Shop")
	values["shop/e1"] = ofPolicy("P1") // as the environment's own, which is named
	of := func(i int) string {
		return fmt.Sprintf("%s (SSM parameter /ab/e%d)", ofPolicy(fmt.Sprintf("P%d", i)), i)
	}
	shop := ofPolicy("Shop") + " (SSM parameter /ab/shop/e0)"
	for name, test := range map[string]struct{ environment, want string }{
		"one":  {"e1", "environment e1 wants " + of(1)},
		"two":  {"e0", "environment e0 wants one of " + of(0) + " and " + shop},
		"none": {"foreign", "environment foreign has no usable boundary"},
		"many": {"", "the registry wants one of " + of(0) + ", " + of(1) + ", " + of(2) + ", and 3 more"},
	} {
		t.Run(name, func(t *testing.T) {
			rule := registry.NewRule(snapshot(values), environment.Environment{Name: test.environment}, false, boundary.Scope{AccountID: ruleAccount, Region: "eu-west-1"})
			if diff := cmp.Diff(test.want, rule.Wanted()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The rules of a registry of many projects cost about as much for each environment as those of a small one.
func BenchmarkNewRule(b *testing.B) {
	for _, size := range []int{50, 500, 5000} {
		values := make(map[string]string)
		for i := range size {
			values[fmt.Sprintf("e%d", i%50)] = ofPolicy(fmt.Sprint(i % 50))
			values[fmt.Sprintf("p%d/e%d", i, i%50)] = "none"
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for b.Loop() {
				s := snapshot(values)
				for _, e := range s.Environments() {
					_ = registry.NewRule(s, e, true, boundary.Scope{AccountID: ruleAccount, Region: "eu-west-1"}).Wanted()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*size), "µs/environment")
		})
	}
}
