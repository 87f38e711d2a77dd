package sim_test

import (
	"flag"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/tools/txtar"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// recut is how many places of each session TestRecut tries: a sample that everybody can wait for.
//
//	go test ./sim -run Recut -recut 0      every place
var recut = flag.Int("recut", 3, "at how many places TestRecut cuts each session; 0: at every one")

// What becomes of bytes behind a line in the same write, where it is not what becomes of them in a
// write of their own: the notes of the transcript, and why.
var glueExceptions = map[string]string{
	"bytes lost, a command was running": "input while a command runs is lost (setting input-while-busy)",
	"aborted by the host":               "a character aborts the command (V.250 5.6.1)",
	"bytes lost, the module is not up":  "the line before has restarted the module or switched it off",
	"bytes lost, the module goes down":  "likewise",
	"bytes lost, data mode is ending":   "bytes behind an escape sequence whose answer is awaited",
}

// What may depend on how a read cuts the host's bytes, and why.
var recutExceptions = map[scenarios.EventKind]string{
	// Bytes behind a command line in the same read came before its final result. Of bytes in a
	// read of their own that cannot be told (V.250 5.6: the DTE waits for the result code).
	scenarios.EventHostEarly: "bytes behind a line in one read are early",
	// Data passes in pieces as it comes; how many have passed is in the event at the end.
	scenarios.EventFTPData:    "data passes in pieces",
	scenarios.EventSocketData: "data passes in pieces",
}

// A recutSession is what a host sends and what becomes of it.
type recutSession struct {
	writes int             // of the host
	bytes  int             // that it wrote
	cut    map[int]bool    // places, in bytes from the start, at which a write is cut
	glue   bool            // writes that follow each other are one
	record strings.Builder // of the modem's bytes and its events
	except string          // the exception that the transcript names; "": none
}

// parts cuts the next write of the host.
func (s *recutSession) parts(p []byte) [][]byte {
	var parts [][]byte
	from := 0
	for i := 1; i < len(p); i++ {
		if s.cut[s.bytes+i] {
			parts = append(parts, p[from:i])
			from = i
		}
	}
	s.writes++
	s.bytes += len(p)
	return append(parts, p[from:])
}

// playDialog runs a golden dialog with the host's bytes cut, and returns what the modem did.
func playDialog(t *testing.T, archive *txtar.Archive, s *recutSession) string {
	synctest.Test(t, func(t *testing.T) {
		var events []string
		d := newDialog(t, archive, sim.Observe(func(e sim.Event) {
			if _, except := recutExceptions[e.Kind]; !except {
				events = append(events, e.String())
			}
		}))
		for _, step := range recutSteps(archive, s.glue) {
			if bytes, ok := strings.CutPrefix(step, "> "); ok {
				for _, part := range s.parts(unescape(t, bytes)) {
					if _, err := d.host.Write(part); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
				}
				s.record.Write(d.host.take())
				continue
			}
			s.record.Write(unescapeShown(t, d.do(t, step)))
		}
		transcript := d.modem.Transcript().String()
		for note, why := range glueExceptions {
			if strings.Contains(transcript, note) {
				s.except = why
			}
		}
		v := d.modem.Judge("the dialog ended")
		fmt.Fprintf(&s.record, "\n%s\n%s\n", strings.Join(events, "\n"), v)
	})
	return s.record.String()
}

// unescapeShown turns what a step of a dialog shows into the modem's bytes.
func unescapeShown(t *testing.T, shown string) []byte {
	var all []byte
	for line := range strings.Lines(shown) {
		if text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "< "); ok {
			all = append(all, unescape(t, text)...)
		} else {
			all = append(all, line...)
		}
	}
	return all
}

// recutSteps are the steps of a dialog, without what the modem answers. Glued, what the host sends
// in a row is one step.
func recutSteps(archive *txtar.Archive, glue bool) []string {
	var steps []string
	for line := range strings.Lines(string(section(archive, "dialog"))) {
		line = strings.TrimSuffix(line, "\n")
		switch last := len(steps) - 1; {
		case strings.HasPrefix(line, "< ") || strings.HasPrefix(line, "= ") || strings.HasPrefix(line, "#") || line == "":
		case glue && last >= 0 && strings.HasPrefix(line, "> ") && strings.HasPrefix(steps[last], "> "):
			steps[last] += strings.TrimPrefix(line, "> ")
		default:
			steps = append(steps, line)
		}
	}
	return steps
}

// dialogs calls f for every golden dialog.
func dialogs(t *testing.T, f func(t *testing.T, archive *txtar.Archive)) {
	t.Helper()
	names, err := filepath.Glob("testdata/dialogs/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no dialogs: %v", err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { f(t, archive) })
	}
}

// TestRecutDialogs replays every golden dialog with the host's bytes one by one, and cut at single
// places: the modem's bytes, its events and the verdict are the same.
func TestRecutDialogs(t *testing.T) {
	dialogs(t, func(t *testing.T, archive *txtar.Archive) {
		recutAll(t, func(cut map[int]bool) (string, int) {
			s := &recutSession{cut: cut}
			return playDialog(t, archive, s), s.bytes
		})
	})
}

// TestGluedDialogs replays every golden dialog with what the host sends in a row glued to one
// write. What differs then says so in the transcript.
func TestGluedDialogs(t *testing.T) {
	same, excepted := 0, make(map[string]int)
	dialogs(t, func(t *testing.T, archive *txtar.Archive) {
		glued := &recutSession{glue: true}
		got, want := playDialog(t, archive, glued), playDialog(t, archive, new(recutSession))
		switch {
		case got == want:
			same++
		case glued.except != "":
			excepted[glued.except]++
		default:
			t.Errorf("glued: differs without a note %s", difference(got, want))
		}
	})
	t.Logf("%d dialogs are the same; others by reason: %v", same, excepted)
}

// TestRecutScenarios does the same with a host that lives through every scenario that comes with
// modemsim.
func TestRecutScenarios(t *testing.T) {
	for _, name := range scenarios.Shipped() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script, err := scenarios.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			recutAll(t, func(cut map[int]bool) (string, int) {
				s := &recutSession{cut: cut}
				return liveCut(t, script, s), s.bytes
			})
		})
	}
}

// recutAll compares what play returns for uncut bytes with what it returns for bytes one by one,
// and cut at some places or all.
func recutAll(t *testing.T, play func(cut map[int]bool) (record string, bytes int)) {
	t.Helper()
	whole, n := play(nil)
	every := make(map[int]bool)
	for i := range n {
		every[i] = true
	}
	if got, _ := play(every); got != whole {
		t.Fatalf("one by one: differs from uncut %s", difference(got, whole))
	}
	places := recutPlaces(t.Name(), n)
	for _, place := range places {
		if got, _ := play(map[int]bool{place: true}); got != whole {
			t.Fatalf("cut at byte %d of %d: differs from uncut %s", place, n, difference(got, whole))
		}
	}
	t.Logf("the same byte by byte, and cut at each of %d places of %d", len(places), max(0, n-1))
}

// recutPlaces are the places to try: all, or a sample that a name decides.
func recutPlaces(name string, n int) []int {
	var places []int
	for i := 1; i < n; i++ {
		places = append(places, i)
	}
	if *recut == 0 || *recut >= len(places) {
		return places
	}
	rank := func(i int) uint64 {
		h := fnv.New64a()
		fmt.Fprint(h, name, i)
		return h.Sum64()
	}
	slices.SortFunc(places, func(a, b int) int {
		if rank(a) < rank(b) {
			return -1
		}
		return 1
	})
	return places[:*recut]
}
