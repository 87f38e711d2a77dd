package soak

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/run"
	"github.com/modemsim/modemsim/scenarios"
)

var (
	downloads = flag.Int("downloads", 300, "how many files TestDownloadsOnOnePTY fetches")
	verdicts  = flag.Int("verdicts", 5, "how often TestVerdictsUnderLoad runs its program")
)

// A usage is what a process holds.
type usage struct {
	descriptors, goroutines int
	heap                    uint64 // in bytes, after a collection
}

func use(t *testing.T) (u usage) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return usage{len(open), runtime.NumGoroutine(), s.HeapAlloc}
}

// TestDownloadsOnOnePTY fetches a file over and over on one pty, which a host opens anew every 50
// files. Descriptors and goroutines stay as many, the heap as large.
func TestDownloadsOnOnePTY(t *testing.T) {
	fleet, err := run.Start(run.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer fleet.Close()
	const fetches = 50
	var first usage
	for n := 0; n < *downloads; n += fetches {
		if err := fetchMany(fleet.Modems()[0].Path, fetches); err != nil {
			t.Fatalf("after %d downloads: %v", n, err)
		}
		if n >= *downloads/10 && first.heap == 0 { // the transcript keeps as much as it ever will
			first = settled(t, usage{})
		}
	}
	last := settled(t, first)
	t.Logf("%d downloads: first %+v, last %+v", *downloads, first, last)
	if last.descriptors > first.descriptors || last.goroutines > first.goroutines || last.heap > first.heap+2<<20 {
		t.Errorf("after some downloads %+v, at the end %+v", first, last)
	}
}

// settled is what is in use once what a closed host leaves has gone, as far as that is no more than
// before.
func settled(t *testing.T, before usage) usage {
	u := use(t)
	for end := time.Now().Add(time.Second); time.Now().Before(end); u = use(t) {
		if u.descriptors <= before.descriptors && u.goroutines <= before.goroutines {
			break
		}
	}
	return u
}

func fetchMany(path string, n int) error {
	h, err := open(path)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.all("ATE0", "AT+AIPA=1", loginCommand, "AT+AFTPTYPE=0"); err != nil {
		return err
	}
	for range n {
		if err := h.download("firmware.bin", sampleSize); err != nil {
			return err
		}
	}
	return h.all("AT+AFTPC", "AT+AIPA=0")
}

// loaded has rules that draw, damage and wait, and one that the host breaks. None is a race with
// the host: what is late is awaited by it.
const loaded = `on AT+CSQ p 0.5 delay final 20ms
on AT+CSQ p 0.5 urc RING
on AT p 0.3 garble echo 1
flip 5000
on ftp:data@30000 once stall 30ms
on AT+CGMM p 0.5 delay final 30ms
expect 60s ftp:done
forbid AT+CGMM
`

// TestVerdictsUnderLoad runs a program with one scenario and one seed beside four processes that
// spin. All verdicts, their reasons and what the rules did are equal.
func TestVerdictsUnderLoad(t *testing.T) {
	for range 4 {
		spin := exec.Command("sh", "-c", "while :; do :; done")
		if err := spin.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = spin.Process.Kill(); _ = spin.Wait() }() // killed is how it ends
	}
	script, err := scenarios.Parse("loaded.scn", strings.NewReader(loaded))
	if err != nil {
		t.Fatal(err)
	}
	var first string
	for n := range *verdicts {
		got := judgeOnce(t, script)
		if n == 0 {
			first = got
			t.Log(first)
		}
		if got != first {
			t.Fatalf("run %d of %d ends otherwise:\n%s\nthe first:\n%s", n+1, *verdicts, got, first)
		}
	}
	t.Logf("%d of %d equal", *verdicts, *verdicts)
}

// judgeOnce runs the host once, and returns the verdict, the exit code and what the rules did.
func judgeOnce(t *testing.T, script *scenarios.Script) string {
	t.Helper()
	c := run.Config{Seed: 42, Scenarios: []run.Scenario{{Name: "loaded.scn", Script: script}}}
	fleet, err := run.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	modem := fleet.Modems()[0]
	o, err := fleet.Exec(context.Background(), run.Program{
		Args: []string{os.Args[0]}, Env: append(os.Environ(), envHost+"=30s"), Stderr: os.Stderr,
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if o.Ending.Code != 0 {
		t.Logf("%s\n%s", o, modem.Transcript())
	}
	fmt.Fprintf(&b, "%d %v %v\n", o.Ending.Code, o.Modems[0].Verdict.Passed, o.Modems[0].Verdict.Failures)
	for row := range strings.Lines(modem.Transcript().String()) {
		if _, text, _ := strings.Cut(row, " # "); strings.HasPrefix(text, "loaded.scn:") {
			b.WriteString(text)
		}
	}
	return b.String()
}
