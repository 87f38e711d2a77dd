//go:build conformance

package conformance

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// A modem is a modem on a real pty, with its events.
type modem struct {
	*sim.Modem
	path string

	mu      sync.Mutex
	changed sync.Cond
	count   map[scenarios.EventKind]int
	passed  int64 // bytes of the transfer
}

func startModem(t *testing.T, options ...sim.Option) *modem {
	t.Helper()
	tty, err := port.OpenPTY(port.PTYOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := &modem{path: tty.Path(), count: map[scenarios.EventKind]int{}}
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
			t.Logf("the modem's transcript ends:\n%s", tail(m.Transcript().String(), 4000))
		}
	})
	return m
}

func (m *modem) saw(e sim.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count[e.Kind]++
	if e.Kind == scenarios.EventFTPData {
		m.passed = e.N
	}
	m.changed.Broadcast()
}

// seen returns how often a kind of event has happened.
func (m *modem) seen(kind scenarios.EventKind) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.count[kind]
}

// await waits until a kind of event has happened n times.
func (m *modem) await(t *testing.T, kind scenarios.EventKind, n int) {
	t.Helper()
	m.awaitThat(t, fmt.Sprintf("event %s %d times", kind, n), func() bool { return m.count[kind] >= n })
}

// awaitData waits until n bytes of a transfer have passed the port.
func (m *modem) awaitData(t *testing.T, n int64) {
	t.Helper()
	m.awaitThat(t, fmt.Sprintf("%d bytes of data", n), func() bool { return m.passed >= n })
}

func (m *modem) awaitThat(t *testing.T, what string, happened func() bool) {
	t.Helper()
	if !m.within(patience, happened) {
		m.mu.Lock()
		defer m.mu.Unlock()
		t.Fatalf("no %s in %s; so far %v, %d bytes", what, patience, m.count, m.passed)
	}
}

// within waits until happened is true, at most for d, and reports whether it is.
func (m *modem) within(d time.Duration, happened func() bool) bool {
	deadline := time.Now().Add(d)
	wake := time.AfterFunc(d, m.changed.Broadcast)
	defer wake.Stop()
	m.mu.Lock()
	defer m.mu.Unlock()
	for !happened() {
		if !time.Now().Before(deadline) {
			return false
		}
		m.changed.Wait()
	}
	return true
}

// tail returns the end of s, at most n bytes.
func tail(s string, n int) string { return s[max(0, len(s)-n):] }
