//go:build conformance

package conformance

import (
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

// A modem is one on a real pty, with its events.
type modem struct {
	*sim.Modem
	path string

	mu      sync.Mutex
	changed sync.Cond
	count   map[commands.EventKind]int
}

func startModem(t *testing.T, options ...sim.Option) *modem {
	t.Helper()
	tty, err := port.OpenPTY(port.PTYOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := &modem{path: tty.Path(), count: map[commands.EventKind]int{}}
	m.changed.L = &m.mu
	m.Modem, err = sim.New(tty, append(options, sim.Observe(m.saw))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the modem's transcript ends:\n%s", tail(m.Transcript(), 4000))
		}
	})
	return m
}

func (m *modem) saw(e sim.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count[e.Kind]++
	m.changed.Broadcast()
}

// seen is how often a kind of event has happened.
func (m *modem) seen(kind commands.EventKind) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.count[kind]
}

// await waits until a kind of event has happened n times.
func (m *modem) await(t *testing.T, kind commands.EventKind, n int) {
	t.Helper()
	deadline := time.Now().Add(patience)
	wake := time.AfterFunc(patience, m.changed.Broadcast)
	defer wake.Stop()
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.count[kind] < n {
		if time.Now().After(deadline) {
			t.Fatalf("event %s happened %d times in %s, want %d", kind, m.count[kind], patience, n)
		}
		m.changed.Wait()
	}
}

// tail is the end of s, n bytes at most.
func tail(s string, n int) string { return s[max(0, len(s)-n):] }
