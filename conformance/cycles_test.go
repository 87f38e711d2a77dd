//go:build conformance

package conformance

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"golang.org/x/sys/unix"
)

// cycles is how many hosts open and close the modem one after the other.
const cycles = 1000

func TestPTYCycles(t *testing.T) {
	t.Run("idle", func(t *testing.T) {
		m := startModem(t)
		openAndClose(t, m)
		quiet(t, "with no host")
		m.dial(t)
		m.await(t, scenarios.EventHostOpen, cycles+1)
		quiet(t, "with a silent host")
	})
	t.Run("loaded", func(t *testing.T) {
		load(t)
		openAndClose(t, startModem(t))
	})
}

// openAndClose lets each host send one command, and the modem write while nobody has it open.
func openAndClose(t *testing.T, m *modem) {
	t.Helper()
	start := time.Now()
	for i := range cycles {
		h := m.dial(t)
		h.send("AT+CSQ\r")
		h.want("AT+CSQ\r\r\n+CSQ: 25,99\r\n\r\nOK\r\n")
		h.hangUp()
		if err := m.Do(fmt.Sprintf("urc +STALE: %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	m.await(t, scenarios.EventHostClose, cycles)
	t.Logf("%d opens and closes in %s", cycles, time.Since(start).Round(time.Millisecond))
	for kind, want := range map[scenarios.EventKind]int{
		scenarios.EventHostOpen: cycles, scenarios.EventHostClose: cycles, scenarios.EventCommand: cycles, scenarios.EventHostJunk: 0,
	} {
		if got := m.seen(kind); got != want {
			t.Errorf("event %s happened %d times, want %d", kind, got, want)
		}
	}
}

// quiet fails the test when the process is busy for more than a tenth of half a second in which
// nothing happens.
func quiet(t *testing.T, when string) {
	t.Helper()
	const window = 500 * time.Millisecond
	before := processorTime(t)
	<-time.After(window)
	used := processorTime(t) - before
	t.Logf("%s: %s of processor time in %s", when, used, window)
	if used > window/10 {
		t.Errorf("%s the process is busy: %s of processor time in %s", when, used, window)
	}
}

// processorTime returns the processor time that the process has used so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(unix.TimevalToNsec(u.Utime) + unix.TimevalToNsec(u.Stime))
}

// load keeps all processors busy until the test ends.
func load(t *testing.T) {
	stop := make(chan struct{})
	var busy sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		busy.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	t.Cleanup(func() {
		close(stop)
		busy.Wait()
	})
}
