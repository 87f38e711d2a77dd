package sim_test

import (
	"flag"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

var seeds = flag.Uint64("seeds", 1, "how many seeds TestSeeds gives each shipped scenario")

// TestSeeds runs each shipped scenario twice under each of some seeds. The second run is the first
// one again, verdict and bytes, and each comes to an end.
func TestSeeds(t *testing.T) {
	for _, name := range scenarios.Shipped() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script, err := scenarios.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			for seed := range *seeds {
				seed += 1000 // TestDeterminism has the default
				first := live(t, script, sim.Seed(seed))
				if again := live(t, script, sim.Seed(seed)); again != first {
					t.Fatalf("seed %d: the second run differs from the first %s", seed, difference(again, first))
				}
			}
		})
	}
	t.Logf("%d seeds of %d scenarios, each twice", *seeds, len(scenarios.Shipped()))
}

// bad is a week of a module that has a hard life.
const bad = `each 3h gprs down
each 7h reset
each 11h network searching
each 11h5m network home
each 10m urc RING
each 13h ftp RETR 426 Broken.
each 5h cut 20000
flip 100000
on AT+CSQ p 0.1 drop echo
on AT+AFTPO p 0.05 reply ERROR
`

// TestWeek lives a week in a bubble: a host that wakes every quarter of an hour, fetches a file and
// stores one, and the faults of bad. The modem is alive at the end, and holds no more than after
// the first day.
func TestWeek(t *testing.T) {
	script := parse(t, bad)
	const day = 24 * time.Hour
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Scenario(script), sim.Seed(7))
		h := ftpHost{&dte{d: d}}
		begun := time.Now()
		var first, last held
		fetched, stored, tries := 0, 0, 0
		for now := time.Duration(0); now < 7*day; now = time.Since(begun) {
			if now > day && first.goroutines == 0 {
				first = holds()
			}
			tries++
			if file, ended := h.wakes(); ended && len(file) == 65536 {
				fetched++
			}
			if h.stores() {
				stored++
			}
			h.ok("AT+AFTPC")
			h.ok("AT+AIPA=0")
			d.reopen(t)
			h.got = nil
			time.Sleep(15 * time.Minute)
		}
		last = holds()
		t.Logf("%d visits, %d files fetched, %d stored; after a day %+v, after a week %+v", tries, fetched, stored, first, last)
		if fetched < tries/2 || stored < tries/2 {
			t.Errorf("of %d visits %d fetched and %d stored a file", tries, fetched, stored)
		}
		if last.goroutines > first.goroutines || last.heap > first.heap+2<<20 {
			t.Errorf("after a day it holds %+v, after a week %+v", first, last)
		}
		h.until("ATE0", 60)
		if !h.ok("AT") {
			t.Error("after a week AT is not answered")
		}
	})
}

// wakes logs in and fetches a file.
func (h ftpHost) wakes() ([]byte, bool) {
	if !h.until("ATE0", 60) || !h.connect() {
		return nil, false
	}
	return h.fetch("firmware.bin", 0)
}

// stores stores a file, and reports whether the modem has confirmed that.
func (h ftpHost) stores() bool {
	if !h.ok("AT+AFTPPASV=1") || !h.ok(fmt.Sprintf("AT+AFTPSTOR=%q", "/log.bin")) {
		return false
	}
	h.send("AT+AFTPDATA\r")
	if _, ok := h.await(connected, 10*time.Second); !ok {
		return false
	}
	h.send("a line of the log\n+++")
	answer, ok := h.await(escapeResult, 100*time.Second)
	return ok && answer[len(answer)-4:] == "OK\r\n"
}

// held is what the modem holds.
type held struct {
	goroutines int
	heap       uint64 // in bytes, after a collection
}

func holds() held {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return held{runtime.NumGoroutine(), s.HeapAlloc}
}
