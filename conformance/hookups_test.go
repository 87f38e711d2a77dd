//go:build conformance

// Package: python3-yaml

package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// hookups are the tests of recipes in docs/hookups.md.
var hookups = map[string]func(*testing.T){
	"QEMU, pty":       TestQEMUPTY,
	"QEMU, tcp":       TestQEMUTCP,
	"QEMU, unix":      TestQEMUUnix,
	"QEMU, listening": TestQEMUListens,
	"Docker":          TestDockerImage,
	"Docker Compose":  TestDockerCompose,
	"Kubernetes":      TestKubernetesPod,
	"systemd":         TestSystemdUnit,
	"GitHub Actions":  TestGitHubJob,
	"GitLab CI":       TestGitLabJob,
}

// The page says yes, with the name of the test, for each recipe that is run, and for no other.
func TestHookupsPage(t *testing.T) {
	page, err := os.ReadFile("../docs/hookups.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| \\[?([^|\\]]+?)(?:\\]\\([^)]*\\))? \\|.*\\| (not run|yes|in part): ?(?:`(\\w+)`)?.* \\|$")
	said := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		said[m[1]] = m[3]
	}
	run := map[string]string{}
	for recipe, test := range hookups {
		name := runtime.FuncForPC(reflect.ValueOf(test).Pointer()).Name()
		run[recipe] = name[strings.LastIndexByte(name, '.')+1:]
	}
	for recipe, test := range run {
		if said[recipe] != test {
			t.Errorf("%s is run by %s, the page says %q", recipe, test, said[recipe])
		}
	}
	for recipe, test := range said {
		if test != "" && run[recipe] != test {
			t.Errorf("the page says that %s runs %s; it does not", test, recipe)
		}
	}
}

// readYAML decodes a file into a Go value, by the names in its json tags. The key `on` is true in
// YAML 1.1.
func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	const program = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)"
	c := exec.Command("python3", "-c", program, file)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
