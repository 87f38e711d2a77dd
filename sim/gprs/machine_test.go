package gprs_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim/gprs"
)

var start = time.Date(2026, 2, 28, 23, 59, 59, 0, time.UTC)

func do(t *testing.T, m *gprs.Machine, events ...gprs.Event) {
	t.Helper()
	for _, ev := range events {
		if _, err := m.Handle(ev, start); err != nil {
			t.Fatalf("%v: %v", ev, err)
		}
	}
}

// off is asked of a copy, because a host sees no difference between a module without power and an
// idle one.
func off(m *gprs.Machine) bool {
	probe := *m
	_, err := probe.Handle(gprs.Attach, start)
	return err != nil && strings.Contains(err.Error(), failures["powered off"])
}

// situation names the state by what shows: the registration, then detached or active.
func situation(m *gprs.Machine) string {
	name := m.Registration().String()
	switch {
	case off(m):
		return "off"
	case m.Active():
		return name + " active"
	case m.Packet() != m.Registration():
		return name + " detached"
	}
	return name
}

// into are the ways into the states of the table.
var into = map[string]func(t *testing.T) *gprs.Machine{
	"off":                from(gprs.Home, gprs.PowerOff),
	"home":               from(gprs.Home),
	"home active":        from(gprs.Home, gprs.Activate),
	"home detached":      from(gprs.Home, gprs.Detach),
	"roaming active":     from(gprs.Roaming, gprs.Activate),
	"searching":          from(gprs.Searching),
	"searching detached": from(gprs.Home, gprs.Detach, gprs.NetworkSearching),
}

func from(network gprs.Registration, events ...gprs.Event) func(*testing.T) *gprs.Machine {
	return func(t *testing.T) *gprs.Machine {
		t.Helper()
		m := gprs.New(network)
		do(t, m, events...)
		return m
	}
}

// transitions is state | event | next state | changes, or the error in place of the last two.
const transitions = `
off | power on | home | registration packet attach
off | power off | off |
off | attach | ! powered off
off | detach | ! powered off
off | activate | ! powered off
off | deactivate | ! powered off
off | bearer lost | off |
off | reset | ! powered off
off | network idle | off |
off | network home | off |
off | network searching | off |
off | network denied | off |
off | network unknown | off |
off | network roaming | off |

home | power on | home |
home | power off | off | registration packet attach
home | attach | home |
home | detach | home detached | packet attach
home | activate | home active | up
home | deactivate | home |
home | bearer lost | home |
home | reset | home |
home | network idle | idle | registration packet attach
home | network home | home |
home | network searching | searching | registration packet attach
home | network denied | denied | registration packet attach
home | network unknown | unknown | registration packet attach
home | network roaming | roaming | registration packet

home active | power on | home active |
home active | power off | off | registration packet attach down
home active | attach | home active |
home active | detach | home detached | packet attach down
home active | activate | home active |
home active | deactivate | home | down
home active | bearer lost | home | down
home active | reset | home | down
home active | network idle | idle | registration packet attach down
home active | network home | home active |
home active | network searching | searching | registration packet attach down
home active | network denied | denied | registration packet attach down
home active | network unknown | unknown | registration packet attach down
home active | network roaming | roaming active | registration packet

home detached | power on | home detached |
home detached | power off | off | registration
home detached | attach | home | packet attach
home detached | detach | home detached |
home detached | activate | home active | packet attach up
home detached | deactivate | home detached |
home detached | bearer lost | home detached |
home detached | reset | home | packet attach
home detached | network idle | idle | registration
home detached | network home | home detached |
home detached | network searching | searching detached | registration
home detached | network denied | denied detached | registration
home detached | network unknown | unknown detached | registration
home detached | network roaming | roaming detached | registration

roaming active | power on | roaming active |
roaming active | power off | off | registration packet attach down
roaming active | attach | roaming active |
roaming active | detach | roaming detached | packet attach down
roaming active | activate | roaming active |
roaming active | deactivate | roaming | down
roaming active | bearer lost | roaming | down
roaming active | reset | roaming | down
roaming active | network idle | idle | registration packet attach down
roaming active | network home | home active | registration packet
roaming active | network searching | searching | registration packet attach down
roaming active | network denied | denied | registration packet attach down
roaming active | network unknown | unknown | registration packet attach down
roaming active | network roaming | roaming active |

searching | power on | searching |
searching | power off | off | registration packet
searching | attach | ! not registered
searching | detach | searching detached | packet
searching | activate | ! not registered
searching | deactivate | searching |
searching | bearer lost | searching |
searching | reset | searching |
searching | network idle | idle | registration packet
searching | network home | home | registration packet attach
searching | network searching | searching |
searching | network denied | denied | registration packet
searching | network unknown | unknown | registration packet
searching | network roaming | roaming | registration packet attach

searching detached | power on | searching detached |
searching detached | power off | off | registration
searching detached | attach | ! not registered
searching detached | detach | searching detached |
searching detached | activate | ! not registered
searching detached | deactivate | searching detached |
searching detached | bearer lost | searching detached |
searching detached | reset | searching | packet
searching detached | network idle | idle | registration
searching detached | network home | home detached | registration
searching detached | network searching | searching detached |
searching detached | network denied | denied detached | registration
searching detached | network unknown | unknown detached | registration
searching detached | network roaming | roaming detached | registration
`

var failures = map[string]string{
	"powered off":    "the module is powered off (it needs power on first)",
	"not registered": "not registered (it needs network home or roaming first)",
}

var changeNames = []struct {
	change gprs.Changes
	name   string
}{
	{gprs.RegistrationChanged, "registration"},
	{gprs.PacketChanged, "packet"},
	{gprs.AttachChanged, "attach"},
	{gprs.ContextActivated, "up"},
	{gprs.ContextEnded, "down"},
}

func words(c gprs.Changes) string {
	var names []string
	for _, n := range changeNames {
		if c.Has(n.change) {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " ")
}

func events() map[string]gprs.Event {
	byName := map[string]gprs.Event{}
	for ev := gprs.PowerOn; ev <= gprs.NetworkRoaming; ev++ {
		byName[ev.String()] = ev
	}
	return byName
}

func TestEveryEventInEveryState(t *testing.T) {
	byName, rows := events(), 0
	for line := range strings.Lines(transitions) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		rows++
		f := strings.Split(strings.TrimSuffix(line, "\n")+" ", " | ")
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		state, event := f[0], f[1]
		t.Run(state+"/"+event, func(t *testing.T) {
			ev, known := byName[event]
			if !known {
				t.Fatalf("no event is called %q", event)
			}
			m := into[state](t)
			changes, err := m.Handle(ev, start)
			if failure, fails := strings.CutPrefix(f[2], "! "); fails {
				if err == nil || !strings.HasSuffix(err.Error(), ": "+failures[failure]) {
					t.Errorf("error %v, want %s", err, failure)
				}
				if got := situation(m); got != state || changes != 0 {
					t.Errorf("after the error: %s with changes %q, want %s with none", got, words(changes), state)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := situation(m); got != f[2] {
				t.Errorf("next state %s, want %s", got, f[2])
			}
			if got := words(changes); got != f[3] {
				t.Errorf("changes %q, want %q", got, f[3])
			}
		})
	}
	if want := len(into) * len(byName); rows != want {
		t.Errorf("the table has %d rows, want %d: each state and event once", rows, want)
	}
}

// TestWhatShows holds for all 20 states, those with a registration that the table leaves out
// included.
func TestWhatShows(t *testing.T) {
	ways := [][]gprs.Event{{}, {gprs.Detach}, {gprs.Activate}, {gprs.PowerOff}}
	states := 0
	for network := gprs.Idle; network <= gprs.Roaming; network++ {
		for _, way := range ways {
			if len(way) > 0 && way[0] == gprs.Activate && !network.Registered() {
				continue
			}
			states++
			for ev := gprs.PowerOn; ev <= gprs.NetworkRoaming; ev++ {
				m := from(network, way...)(t)
				before := *m
				changes, err := m.Handle(ev, start)
				if err != nil && *m != before {
					t.Errorf("%v, %v, %v: the state changed with the error %v", network, way, ev, err)
				}
				if want := seen(&before, m); changes != want {
					t.Errorf("%v, %v, %v: changes %q, but %q show", network, way, ev, words(changes), words(want))
				}
				if m.Active() && !m.Attached() || m.Attached() && !m.Packet().Registered() {
					t.Errorf("%v, %v, %v: active %v, attached %v, packet %v", network, way, ev, m.Active(), m.Attached(), m.Packet())
				}
				if again, err := m.Handle(ev, start); err == nil && again != 0 {
					t.Errorf("%v, %v, %v: changes %q the second time", network, way, ev, words(again))
				}
			}
		}
	}
	if states != 20 {
		t.Errorf("%d states, want 20", states)
	}
}

func seen(before, after *gprs.Machine) gprs.Changes {
	var c gprs.Changes
	if before.Registration() != after.Registration() {
		c |= gprs.RegistrationChanged
	}
	if before.Packet() != after.Packet() {
		c |= gprs.PacketChanged
	}
	if before.Attached() != after.Attached() {
		c |= gprs.AttachChanged
	}
	if !before.Active() && after.Active() {
		c |= gprs.ContextActivated
	}
	if before.Active() && !after.Active() {
		c |= gprs.ContextEnded
	}
	return c
}

func TestNetworkWhilePoweredOffCountsFromPowerOn(t *testing.T) {
	m := from(gprs.Home, gprs.Detach, gprs.PowerOff, gprs.NetworkRoaming)(t)
	if m.Registration() != gprs.Idle || m.Packet() != gprs.Idle || m.Attached() {
		t.Errorf("powered off: registration %v, packet %v, attached %v", m.Registration(), m.Packet(), m.Attached())
	}
	do(t, m, gprs.PowerOn)
	if got := situation(m); got != "roaming" || !m.Attached() {
		t.Errorf("after power on: %s, attached %v; want roaming and attached, the host's detach forgotten", got, m.Attached())
	}
}

func TestAttachComesBackWithTheNetworkAndTheContextDoesNot(t *testing.T) {
	m := from(gprs.Home, gprs.Activate, gprs.NetworkSearching, gprs.NetworkHome)(t)
	if got := situation(m); got != "home" || !m.Attached() {
		t.Errorf("%s, attached %v; want home, attached, no context", got, m.Attached())
	}
}

func TestContextEndTakesFTP(t *testing.T) {
	if gprs.AttachChanged.DropsFTP() || gprs.ContextActivated.DropsFTP() {
		t.Error("FTP drops without the end of the context")
	}
	changes, err := from(gprs.Home, gprs.Activate)(t).Handle(gprs.NetworkUnknown, start)
	if err != nil || !changes.DropsFTP() {
		t.Errorf("changes %q, error %v; want FTP dropped", words(changes), err)
	}
}

func TestUnknownEvent(t *testing.T) {
	for _, ev := range []gprs.Event{-1, gprs.NetworkRoaming + 1} {
		changes, err := gprs.New(gprs.Home).Handle(ev, start)
		if err == nil || changes != 0 {
			t.Errorf("%v: changes %q, error %v; want an error", ev, words(changes), err)
		}
	}
	if got := gprs.Event(-1).String(); got != "Event(-1)" {
		t.Errorf("name %q", got)
	}
}

func TestErrorNamesTheEvent(t *testing.T) {
	_, err := gprs.New(gprs.Denied).Handle(gprs.Activate, start)
	if want := "activate: not registered (it needs network home or roaming first)"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestAddress(t *testing.T) {
	first, second := netip.MustParseAddr("192.0.2.66"), netip.MustParseAddr("198.51.100.7")
	m := gprs.New(gprs.Home)
	m.SetAddress(first)
	if m.Address().IsValid() {
		t.Errorf("address %v before activation", m.Address())
	}
	do(t, m, gprs.Activate)
	m.SetAddress(second)
	do(t, m, gprs.Activate) // while active: nothing new
	if m.Address() != first {
		t.Errorf("address %v while up, want %v kept", m.Address(), first)
	}
	do(t, m, gprs.Deactivate)
	if m.Address().IsValid() {
		t.Errorf("address %v after the end", m.Address())
	}
	do(t, m, gprs.Reset, gprs.Activate)
	if m.Address() != second {
		t.Errorf("address %v after the next activation, want %v", m.Address(), second)
	}
}
