package soak

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestPageNamesTests fails if docs/reliability.md names a test that is not there.
func TestPageNamesTests(t *testing.T) {
	page, err := os.ReadFile("../docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	scripts := map[string]bool{}
	err = fs.WalkDir(os.DirFS(".."), ".", func(path string, _ fs.DirEntry, err error) error {
		if name, is := strings.CutSuffix(path, ".txtar"); is && strings.HasPrefix(path, "cmd/modemsim/") {
			scripts[name[strings.LastIndex(name, "/")+1:]] = true
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile("../" + path)
		tests.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)(?:/([\\w-]+))?`").FindAllStringSubmatch(string(page), -1) {
		if !strings.Contains(tests.String(), "\nfunc "+m[1]+"(") {
			t.Errorf("there is no %s", m[1])
		}
		if m[1] == "TestScripts" && !scripts[m[2]] {
			t.Errorf("there is no script %s", m[2])
		}
	}
}
