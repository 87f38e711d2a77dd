package sim

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/messages"
	"github.com/modemsim/modemsim/sim/sockets"
)

// State is a snapshot of a modem.
type State struct {
	Power        string    `json:"power"` // off, booting, on
	SIM          string    `json:"sim"`   // as the verb sim names it; blocked: for good
	Registration string    `json:"registration"`
	Attached     bool      `json:"attached"`
	GPRS         bool      `json:"gprs"` // the PDP context is active
	Address      string    `json:"address,omitempty"`
	Seconds      int       `json:"seconds"` // how long it has been active
	FTP          string    `json:"ftp"`     // closed, user, password, open
	Transfer     *Transfer `json:"transfer,omitempty"`
	Sockets      []Socket  `json:"sockets,omitempty"` // those that are not free
	Messages     Messages  `json:"messages"`
	Calls        []Call    `json:"calls,omitempty"`
	HostOpen     bool      `json:"host_open"`
	LastEvent    string    `json:"last_event"`
}

// Call describes a voice call.
type Call struct {
	ID     int    `json:"id"`     // as +CLCC numbers it
	State  string `json:"state"`  // active, held, dialing, alerting, incoming, waiting
	Number string `json:"number"` // of the far end
}

// Transfer describes the stream of data mode, or of online command mode.
type Transfer struct {
	Kind  string `json:"kind"` // download or upload
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"` // that have passed
}

// Socket describes a socket that is not free.
type Socket struct {
	Number   int    `json:"number"`
	Protocol string `json:"protocol"` // tcp or udp
	Remote   string `json:"remote"`   // IP:PORT of the far end
	State    string `json:"state"`    // connected, or left: closed by the far end
	Waiting  int    `json:"waiting"`  // bytes that +AIPR has not fetched
}

// Messages counts short messages.
type Messages struct {
	Stored  int `json:"stored"`  // in the memory of the SIM
	Unread  int `json:"unread"`  // of those
	Waiting int `json:"waiting"` // in the message centre, for room or for the module to be reached
}

var (
	powerNames = map[power]string{powerOff: "off", powerBooting: "booting", powerOn: "on"}
	simNames   = map[commands.SIMState]string{
		commands.SIMReady: scenarios.SIMReady, commands.SIMAbsent: scenarios.SIMAbsent, commands.SIMBusy: scenarios.SIMBusy,
		commands.SIMPIN: scenarios.SIMPIN, commands.SIMPUK: scenarios.SIMPUK, commands.SIMDead: "blocked",
	}
	stageNames = map[commands.Stage]string{
		commands.Closed: "closed", commands.NeedUser: "user", commands.NeedPassword: "password", commands.LoggedIn: "open",
	}
)

// State returns a snapshot of the modem: the zero State once it has ended.
func (m *Modem) State() (s State) {
	m.call(func() error {
		g := m.state.GPRS
		s = State{
			Power: powerNames[m.power], SIM: simNames[m.state.SIM.State],
			Registration: g.Registration().String(), Attached: g.Attached(), GPRS: g.Active(), Seconds: g.Seconds(m.Now()),
			FTP: stageNames[m.state.FTP.Stage], Messages: m.countMessages(), HostOpen: m.writer != nil, LastEvent: m.script.last.String(),
		}
		if g.Active() {
			s.Address = g.Address().String()
		}
		for _, n := range m.state.Sockets.In(false) {
			s.Sockets = append(s.Sockets, describe(n, m.state.Sockets.Get(n)))
		}
		for _, c := range m.state.Calls.All() {
			s.Calls = append(s.Calls, Call{c.ID, c.State.String(), c.Number})
		}
		if d := m.ch.stream(); d != nil {
			s.Transfer = &Transfer{d.traits.Kind, d.traits.Name, d.count()}
		}
		return nil
	})
	return s
}

// describe describes socket n.
func describe(n int, s *sockets.Socket) Socket {
	state := "connected"
	if s.State == sockets.Left {
		state = "left"
	}
	return Socket{n, s.Protocol.String(), net.JoinHostPort(s.Remote, strconv.Itoa(s.RemotePort)), state, s.Held()}
}

// countMessages counts the messages that there are.
func (m *Modem) countMessages() Messages {
	store := &m.state.Messages.Store
	return Messages{Stored: store.Used(), Unread: len(store.List(messages.Unread)), Waiting: len(m.waiting)}
}

// A waiter waits for an event.
type waiter struct {
	event *scenarios.Event
	met   chan Event
}

// Wait waits until an event happens, written as in a scenario: "ftp:done",
// "AT+AIPA=1". The error is about the words, is that of the context, or says that
// the modem has ended.
func (m *Modem) Wait(ctx context.Context, event string) (Event, error) {
	w, err := m.expect(event)
	if err != nil {
		return Event{}, err
	}
	select {
	case met := <-w.met:
		return met, nil
	case <-ctx.Done():
		m.forget(w)
		return Event{}, ctx.Err()
	case <-m.done:
		return Event{}, errEnded
	}
}

// expect begins to wait for an event.
func (m *Modem) expect(event string) (*waiter, error) {
	e, err := scenarios.ParseEvent(event)
	if err != nil {
		return nil, err
	}
	w := &waiter{e, make(chan Event, 1)}
	return w, m.call(func() error {
		m.waiters = append(m.waiters, w)
		m.awaitSilence(w)
		return nil
	})
}

// forget ends a wait.
func (m *Modem) forget(w *waiter) {
	m.call(func() error {
		m.waiters = slices.DeleteFunc(m.waiters, func(other *waiter) bool { return other == w })
		return nil
	})
}

var errEnded = errors.New("the modem has ended")

// wake ends the waits for an event.
func (m *Modem) wake(e Event) {
	var left []*waiter
	for _, w := range m.waiters {
		if m.matches(w.event, e) {
			w.met <- e
		} else {
			left = append(left, w)
		}
	}
	m.waiters = left
}

// Load restarts the module without its banner and replaces the scenario, of which nil is one
// without rules, and the settings; those in the scenario are not applied ([Compose] does that). The
// verdict starts anew. Settings and rules that [New] would refuse are an error, and change nothing.
func (m *Modem) Load(settings scenarios.Settings, scenario *scenarios.Script) error {
	if scenario == nil {
		scenario = new(scenarios.Script)
	}
	table, err := m.known.check(settings, scenario, m.speed)
	if err == nil {
		err = m.checkPort(scenario.Rules)
	}
	if err != nil {
		return err
	}
	return m.call(func() error {
		if err := m.line.Renumber(settings.Number); err != nil {
			return err
		}
		m.transcript.Loaded()
		m.script.rules = nil // which are not to act on this
		m.shutDown()
		m.script = newScript()
		if m.internet != nil {
			m.internet.KnowAll()
		}
		m.present.Store(m.script)
		m.state.Table, m.state.Settings = table, settings
		m.state.SIM = commands.NewSIM(settings.PIN)
		m.state.GPRS.SetAddress(settings.IP)
		m.state.NoContext = false
		m.boot(true)
		m.load(scenario.Live())
		m.start()
		return nil
	})
}
