package nested

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/transform"
)

// openFiles opens a directory below which the files have the given texts.
func openFiles(t *testing.T, files map[string]string) (d *Directory, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "root")
	for file, text := range files {
		file = filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, err := OpenDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, dir
}

func TestDirectory_Stacks(t *testing.T) {
	d, _ := openFiles(t, map[string]string{"app/root.yaml": "", "app/child.json": "", "shared.json": "", "app/Child.nested.template.json": ""})
	const fragment = `{"Parameters":{"env":{"Type":"String"}},"Conditions":{"Never":{"Fn::Equals":["a","b"]}},"Resources":{
		"Beside": {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"./child.json","Parameters":{"env":{"Ref":"env"},"List":["a","b"],"Known":null,"Unknown":{"Fn::GetAtt":["A","B"]}}}},
		"Above":  {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"file://../shared.json","Parameters":{"Fn::Transform":{}}}},
		"App":    {"Type":"AWS::Serverless::Application","Properties":{"Location":"child.json"}},
		"CDK":    {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::Sub":"https://x"}},"Metadata":{"aws:asset:path":"Child.nested.template.json"}},
		"Never":  {"Type":"AWS::CloudFormation::Stack","Condition":"Never","Properties":{"TemplateURL":"child.json"}},
		"Fn::ForEach::Loop": ["X",["1"],{"Loop${X}": {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"child.json","Parameters":{"X":{"Ref":"X"}}}}}],
		"Remote":   {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://assets.s3.amazonaws.com/a.json"}},
		"Missing":  {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"missing.json"}},
		"Absolute": {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"/etc/hostname"}},
		"Outside":  {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"../../outside.json"}},
		"Folder":   {"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"../app"}}
	}}`
	parsed, err := transform.Parse([]byte(fragment), transform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := d.Stacks("app/root.yaml", parsed.Stacks(), intrinsic.Context{ParameterValues: map[string]jsontext.Value{"env": jsontext.Value(`"dev"`)}})
	located := func(id, file string, err error, values map[string]jsontext.Value) LocatedStack {
		kind := "AWS::CloudFormation::Stack"
		if id == "App" {
			kind = "AWS::Serverless::Application"
		}
		return LocatedStack{transform.Resource{LogicalID: id, Type: kind}, Location{Key: file}, values, err}
	}
	want := []LocatedStack{
		located("Beside", "app/child.json", nil, map[string]jsontext.Value{"env": jsontext.Value(`"dev"`), "List": jsontext.Value(`["a","b"]`)}),
		located("Above", "shared.json", nil, nil),
		located("App", "app/child.json", nil, nil),
		located("CDK", "app/Child.nested.template.json", nil, nil),
		located("Loop${X}", "app/child.json", nil, nil),
		located("Remote", "", ErrNotLocal, nil),
		located("Missing", "app/missing.json", ErrNoFile, nil),
		located("Absolute", "/etc/hostname", ErrAbsolute, nil),
		located("Outside", "../outside.json", ErrOutside, nil),
		located("Folder", "app", ErrNotRegular, nil),
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateErrors(), cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(Location{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDirectory_Read(t *testing.T) {
	d, dir := openFiles(t, map[string]string{
		"a/child.json": plainChild,
		"largest.json": strings.Repeat("x", sizeLimit),
		"large.json":   strings.Repeat("x", sizeLimit+1),
		"../out.json":  plainChild,
	})
	for link, to := range map[string]string{"within.json": "a/child.json", "leading-out.json": "../out.json", "dangling.json": "../nothing", "up": ".."} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for file, want := range map[string]error{
		"a/child.json":     nil,
		"largest.json":     nil,
		"within.json":      nil,
		"large.json":       errTooLarge,
		"missing.json":     ErrNoFile,
		"a":                ErrNotRegular,
		"socket":           ErrNotRegular,
		"../out.json":      ErrOutside,
		"leading-out.json": ErrOutside,
		"dangling.json":    ErrOutside,
		"up/out.json":      ErrOutside,
	} {
		text, err := d.Read(t.Context(), Location{Key: file})
		if diff := cmp.Diff(want, err, cmpopts.EquateErrors()); diff != "" || (err == nil) != (len(text) > 0) {
			t.Errorf("%s: got %d bytes; -want +got:\n%s", file, len(text), diff)
		}
	}
}
