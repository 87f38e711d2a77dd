//go:build conformance

package conformance

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A golden is what a server makes the modem say, a section for each case.
type golden struct {
	path    string
	archive *txtar.Archive
	written map[string]bool // sections that this run has rewritten
}

func readGolden(t *testing.T, name string) *golden {
	t.Helper()
	g := &golden{path: "testdata/" + name + ".txt", archive: &txtar.Archive{}, written: map[string]bool{}}
	if *update {
		g.archive.Comment = fmt.Appendf(nil, "What the modem says with %s; written by run.sh -update. What changes from run to run is in capitals.\n", name)
		return g
	}
	archive, err := txtar.ParseFile(g.path)
	if err != nil {
		t.Fatalf("%v; write it with run.sh -update", err)
	}
	g.archive = archive
	return g
}

// compare compares what a case said with its section. With -update, the first run of a case writes the section.
func (g *golden) compare(t *testing.T, section, said string) {
	t.Helper()
	if *update && !g.written[section] {
		g.written[section] = true
		g.archive.Files = append(g.archive.Files, txtar.File{Name: section, Data: []byte(said)})
		return
	}
	for _, f := range g.archive.Files {
		if f.Name == section {
			if string(f.Data) != said {
				t.Errorf("%s, %q: %s", g.path, section, firstDifference(string(f.Data), said))
			}
			return
		}
	}
	t.Errorf("%s has no section %q; write it with run.sh -update. The modem says\n%s", g.path, section, said)
}

// firstDifference is the first line in which two texts differ.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	n := 0
	for n < len(w)-1 && n < len(g)-1 && w[n] == g[n] {
		n++
	}
	return fmt.Sprintf("line %d is %q, want %q; the modem said\n%s", n+1, g[n], w[n], got)
}

// save writes the sections with -update.
func (g *golden) save(t *testing.T) {
	t.Helper()
	if !*update {
		return
	}
	if err := os.WriteFile(g.path, txtar.Format(g.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
