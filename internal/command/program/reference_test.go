package program_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/commandtest"
	"amplify-boundary/internal/test/mototest"
)

var referenceFile = filepath.Join("..", "..", "..", "docs", "commands.md")

// result is what the reference has to know of a JSON result.
type result struct {
	name     string   // its package and type
	sections []string // of the script json-results, in which there is one
}

// results lists the results by their commands.
func results() map[string]result {
	return map[string]result{
		"init":           {"command.Entry", []string{"init.stdout"}},
		"declare":        {"template.edited", []string{"declare.stdout", "declare-check.stdout"}},
		"adopt":          {"template.adoption", []string{"adopt.stdout"}},
		"undeclare":      {"template.edited", []string{"undeclare.stdout"}},
		"audit":          {"audit.Report", nil},     // TestAudit holds it against one
		"impact":         {"impact.Report", nil},    // TestAssess holds it against one
		"simulate":       {"prove.simulated", nil},  // TestSimulate holds it against one
		"doctor":         {"doctor.Diagnosis", nil}, // TestDoctor holds it against one
		"explain":        {"prove.explained", nil},  // the script explain holds it against one
		"check":          {"findings.Report", []string{"check.stdout"}},
		"except add":     {"except.entry", []string{"except-add.stdout"}},
		"except list":    {"except.list", []string{"except-list.stdout"}},
		"except show":    {"except.entry", []string{"except-add.stdout"}},
		"except remove":  {"except.entry", []string{"except-remove.stdout"}},
		"env add":        {"command.Entry", []string{"add.stdout"}},
		"env update":     {"env.change", []string{"update.stdout", "same.stdout"}},
		"env list":       {"env.list", []string{"list.stdout"}},
		"env show":       {"env.detail", []string{"show-aws.stdout", "show-file.stdout", "show-problem.stdout"}},
		"env history":    {"env.history", []string{"want-history.json"}},
		"env remove":     {"env.removal", []string{"remove.stdout", "remove-last.stdout"}},
		"account set":    {"account.setAccount", []string{"account-set.stdout"}},
		"account list":   {"account.list", []string{"account-list.stdout"}},
		"account show":   {"account.detail", []string{"account-show.stdout"}},
		"account remove": {"command.FixedAccount", []string{"account-remove.stdout"}},
		"account import": {"account.imported", []string{"account-import.stdout"}},
		"env import":     {"exchange.Result", []string{"import.stdout"}},
		"env export":     {"exchange.Result", []string{"export.stdout"}},
	}
}

func TestCommandReference(t *testing.T) {
	want := reference(t)
	if commandtest.Update() {
		if err := os.MkdirAll(filepath.Dir(referenceFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(referenceFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatalf("%v; write it with: go test ./internal/command/program -run TestCommandReference -update", err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not current; write it with: go test ./internal/command/program -run TestCommandReference -update\n(-want +got):\n%s", referenceFile, diff)
	}
}

// The fields that the reference documents are those of the results.
func TestCommandReference_fields(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join("testdata", "registry", "json-results.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string][]byte)
	for _, file := range archive.Files {
		sections[file.Name] = file.Data
	}
	structs := readStructs(t)
	for command, result := range results() {
		var want []string
		for _, f := range structs.fields(t, result.name, "") {
			want = append(want, f.path)
		}
		slices.Sort(want)
		for _, section := range result.sections {
			var value any
			if err := json.Unmarshal(sections[section], &value); err != nil {
				t.Errorf("%s: section %s: %v", command, section, err)
				continue
			}
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(paths(value, "", map[string]bool{})))); diff != "" {
				t.Errorf("%s: section %s (-documented +got):\n%s", command, section, diff)
			}
		}
	}
}

// Help fits a terminal of 80 columns and 24 lines: at most 15 lines come before the flags, or before the list of commands.
func TestHelp(t *testing.T) {
	const columns, lines = 80, 15
	for _, cmd := range allCommands(program.New(command.IO{Getenv: func(string) string { return "" }})) {
		var help strings.Builder
		cmd.SetOut(&help)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(help.String()) {
			if got := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); got > columns {
				t.Errorf("%s: %d columns: %s", cmd.CommandPath(), got, line)
			}
		}
		before, _, _ := strings.Cut(help.String(), "\nFlags:\n")
		before, _, _ = strings.Cut(before, "\nAvailable Commands:\n")
		if got := strings.Count(before, "\n"); got > lines {
			t.Errorf("%s: %d lines before the flags:\n%s", cmd.CommandPath(), got, before)
		}
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || cmd.Example == "" {
			t.Errorf("%s: purpose %q, example %q", cmd.CommandPath(), cmd.Short, cmd.Example)
		}
		words := strings.Join(strings.Fields(help.String()), " ")
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if _, usage := pflag.UnquoteUsage(flag); !strings.Contains(words, usage) {
				t.Errorf("%s: --%s: a word of %q is broken", cmd.CommandPath(), flag.Name, usage)
			}
		})
	}
}

// Examples that name files of the repository work unchanged in its root, without AWS.
func TestHelp_examples(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the examples are for a Unix shell")
	}
	root := filepath.Join("..", "..", "..")
	for _, cmd := range allCommands(program.New(command.IO{Getenv: func(string) string { return "" }})) {
		if !strings.Contains(cmd.Example, "events/") && !strings.Contains(cmd.Example, "examples/") && !strings.Contains(cmd.Example, "testdata/") {
			continue
		}
		t.Run(strings.ReplaceAll(cmd.CommandPath(), " ", "_"), func(t *testing.T) {
			dir := t.TempDir()
			for _, folder := range []string{"events", "examples/cloudformation", "examples/amplify-gen1", "internal/audit/page/testdata"} {
				if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
					t.Fatal(err)
				}
			}
			shell := exec.CommandContext(t.Context(), "sh", "-ec", cmd.Example)
			shell.Dir = dir
			shell.Env = append(mototest.Offline(), "PATH="+os.Getenv("PATH"))
			output, err := shell.CombinedOutput()
			if err != nil || showsNothing.Match(output) {
				t.Errorf("%v\n%s\n%s", err, cmd.Example, output)
			}
		})
	}
}

// showsNothing matches what a command prints that finds nothing to do.
var showsNothing = regexp.MustCompile(`(?m)\A\z|: unchanged$|: skipped$|has no exception`)

// paths collects the paths of a JSON value's members, in the reference's form.
func paths(value any, path string, found map[string]bool) map[string]bool {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			found[path+name] = true
			paths(member, path+name+".", found)
		}
	case []any:
		for _, element := range value {
			paths(element, strings.TrimSuffix(path, ".")+"[].", found)
		}
	}
	return found
}

// reference writes the command reference from the commands themselves.
func reference(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString(`# Commands

<!-- Written by go test ./internal/command/program -run TestCommandReference -update from the commands' own help. -->

Results go to standard output; everything else goes to standard error, one line each, as ` + "`amplify-boundary: error: ...`" + `,
` + "`... warning: ...` or `... hint: ...`" + `. Questions are asked only at a terminal, and never with ` + "`--yes`" + `.

| exit code | meaning |
| --- | --- |
| 0 | success |
| 1 | error: something was not done, or not checked; nothing was written, unless the message says otherwise; this takes precedence over 3 |
| 2 | the command line cannot be understood: an unknown command or flag, a wrong number of arguments, a value that the flag does not offer, or a required flag that is missing |
| 3 | findings (` + "`check`, `audit`, `impact`, and commands with `--check`" + `), or an answer that ` + "`simulate`" + ` did not expect |
| 130 | interrupted |

The environment variables of the AWS SDK apply, such as ` + "`AWS_PROFILE`, `AWS_REGION` and `AWS_ENDPOINT_URL`" + `.
`)
	structs := readStructs(t)
	for _, cmd := range allCommands(program.New(command.IO{Getenv: func(string) string { return "" }})) {
		writeCommand(t, &text, structs, cmd)
	}
	return text.String()
}

// allCommands lists a command and those below it, but for help and for hidden ones.
func allCommands(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, child := range cmd.Commands() {
		if !child.Hidden && child.Name() != "help" {
			list = append(list, allCommands(child)...)
		}
	}
	return list
}

func writeCommand(t *testing.T, text *strings.Builder, structs structs, cmd *cobra.Command) {
	t.Helper()
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	fmt.Fprintf(text, "\n## %s\n\n%s.\n", cmd.CommandPath(), markdown(cmd.Short))
	switch {
	case strings.Contains(cmd.Long, "  "): // a table
		fmt.Fprintf(text, "\n```text\n%s\n```\n", cmd.Long)
	case cmd.Long != "":
		fmt.Fprintf(text, "\n%s\n", markdown(cmd.Long))
	}
	fmt.Fprintf(text, "\n```sh\n%s\n```\n\nExample:\n\n```sh\n%s\n```\n", cmd.UseLine(), unindented(cmd.Example))
	if cmd.HasAvailableSubCommands() {
		text.WriteString("\n| command | does |\n| --- | --- |\n")
		for _, child := range cmd.Commands() {
			if child.IsAvailableCommand() && child.Name() != "help" {
				fmt.Fprintf(text, "| [%s](#%s) | %s |\n", child.Name(), strings.ReplaceAll(child.CommandPath(), " ", "-"), cell(child.Short))
			}
		}
	}
	text.WriteString("\n| flag | meaning | default |\n| --- | --- | --- |\n")
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		argument, usage := pflag.UnquoteUsage(flag)
		byDefault := ""
		if flag.DefValue != "" && flag.DefValue != "false" && flag.DefValue != "[]" {
			byDefault = "`" + flag.DefValue + "`"
		}
		fmt.Fprintf(text, "| `%s` | %s | %s |\n", strings.TrimSpace("--"+flag.Name+" "+argument), cell(usage), byDefault)
	})
	name := strings.TrimPrefix(cmd.CommandPath(), "amplify-boundary ")
	result, documented := results()[name]
	if hasOutput := cmd.Flags().Lookup("output") != nil; hasOutput != documented {
		t.Errorf("%s: has --output: %t; its result is documented: %t", name, hasOutput, documented)
	}
	if documented {
		text.WriteString("\nWith `--output json`:\n\n| field | type | meaning |\n| --- | --- | --- |\n")
		for _, f := range structs.fields(t, result.name, "") {
			fmt.Fprintf(text, "| `%s` | %s | %s |\n", f.path, f.kind, cell(f.meaning))
		}
	}
}

func unindented(example string) string {
	var lines []string
	for line := range strings.Lines(example) {
		lines = append(lines, strings.TrimPrefix(strings.TrimRight(line, "\n"), "  "))
	}
	return strings.Join(lines, "\n")
}

// markdown escapes what Markdown would not show as it is. Indented lines are code there already.
func markdown(text string) string {
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "    ") {
			line = strings.NewReplacer(`_`, `\_`, `*`, `\*`, `<`, `\<`, `$`, `\$`, `[`, `\[`).Replace(line)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// cell is a text in a table.
func cell(text string) string { return strings.ReplaceAll(markdown(text), "|", `\|`) }

// structs are the struct types of the commands' packages, by "package.name".
type structs map[string]*ast.StructType

func readStructs(t *testing.T) structs {
	t.Helper()
	families, err := filepath.Glob(filepath.Join("..", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Glob(filepath.Join("..", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files := append(families, root...)
	files = append(files, filepath.Join("..", "..", "audit", "report.go"), filepath.Join("..", "..", "impact", "report.go"), filepath.Join("..", "..", "doctor", "doctor.go"), filepath.Join("..", "..", "findings", "findings.go")) // whose reports are results as they are
	found := make(structs)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(source, func(node ast.Node) bool {
			if spec, isType := node.(*ast.TypeSpec); isType {
				if s, isStruct := spec.Type.(*ast.StructType); isStruct {
					found[source.Name.Name+"."+spec.Name.Name] = s
				}
			}
			return true
		})
	}
	return found
}

// typeName is the name by which structs know a type that a file of a package names.
func typeName(expression ast.Expr, inPackage string) string {
	if selector, isSelector := expression.(*ast.SelectorExpr); isSelector {
		return selector.X.(*ast.Ident).Name + "." + selector.Sel.Name
	}
	return inPackage + "." + expression.(*ast.Ident).Name
}

// field is a member of a JSON result.
type field struct{ path, kind, meaning string }

// fields lists the members of a result, with those of embedded types, and of the elements of arrays.
func (s structs) fields(t *testing.T, name, path string) []field {
	t.Helper()
	if s[name] == nil {
		t.Fatalf("there is no type %s", name)
	}
	var list []field
	inPackage, _, _ := strings.Cut(name, ".")
	for _, member := range s[name].Fields.List {
		if len(member.Names) == 0 {
			list = append(list, s.fields(t, typeName(member.Type, inPackage), path)...)
			continue
		}
		tag := reflect.StructTag(strings.Trim(member.Tag.Value, "`")).Get("json")
		if tag == "-" {
			continue
		}
		f := field{path: path + tag, meaning: strings.TrimSpace(member.Comment.Text())}
		if f.meaning == "" {
			t.Errorf("%s.%s has no comment, which says what it means", name, member.Names[0].Name)
		}
		switch kind := member.Type.(type) {
		case *ast.ArrayType:
			f.kind = "array"
			list = append(list, f)
			if element := typeName(kind.Elt, inPackage); s[element] != nil {
				list = append(list, s.fields(t, element, f.path+"[].")...)
			}
		case *ast.Ident:
			f.kind = map[string]string{"string": "string", "bool": "boolean", "int": "number", "int64": "number", "Kind": "string", "Result": "string", "Status": "string"}[kind.Name]
			if f.kind == "" && s[inPackage+"."+kind.Name] != nil {
				f.kind = "object"
			}
			list = append(list, f)
			if f.kind == "object" {
				list = append(list, s.fields(t, inPackage+"."+kind.Name, f.path+".")...)
			}
		}
		if f.kind == "" {
			t.Errorf("%s.%s has a type that the reference does not know", name, member.Names[0].Name)
		}
	}
	return list
}
