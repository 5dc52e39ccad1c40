package files

import "testing"

func TestPattern_matches(t *testing.T) {
	for name, test := range map[string]struct {
		pattern, path string
		want          bool
	}{
		"base_name":                {"*.rain.yaml", "a/b/host.rain.yaml", true},
		"another_name":             {"*.rain.yaml", "a/b/host.yaml", false},
		"directory_by_name":        {"vendor", "a/vendor/b.yaml", true},
		"part_of_a_name":           {"vendor", "a/vendors/b.yaml", false},
		"path":                     {"a/b.yaml", "a/b.yaml", true},
		"path_elsewhere":           {"a/b.yaml", "c/a/b.yaml", false},
		"below_a_path":             {"a/b", "a/b/c/d.yaml", true},
		"trailing_slash":           {"vendor/", "vendor/a.yaml", true},
		"everything_below":         {"a/**", "a/b/c.yaml", true},
		"any_depth":                {"a/**/d.yaml", "a/b/c/d.yaml", true},
		"no_depth":                 {"a/**/d.yaml", "a/d.yaml", true},
		"leading_stars":            {"**/cdk.out/*", "x/y/cdk.out/tree.json", true},
		"star_is_one_segment":      {"a/*/d.yaml", "a/b/c/d.yaml", false},
		"dot_at_the_beginning":     {"./a/*.yaml", "a/b.yaml", true},
		"dot_of_the_file":          {"a/*.yaml", "./a/b.yaml", true},
		"range":                    {"[a-c].yaml", "x/b.yaml", true},
		"does_not_match_malformed": {"a[", "a[", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := matches(test.pattern, test.path); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestValidateArguments(t *testing.T) {
	for name, test := range map[string]struct {
		arguments, exclude []string
		wantErr            bool
	}{
		"none":                {nil, nil, true},
		"a_path":              {[]string{"a.yaml"}, []string{"*.json"}, false},
		"malformed_argument":  {[]string{"a[b"}, nil, true},
		"malformed_exclusion": {[]string{"a.yaml"}, []string{"a[b"}, true},
		"a_URL":               {[]string{"https://[::1/x.yaml"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := ValidateArguments(nil, test.arguments, test.exclude); (err != nil) != test.wantErr {
				t.Errorf("got error %v, want one: %t", err, test.wantErr)
			}
		})
	}
}
