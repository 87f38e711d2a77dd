package main

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	code = regexp.MustCompile(`^(examples|conformance)/`)
)

// The links of an archive's pages lead to pages of the archive, except for those to programs in the
// repository.
func TestLinksLeadIntoTheArchive(t *testing.T) {
	pages, err := texts("..")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, page := range pages {
		if !strings.HasSuffix(page.name, ".md") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(string(page.data), -1) {
			to := path.Join(path.Dir(page.name), m[1])
			links++
			if !code.MatchString(to) && !slices.ContainsFunc(pages, func(e entry) bool { return e.name == to }) {
				t.Errorf("%s leads to %s, which is not packed", page.name, to)
			}
		}
	}
	if links == 0 {
		t.Error("there are no links")
	}
}
