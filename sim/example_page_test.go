package sim_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// The Go code that people are shown is code that is compiled and run: each block stands in a test
// or an example as it is.
func TestPagesShowCodeThatRuns(t *testing.T) {
	var code strings.Builder
	for _, pattern := range []string{"../examples/meter/*.go", "../conformance/golibs/meter/*.go", "example*_test.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		for _, name := range names {
			code.WriteString(read(t, name))
		}
	}
	for _, page := range []string{"../docs/go.md", "../README.md"} {
		blocks := goBlock.FindAllStringSubmatch(read(t, page), -1)
		if len(blocks) == 0 {
			t.Errorf("%s has no Go code", page)
		}
		for _, block := range blocks {
			if !strings.Contains(code.String(), block[1]) {
				t.Errorf("%s shows code that stands in no example:\n%s", page, block[1])
			}
		}
	}
}

func TestGoPageShowsAFailureAsItIs(t *testing.T) {
	if golden := read(t, "testdata/fixture/forbidden.golden"); !strings.Contains(read(t, "../docs/go.md"), "```\n"+golden+"```\n") {
		t.Errorf("docs/go.md does not show\n%s", golden)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
