package docs

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLinks(t *testing.T) {
	found := map[string]document{}
	for _, d := range pages(t) {
		found[d.path] = d
	}
	for _, d := range found {
		for _, link := range d.links {
			if err := follow(found, d.path, link); err != nil {
				t.Errorf("%s: link %s: %v", d.path, link, err)
			}
		}
	}
}

// follow returns an error if a link of a page has no target. Of a link out of the repository, it checks only the form.
func follow(found map[string]document, page, link string) error {
	target, err := url.Parse(link)
	if err != nil {
		return err
	}
	if target.IsAbs() {
		if target.Scheme != "https" || !strings.Contains(target.Host, ".") {
			return fmt.Errorf("not an https address")
		}
		return nil
	}
	file := page
	if target.Path != "" {
		file = path.Join(path.Dir(page), target.Path)
	}
	if _, err := os.Stat(filepath.Join(root, file)); err != nil || strings.HasPrefix(file, "..") {
		return fmt.Errorf("no file %s", file)
	}
	if target.Fragment != "" && !found[file].anchors[target.Fragment] {
		return fmt.Errorf("%s has no heading %s", file, target.Fragment)
	}
	return nil
}

func TestFollow(t *testing.T) {
	found := map[string]document{"README.md": parse("README.md", []byte("# One heading\n")), "docs/check.md": {}}
	for link, leads := range map[string]bool{
		"docs/check.md": true, "#one-heading": true, "docs": true, "https://docs.aws.amazon.com/x": true,
		"docs/absent.md": false, "#another": false, "../outside.md": false, "http://docs.aws.amazon.com": false, "docs/check.md#none": false,
	} {
		if err := follow(found, "README.md", link); (err == nil) != leads {
			t.Errorf("%s: got %v", link, err)
		}
	}
}

// Readers find only the pages to which README leads.
func TestEveryPageIsReached(t *testing.T) {
	all := map[string]document{}
	for _, d := range pages(t) {
		all[d.path] = d
	}
	reached := map[string]bool{}
	queue := []string{"README.md"}
	for len(queue) > 0 {
		page := queue[0]
		queue = queue[1:]
		if _, is := all[page]; !is || reached[page] {
			continue
		}
		reached[page] = true
		for _, link := range all[page].links {
			file, _, _ := strings.Cut(link, "#")
			queue = append(queue, path.Join(path.Dir(page), file))
		}
	}
	for page := range all {
		if !reached[page] {
			t.Errorf("README.md does not lead to %s", page)
		}
	}
}

// ARCHITECTURE.md names only packages and files that exist, and says in which file each rule is.
func TestArchitectureNamesWhatExists(t *testing.T) {
	files := 0
	for _, match := range code.FindAllStringSubmatch(string(read(t, "ARCHITECTURE.md").source), -1) {
		if !strings.Contains(match[1], "/") {
			continue
		}
		files++
		if _, err := os.Stat(filepath.Join(root, match[1])); err != nil {
			t.Errorf("ARCHITECTURE.md names %s, which does not exist", match[1])
		}
	}
	if files < 80 {
		t.Errorf("found %d packages and files", files)
	}
}

// The table of packages is sorted, so that a reader finds one. tools/imports.sh finds one that is missing.
func TestPackagesAreSorted(t *testing.T) {
	_, table, _ := strings.Cut(string(read(t, "ARCHITECTURE.md").source), "\n## Packages\n")
	table, _, _ = strings.Cut(table, "\n## ")
	var packages []string
	for _, match := range row.FindAllStringSubmatch(table, -1) {
		packages = append(packages, match[1])
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(packages)))
	if diff := cmp.Diff(sorted, packages); diff != "" || len(packages) < 40 {
		t.Errorf("%d packages (-sorted, each once +page):\n%s", len(packages), diff)
	}
}

// row matches a row of the table of packages.
var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")
