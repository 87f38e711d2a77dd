package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/sim/gprs"
)

// actions are what the verbs of the scenario language do; scenarios holds their
// grammar. An action reports whether it has happened: one that waits for
// something calls fire itself, later.
var actions map[string]func(m *Modem, r *rule) bool

func init() {
	actions = map[string]func(m *Modem, r *rule) bool{
		"set":      now((*Modem).actSet),
		"network":  now((*Modem).actNetwork),
		"sim":      now((*Modem).actSIM),
		"gprs":     now((*Modem).actGPRS),
		"power":    now((*Modem).actPower),
		"reset":    now((*Modem).actReset),
		"file":     now((*Modem).actFile),
		"ignore":   actOverride,
		"reply":    actOverride,
		"delay":    actEdit,
		"drop":     actEdit,
		"repeat":   actEdit,
		"truncate": actEdit,
		"split":    actEdit,
		"garble":   actEdit,
		"urc":      actURC,
		"raw":      actRaw,
		"mute":     actMute,
		"type":     actType,
		"ring":     now((*Modem).actRing),
		"unplug":   now((*Modem).actUnplug),
		"cut":      actCut,
		"stall":    actStall,
		"slow":     actSlow,
		"lose":     actDamage(faults.Lose),
		"double":   actDamage(faults.Double),
		"flip":     actDamage(faults.Flip),
		"ftp":      actFTP,
		"expect":   actExpect,
		"forbid":   actForbid,
		"within":   actWithin,
		"pass":     actPass,
		"fail":     actFail,
		"log":      actLog,
	}
}

// now makes an action of something that happens at once. One that cannot
// happen fails the run.
func now(act func(*Modem, scenarios.Action) error) func(*Modem, *rule) bool {
	return func(m *Modem, r *rule) bool {
		if err := act(m, r.Action); err != nil {
			m.fail(r, "%v", err)
			return false
		}
		return true
	}
}

func (m *Modem) actSet(a scenarios.Action) error {
	s := m.state.Settings
	if err := s.Set(a.Word, a.Text); err != nil {
		return err
	}
	network, pin := s.Network != m.state.Settings.Network, s.PIN != m.state.Settings.PIN
	if s.Baud != m.state.Settings.Baud {
		m.moduleBaud = s.Baud
		m.state.SetRate(s.Baud)
	}
	m.state.Settings = s
	if pin {
		m.state.SIM = commands.NewSIM(s.PIN)
	}
	m.state.GPRS.SetAddress(s.IP)
	if network || pin {
		return m.gprsEvent(gprs.Network(m.state.Network()))
	}
	return nil
}

func (m *Modem) actNetwork(a scenarios.Action) error {
	m.state.Settings.Network = a.Word
	return m.gprsEvent(gprs.Network(m.state.Network()))
}

// simStates are the words of the verb sim.
var simStates = map[string]commands.SIMState{
	scenarios.SIMReady:  commands.SIMReady,
	scenarios.SIMAbsent: commands.SIMAbsent,
	scenarios.SIMBusy:   commands.SIMBusy,
	scenarios.SIMPIN:    commands.SIMPIN,
	scenarios.SIMPUK:    commands.SIMPUK,
}

// actSIM changes the SIM's state; without a SIM that is ready there is no
// network.
func (m *Modem) actSIM(a scenarios.Action) error {
	if m.state.SIM.State == simStates[a.Word] {
		return nil
	}
	m.state.SIM.State = simStates[a.Word]
	m.note(Event{Kind: commands.EventSIM, Text: a.Word})
	return m.gprsEvent(gprs.Network(m.state.Network()))
}

// actGPRS activates or drops the context. Dropped silently, the module does
// not notice: its counter runs on, and nothing passes.
func (m *Modem) actGPRS(a scenarios.Action) error {
	switch {
	case a.Word == "up":
		m.script.dead = false
		m.unstallAll()
		return m.gprsEvent(gprs.Activate)
	case a.Flag:
		m.script.dead = true
		return nil
	}
	return m.gprsEvent(gprs.BearerLost)
}

// gprsEvent lets something happen to the GPRS side.
func (m *Modem) gprsEvent(e gprs.Event) error {
	changes, err := m.state.GPRS.Handle(e, m.Now())
	if err != nil {
		return err
	}
	m.apply(changes)
	return nil
}

func (m *Modem) actPower(a scenarios.Action) error {
	switch {
	case a.Word == "off":
		m.shutDown()
	case m.power == powerOff:
		m.boot(false)
	}
	return nil
}

func (m *Modem) actReset(a scenarios.Action) error {
	m.shutDown()
	m.boot(a.Flag)
	return nil
}

func (m *Modem) actFile(a scenarios.Action) error {
	if m.ftp.Put == nil {
		return fmt.Errorf("file works with the embedded server alone")
	}
	return m.ftp.Put(a.Word, faults.Content(a.Word, a.N, a.Flag))
}

// actOverride answers the command that triggered it instead of running it.
func actOverride(m *Modem, r *rule) bool {
	m.override = r
	return false
}

// actEdit changes the answer to the command that triggered it.
func actEdit(m *Modem, r *rule) bool {
	m.script.edits = append(m.script.edits, r)
	return false
}

// actURC sends a URC: held while a command runs, or put into its answer.
func actURC(m *Modem, r *rule) bool {
	if r.Action.Part == scenarios.Whole {
		m.urc(r.Action.Text)
		return true
	}
	if m.busy && m.answer != nil {
		return actEdit(m, r)
	}
	m.transmit(faults.Unsolicited, []byte(m.frame(r.Action.Text)))
	return true
}

func actRaw(m *Modem, r *rule) bool {
	m.transmit(faults.Unsolicited, []byte(r.Action.Text))
	return true
}

// actMute makes the module deaf.
func actMute(m *Modem, r *rule) bool {
	if r.Action.Flag {
		m.script.dozing = true
		return true
	}
	if until := time.Now().Add(m.clock.real(r.Action.D)); until.After(m.script.deafUntil) {
		m.script.deafUntil = until
	}
	return true
}

// actType lets a host before this one have sent something.
func actType(m *Modem, r *rule) bool {
	m.script.typed = append(m.script.typed, strings.SplitAfter(r.Action.Text, "\r")...)
	m.typeNext()
	return true
}

// typeNext takes the next line of what was typed, when no command runs.
func (m *Modem) typeNext() {
	if len(m.script.typed) == 0 || m.busy {
		return
	}
	m.timers.after(0, func() {
		if len(m.script.typed) == 0 || m.busy {
			return
		}
		m.receive([]byte(m.script.typed[0]))
		if len(m.script.typed) > 0 {
			m.script.typed = m.script.typed[1:]
		}
		m.typeNext()
	})
}

// unplugTime is how long the port is away when the rule does not say.
const unplugTime = time.Second

// unplugger is a port that can go away and come back.
type unplugger interface {
	// Unplug takes the port away from its host for d.
	Unplug(d time.Duration) error
}

func (m *Modem) actUnplug(a scenarios.Action) error {
	port, ok := m.lines.(unplugger)
	if !ok {
		return fmt.Errorf("this port cannot be unplugged (a pty with --link can)")
	}
	d := a.D
	if d == 0 {
		d = unplugTime
	}
	return port.Unplug(m.clock.real(d))
}

// actExpect opens an expectation, in the host's time.
func actExpect(m *Modem, r *rule) bool {
	x := &expectation{rule: r}
	x.timer = m.afterReal(r.Action.D, func() {
		m.script.expects = without(m.script.expects, x)
		m.fail(r, "expected %s within %s, it did not come (last event: %s)", eventText(r), r.Action.D, m.script.last)
	})
	m.script.expects = append(m.script.expects, x)
	return false // it fires when it is met
}

// actForbid forbids an event, in the host's time, or to the end.
func actForbid(m *Modem, r *rule) bool {
	x := &expectation{rule: r}
	m.script.forbids = append(m.script.forbids, x)
	if r.Action.D > 0 {
		x.timer = m.afterReal(r.Action.D, func() { m.script.forbids = without(m.script.forbids, x) })
	}
	return true
}

func without(list []*expectation, x *expectation) []*expectation {
	var rest []*expectation
	for _, y := range list {
		if y != x {
			rest = append(rest, y)
		}
	}
	return rest
}

func actWithin(m *Modem, r *rule) bool {
	m.afterReal(r.Action.D, func() {
		if m.over() {
			return
		}
		m.fail(r, "the run is not over after %s (last event: %s)", r.Action.D, m.script.last)
		m.finish("time is up")
	})
	return true
}

func actPass(m *Modem, r *rule) bool {
	m.fire(r)
	m.script.verdict.passed = true
	m.finish(r.Where() + ": pass")
	return false
}

func actFail(m *Modem, r *rule) bool {
	m.fire(r)
	m.fail(r, "%s", r.Action.Text)
	m.finish(r.Where() + ": fail")
	return false
}

func actLog(m *Modem, r *rule) bool {
	m.transcript.note("%s: %s", r.Where(), r.Action.Text)
	m.log.Info(r.Action.Text, "where", r.Where())
	return true
}
