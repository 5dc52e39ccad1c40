package amplify

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/atomicfile"
)

const (
	arnOne = "arn:aws:iam::123456789012:policy/boundaries/one"
	arnTwo = "arn:aws:iam::123456789012:policy/boundaries/two"
)

// team is a file with two environments, the second of which has a boundary.
const team = `{
  "dev": {
    "awscloudformation": {
      "AuthRoleName": "amplify-bookshop-dev-0a1b2-authRole",
      "AuthRoleArn": "arn:aws:iam::123456789012:role/amplify-bookshop-dev-0a1b2-authRole",
      "Region": "eu-west-1",
      "StackName": "amplify-bookshop-dev-0a1b2"
    },
    "categories": {
      "function": { "lend": {"limit": 1E400, "note": "caf\u00e9 <&>"} }
    }
  },
  "prod": {
    "awscloudformation": {
      "AuthRoleArn": "arn:aws:iam::210987654321:role/amplify-bookshop-prod-3c4d5-authRole",
      "Region": "us-east-1",
      "PermissionsBoundaryPolicyArn": "` + arnOne + `",
      "StackName": "amplify-bookshop-prod-3c4d5"
    }
  }
}`

// teamProject writes a project with a team-provider-info.json and returns the file's path.
func teamProject(t *testing.T, content string) (project Project, file string) {
	t.Helper()
	root := written(t, map[string]string{
		"amplify/.config/project-config.json": `{}`,
		"amplify/team-provider-info.json":     content,
	})
	project = opened(t, root)
	return project, filepath.Join(root, "amplify", "team-provider-info.json")
}

func read(t *testing.T, project Project) *TeamProviderInfo {
	t.Helper()
	info, err := project.TeamProviderInfo()
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestTeamProviderInfo(t *testing.T) {
	for name, test := range map[string]struct {
		content string
		want    []Environment
	}{
		"as_amplify_writes_it": {team, []Environment{
			{Name: "dev", Region: "eu-west-1", AccountID: "123456789012"},
			{Name: "prod", Region: "us-east-1", AccountID: "210987654321", Boundary: arnOne, Bounded: true},
		}},
		"none":                            {`{}`, nil},
		"order_that_is_not_the_alphabets": {`{"zoo":{},"abc":{},"mid":{}}`, []Environment{{Name: "zoo"}, {Name: "abc"}, {Name: "mid"}}},
		"an_empty_boundary":               {`{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn":""}}}`, []Environment{{Name: "dev", Bounded: true}}},
		"an_escaped_boundary": {`{"dev":{"awscloudformation":{"Permissions\u0042oundaryPolicyArn":"arn:aws:iam::aws:policy\/Read\u004fnly"}}}`,
			[]Environment{{Name: "dev", Bounded: true, Boundary: "arn:aws:iam::aws:policy/ReadOnly"}}},
		"no_awscloudformation": {`{"dev":{"categories":{"PermissionsBoundaryPolicyArn":"x"},"Region":"eu-west-1"}}`, []Environment{{Name: "dev"}}},
		"another_partition": {`{"dev":{"awscloudformation":{"Region":"us-gov-west-1","AuthRoleArn":"arn:aws-us-gov:iam::123456789012:role/path/a"}}}`,
			[]Environment{{Name: "dev", Region: "us-gov-west-1", AccountID: "123456789012"}}},
		"a_roles_arn_without_an_account":   {`{"dev":{"awscloudformation":{"AuthRoleArn":"arn:aws:iam::12345678901:role/a"}}}`, []Environment{{Name: "dev"}}},
		"no_roles_arn":                     {`{"dev":{"awscloudformation":{"AuthRoleArn":"arn:aws:iam::123456789012:user/a"}}}`, []Environment{{Name: "dev"}}},
		"neither_region_nor_role_are_text": {`{"dev":{"awscloudformation":{"Region":7,"AuthRoleArn":["arn:aws:iam::123456789012:role/a"]}}}`, []Environment{{Name: "dev"}}},
	} {
		t.Run(name, func(t *testing.T) {
			project, file := teamProject(t, test.content)
			info := read(t, project)
			if diff := cmp.Diff(test.want, info.Environments, cmpopts.IgnoreUnexported(Environment{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got, want := info.File, file; got != want {
				t.Errorf("got file %s, want %s", got, want)
			}
		})
	}
}

func TestTeamProviderInfo_malformed(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"empty":                            {``, " is not valid JSON at byte 0: it ends too early"},
		"a_list":                           {`[{"hunter2":1}]`, " is not an object"},
		"cut_off":                          {`{"dev":{"awscloudformation":{"x":"hunter2`, " is not valid JSON at byte 41: it ends too early"},
		"a_merge_conflict":                 {"{\n<<<<<<< hunter2\n}", " is not valid JSON at byte 2: a character or an escape does not belong there"},
		"an_environment_twice":             {`{"dev":{},"dev":{}}`, " is not valid JSON at byte 10: a name appears twice in one object"},
		"an_environment_that_is_no_object": {`{"dev":"hunter2"}`, " is not an object at byte 7"},
		"a_provider_that_is_no_object":     {`{"dev":{"awscloudformation":["hunter2"]}}`, " is not an object at byte 28"},
		"a_boundary_that_is_null": {`{"dev":{},"prod":{"awscloudformation":{"PermissionsBoundaryPolicyArn":null}}}`,
			": PermissionsBoundaryPolicyArn of environment prod is not a string"},
		"a_boundary_that_is_an_object": {`{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn":{"hunter2":1}}}}`,
			": PermissionsBoundaryPolicyArn of environment dev is not a string"},
	} {
		t.Run(name, func(t *testing.T) {
			project, file := teamProject(t, test.content)
			info, err := project.TeamProviderInfo()
			if err == nil || info != nil {
				t.Fatalf("got %+v, %v", info, err)
			}
			if got, want := err.Error(), file+test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestTeamProviderInfo_missing(t *testing.T) {
	root := written(t, map[string]string{"amplify/.config/project-config.json": `{}`})
	info, err := opened(t, root).TeamProviderInfo()
	if err == nil || info != nil {
		t.Fatalf("got %+v, %v", info, err)
	}
	want := filepath.Join(root, "amplify", "team-provider-info.json") + " does not exist; Amplify writes it when a project gets its first environment"
	if got := err.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// setting is what a test sets: pairs of an environment and its boundary, in the file's order.
type setting struct{ name, arn string }

// set applies settings and reports which of them are changes.
func set(t *testing.T, info *TeamProviderInfo, settings []setting) (changed []bool) {
	t.Helper()
	for _, s := range settings {
		found := false
		for _, e := range info.Environments {
			if e.Name == s.name {
				found = true
				changed = append(changed, info.Set(e, s.arn))
			}
		}
		if !found {
			t.Fatalf("the file has no environment %s", s.name)
		}
	}
	return changed
}

func TestWrite(t *testing.T) {
	const bounded = "      \"PermissionsBoundaryPolicyArn\": \"" + arnOne + "\",\n"
	crlf := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	for name, test := range map[string]struct {
		content  string
		settings []setting
		want     string
	}{
		"add": {team, []setting{{"dev", arnTwo}},
			strings.Replace(team, "      \"AuthRoleName\"", "      \"PermissionsBoundaryPolicyArn\": \""+arnTwo+"\",\n      \"AuthRoleName\"", 1)},
		"change": {team, []setting{{"prod", arnTwo}}, strings.Replace(team, arnOne, arnTwo, 1)},
		"remove": {team, []setting{{"prod", ""}}, strings.Replace(team, bounded, "", 1)},
		"several_at_once": {team, []setting{{"dev", arnOne}, {"prod", ""}},
			strings.Replace(strings.Replace(team, bounded, "", 1), "      \"AuthRoleName\"", bounded+"      \"AuthRoleName\"", 1)},
		"one_of_several_changes": {team, []setting{{"dev", ""}, {"prod", arnTwo}}, strings.Replace(team, arnOne, arnTwo, 1)},
		"lines_that_end_in_crlf": {crlf(team), []setting{{"dev", arnOne}, {"prod", ""}},
			crlf(strings.Replace(strings.Replace(team, bounded, "", 1), "      \"AuthRoleName\"", bounded+"      \"AuthRoleName\"", 1))},
		"odd_indentation": {"{ \"dev\" :\n\t{\"awscloudformation\":\n\n\t\t{   \"Region\":\"eu-west-1\" }}}\n", []setting{{"dev", arnOne}},
			"{ \"dev\" :\n\t{\"awscloudformation\":\n\n\t\t{   \"PermissionsBoundaryPolicyArn\": \"" + arnOne + "\",   \"Region\":\"eu-west-1\" }}}\n"},
		"compact": {`{"dev":{"awscloudformation":{"Region":"eu-west-1"}}}`, []setting{{"dev", arnOne}},
			`{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn":"` + arnOne + `","Region":"eu-west-1"}}}`},
		"without_awscloudformation": {"{\n  \"dev\": {\n    \"categories\": {}\n  }\n}", []setting{{"dev", arnOne}},
			"{\n  \"dev\": {\n    \"awscloudformation\": {\"PermissionsBoundaryPolicyArn\":\"" + arnOne + "\"},\n    \"categories\": {}\n  }\n}"},
		"an_empty_environment": {`{"dev":{}}`, []setting{{"dev", arnOne}}, `{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn":"` + arnOne + `"}}}`},
		"an_empty_provider": {`{"dev":{"awscloudformation":{}}}`, []setting{{"dev", arnOne}},
			`{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn":"` + arnOne + `"}}}`},
		"an_empty_boundary_is_removed": {`{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn":"","Region":"eu-west-1"}}}`, []setting{{"dev", ""}},
			`{"dev":{"awscloudformation":{"Region":"eu-west-1"}}}`},
		"an_empty_boundary_is_filled": {`{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn" : ""}}}`, []setting{{"dev", arnOne}},
			`{"dev":{"awscloudformation":{"PermissionsBoundaryPolicyArn" : "` + arnOne + `"}}}`},
		"the_only_member_is_removed": {`{"dev":{"awscloudformation":{ "PermissionsBoundaryPolicyArn": "x" }}}`, []setting{{"dev", ""}},
			`{"dev":{"awscloudformation":{ }}}`},
		"the_same_name_elsewhere": {`{"PermissionsBoundaryPolicyArn":{"PermissionsBoundaryPolicyArn":"x","awscloudformation":{"a":{"PermissionsBoundaryPolicyArn":"y"}}}}`,
			[]setting{{"PermissionsBoundaryPolicyArn", arnOne}},
			`{"PermissionsBoundaryPolicyArn":{"PermissionsBoundaryPolicyArn":"x","awscloudformation":{"PermissionsBoundaryPolicyArn":"` + arnOne + `","a":{"PermissionsBoundaryPolicyArn":"y"}}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			project, file := teamProject(t, test.content)
			info := read(t, project)
			set(t, info, test.settings)
			if err := info.Write(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, content(t, file)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			// What was written is what is read, and setting it again changes nothing.
			for _, changed := range set(t, read(t, project), test.settings) {
				if changed {
					t.Error("got a change once more")
				}
			}
		})
	}
}

func TestSet_changed(t *testing.T) {
	const content = `{"bare":{},"none":{"awscloudformation":{}},"empty":{"awscloudformation":{"PermissionsBoundaryPolicyArn":""}},` +
		`"one":{"awscloudformation":{"PermissionsBoundaryPolicyArn":"` + arnOne + `"}}}`
	for _, test := range []struct {
		environment, arn string
		want             bool
	}{
		{"bare", "", false},
		{"bare", arnOne, true},
		{"none", "", false},
		{"none", arnOne, true},
		{"empty", "", true}, // Amplify would read it as a boundary
		{"empty", arnOne, true},
		{"one", "", true},
		{"one", arnOne, false},
		{"one", arnTwo, true},
	} {
		project, _ := teamProject(t, content)
		got := set(t, read(t, project), []setting{{test.environment, test.arn}})
		if want := []bool{test.want}; !cmp.Equal(got, want) {
			t.Errorf("%s to %q: got %v, want %v", test.environment, test.arn, got, want)
		}
	}
}

func TestWrite_no_change(t *testing.T) {
	project, file := teamProject(t, team)
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(file, long, long); err != nil {
		t.Fatal(err)
	}
	before := stat(t, file)
	info := read(t, project)
	set(t, info, []setting{{"dev", ""}, {"prod", arnOne}})
	if err := info.Write(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := stat(t, file); !after.ModTime().Equal(long) || !os.SameFile(before, after) {
		t.Errorf("got the file written at %s, want it untouched since %s", after.ModTime(), long)
	}
}

func TestWrite_permissions(t *testing.T) {
	for _, permissions := range []os.FileMode{0o600, 0o644, 0o664, 0o755} {
		project, file := teamProject(t, team)
		if err := os.Chmod(file, permissions); err != nil {
			t.Fatal(err)
		}
		reader, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		info := read(t, project)
		set(t, info, []setting{{"prod", arnTwo}})
		if err := info.Write(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := stat(t, file).Mode().Perm(); got != permissions {
			t.Errorf("got permissions %o, want %o", got, permissions)
		}
		// A reader that has the old file open still reads all of it: it was not modified in place.
		old, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(team, string(old)); diff != "" {
			t.Errorf("the old file was changed (-want +got):\n%s", diff)
		}
		if got, want := names(t, filepath.Dir(file)), []string{".config", "team-provider-info.json"}; !cmp.Equal(got, want) {
			t.Errorf("got %v in the directory, want %v", got, want)
		}
	}
}

// The file can be a symbolic link to another directory.
func TestWrite_symbolic_link(t *testing.T) {
	root := written(t, map[string]string{"amplify/.config/project-config.json": `{}`, "shared/team.json": team})
	file := filepath.Join(root, "amplify", "team-provider-info.json")
	if err := os.Symlink(filepath.Join("..", "shared", "team.json"), file); err != nil {
		t.Fatal(err)
	}
	info := read(t, opened(t, root))
	set(t, info, []setting{{"prod", arnTwo}})
	if err := info.Write(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(file); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("got %v, %v, want the symbolic link", info, err)
	}
	if diff := cmp.Diff(strings.Replace(team, arnOne, arnTwo, 1), content(t, filepath.Join(root, "shared", "team.json"))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Amplify itself, or another export, may write the file between the reading and the writing.
func TestWrite_changed_meanwhile(t *testing.T) {
	project, file := teamProject(t, team)
	info := read(t, project)
	set(t, info, []setting{{"prod", arnTwo}})
	theirs := strings.Replace(team, "{", "{ ", 1)
	if err := os.WriteFile(file, []byte(theirs), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := info.Write(t.Context()); !errors.Is(err, atomicfile.ErrChanged) || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want %v and the file's name", err, atomicfile.ErrChanged)
	}
	if diff := cmp.Diff(theirs, content(t, file)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWrite_fails(t *testing.T) {
	project, file := teamProject(t, team)
	info := read(t, project)
	set(t, info, []setting{{"prod", arnTwo}})
	moved := filepath.Dir(file) + "-moved"
	if err := os.Rename(filepath.Dir(file), moved); err != nil {
		t.Fatal(err)
	}
	if err := info.Write(t.Context()); err == nil || !strings.Contains(err.Error(), filepath.Dir(file)) {
		t.Errorf("got %v, want an error that names the directory", err)
	}
	if diff := cmp.Diff(team, content(t, filepath.Join(moved, "team-provider-info.json"))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func content(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func stat(t *testing.T, file string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
