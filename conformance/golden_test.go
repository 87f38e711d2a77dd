//go:build conformance

package conformance

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
)

// A golden is a file of what the modem says with a server, with a section for each case.
type golden struct {
	name    string
	mu      sync.Mutex
	section map[string]string
	written map[string]bool // sections that this run has rewritten
}

func goldenFile(name string) string { return "testdata/" + name + ".txt" }

// readGolden reads the sections. With -update, those of cases that do not run are kept as they are.
func readGolden(t *testing.T, name string) *golden {
	t.Helper()
	g := &golden{name: name, section: map[string]string{}, written: map[string]bool{}}
	archive, err := txtar.ParseFile(goldenFile(name))
	if err != nil && !*update {
		t.Fatalf("%v; write it with run.sh -update", err)
	}
	if err == nil {
		for _, f := range archive.Files {
			g.section[f.Name] = string(f.Data)
		}
	}
	return g
}

// compare compares the record of a case with its section. With -update, the first run of a case
// writes the section.
func (g *golden) compare(t *testing.T, section, said string) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if *update && !g.written[section] {
		g.written[section] = true
		g.section[section] = said
		return
	}
	want, ok := g.section[section]
	if !ok {
		t.Errorf("%s has no section %q; write it with run.sh -update. The modem says\n%s", goldenFile(g.name), section, said)
	} else if want != said {
		t.Errorf("%s, %q: %s", goldenFile(g.name), section, firstDifference(want, said))
	}
}

// firstDifference returns the first line in which two texts differ.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	n := 0
	for n < len(w)-1 && n < len(g)-1 && w[n] == g[n] {
		n++
	}
	return fmt.Sprintf("line %d is %q, want %q; the modem said\n%s", n+1, g[n], w[n], got)
}

// save writes the sections if -update is set.
func (g *golden) save(t *testing.T) {
	t.Helper()
	if !*update {
		return
	}
	archive := &txtar.Archive{
		Comment: fmt.Appendf(nil, "What the modem says with %s; written by run.sh -update. What changes from run to run is in capitals.\n", g.name),
	}
	for _, r := range rows {
		if said, ok := g.section[r.name]; ok {
			archive.Files = append(archive.Files, txtar.File{Name: r.name, Data: []byte(said)})
		}
	}
	if err := os.WriteFile(goldenFile(g.name), txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
