package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
	"amplify-boundary/transform"
)

// input is a file to check.
type input struct {
	file   string
	isSure bool // it was named, and must be a template; another that is none is passed over
}

// inputs are the files to check, each once, in the order in which they are found.
type inputs struct {
	list []input
	seen map[string]bool // by real path
}

// add adds a file that has not been added before.
func (in *inputs) add(file string, isSure bool) {
	path := command.RealPath(file)
	if !in.seen[path] {
		in.seen[path] = true
		in.list = append(in.list, input{file, isSure})
	}
}

// addArgument adds what an argument of the command line means: a file, the templates in a directory, or what a pattern matches.
func (in *inputs) addArgument(argument string) error {
	info, err := os.Stat(argument)
	switch {
	case argument == "-":
		in.add(argument, true)
		return nil
	case err == nil && info.IsDir():
		return in.addDirectory(argument)
	case err != nil && strings.ContainsAny(argument, "*?["):
		return in.addPattern(argument)
	}
	in.add(argument, true)
	return nil
}

// addPattern adds what a pattern matches: the files as if they were named.
func (in *inputs) addPattern(pattern string) error {
	matches, err := matching(pattern)
	if err != nil {
		return fmt.Errorf("pattern %q is malformed; see the form of file name patterns of the shell", pattern)
	}
	if len(matches) == 0 {
		return fmt.Errorf("no file matches the pattern %q", pattern)
	}
	for _, match := range matches {
		if info, err := os.Stat(match); err == nil && info.IsDir() {
			if err := in.addDirectory(match); err != nil {
				return err
			}
			continue
		}
		in.add(match, true)
	}
	return nil
}

// matching lists the files that match a pattern, in which ** stands for any number of directories.
func matching(pattern string) ([]string, error) {
	before, after, isDeep := strings.Cut(filepath.ToSlash(pattern), "**/")
	if !isDeep {
		return filepath.Glob(pattern)
	}
	roots, err := filepath.Glob(filepath.FromSlash(strings.TrimSuffix(before, "/")))
	if before == "" {
		roots = []string{"."}
	}
	if err != nil {
		return nil, err
	}
	var matches []string
	for _, root := range roots {
		err := command.Walk(root, func(path string, entry fs.DirEntry) error {
			if !entry.IsDir() {
				return nil
			}
			in, err := matching(filepath.Join(literalPattern(path), filepath.FromSlash(after)))
			matches = append(matches, in...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return matches, nil
}

// literalPattern returns a pattern that matches a path alone. Windows has no escapes in patterns: there a directory with a bracket in
// its name is not searched by **.
func literalPattern(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// addDirectory adds the files in a directory, and in those below, that may be templates by their names.
func (in *inputs) addDirectory(dir string) error {
	files, err := command.TemplateFiles(dir)
	for _, file := range files {
		in.add(file, false)
	}
	return err
}

// errPassedOver says that a file that was found in a directory is no template.
var errPassedOver = errors.New("this is no template")

// nested lists the files of a template's nested stacks, and those stacks whose template is not there.
func (t checkedTemplate) nested(file string) (files []string, missing []transform.Resource) {
	stacks := t.nestedStacks()
	if len(stacks) == 0 {
		return nil, nil
	}
	sections, _ := cfn.Members(t.withoutTransform, "the template")
	resources, _ := cfn.Members(sections["Resources"], "Resources")
	for _, stack := range stacks {
		if path := command.TemplatePath(resources[stack.LogicalID], filepath.Dir(file)); path != "" {
			files = append(files, path)
		} else {
			missing = append(missing, stack)
		}
	}
	return files, missing
}

const samApplication = "AWS::Serverless::Application"

// nestedStacks lists the resources that become nested stacks.
func (t checkedTemplate) nestedStacks() (stacks []transform.Resource) {
	for _, stack := range t.fragment.NestedStacks {
		stacks = append(stacks, stack)
	}
	for _, f := range t.faults {
		if f.Type == samApplication {
			stacks = append(stacks, f.Resource)
		}
	}
	return stacks
}

// nestedFindings warns of nested stacks whose template is not there.
func nestedFindings(t checkedTemplate, missing []transform.Resource) []findings.Finding {
	if len(missing) == 0 {
		return nil
	}
	f := located(t, findings.Finding{Rule: ruleNested, Severity: findings.Warning}, missing)
	f.Message = fmt.Sprintf("the template of %s is not here: %s; check it where it is, or have the function see to it by its setting NESTED_STACKS",
		command.Counted(len(f.LogicalIDs), "nested stack"), listed(f.LogicalIDs))
	return []findings.Finding{f}
}
