package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/sim/gprs"
)

// actions holds what each verb of the scenario language does; its grammar is in
// package scenarios. An action reports whether it has happened. One that waits for
// something reports false and calls fire later.
var actions map[string]func(m *Modem, r *rule) bool

func init() {
	actions = map[string]func(m *Modem, r *rule) bool{
		"set":     with(actSet),
		"network": with(actNetwork),
		"sim":     with(actSIM),
		"gprs":    with(actGPRS),
		"net":     now((*Modem).actNet),
		"power":   with(actPower),
		"reset":   now((*Modem).actReset),
		"file":    now((*Modem).actFile),
		"ignore":  actOverride,
		"reply":   actOverride,
		"prompt":  actPrompt,
		"connect": actOverride,
		"urc":     with(actURC),
		"raw":     with(actRaw),
		"mute":    with(actMute),
		"type":    with(actType),
		"ring":    now((*Modem).actRing),
		"sms":     actSMS,
		"ussd":    with(actUSSD),
		"call":    now((*Modem).actCall),
		"unplug":  now((*Modem).actUnplug),
		"cut":     with(actCut),
		"stall":   with(actStall),
		"slow":    with(actSlow),
		"ftp":     actFTP,
		"expect":  with(actExpect),
		"forbid":  with(actForbid),
		"within":  with(actWithin),
		"pass":    actPass,
		"fail":    with(actFail),
		"log":     with(actLog),
	}
	for _, f := range faults.Rows() {
		if actions[f.Name] == nil {
			actions[f.Name] = actFault
		}
	}
}

// with returns an action that calls act with the arguments of the verb.
func with[A any](act func(*Modem, *rule, A) bool) func(*Modem, *rule) bool {
	return func(m *Modem, r *rule) bool {
		args, ok := r.Action.Args.(A)
		if !ok {
			m.fail(r, "%s does not take a %T", r.Action.Verb, r.Action.Args)
			return false
		}
		return act(m, r, args)
	}
}

// now returns an action that happens at once. An error of act fails the run.
func now[A any](act func(*Modem, A) error) func(*Modem, *rule) bool {
	return with(func(m *Modem, r *rule, args A) bool {
		if err := act(m, args); err != nil {
			m.fail(r, "%v", err)
			return false
		}
		return true
	})
}

// gprsEvent handles an event of the GPRS state machine.
func (m *Modem) gprsEvent(e gprs.Event) error {
	changes, err := m.state.GPRS.Handle(e, m.Now())
	if err != nil {
		return err
	}
	m.apply(changes)
	return nil
}

func (m *Modem) actReset(a scenarios.ResetAction) error {
	m.shutDown()
	m.boot(a.Silent)
	return nil
}

func (m *Modem) actFile(a scenarios.FileAction) error {
	if m.ftp.Put == nil {
		return fmt.Errorf("file needs the embedded FTP server")
	}
	return m.ftp.Put(a.Name, faults.Content(a.Name, a.Size, a.Hostile))
}

// actOverride answers the command that triggered it instead of running it.
func actOverride(m *Modem, r *rule) bool {
	m.ch.override = r
	return false
}

// actPrompt asks for data before the command that triggered it is answered.
func actPrompt(m *Modem, r *rule) bool {
	m.ch.asks = r
	return false
}

// actURC sends a URC: held while a command runs, or put into its answer.
func actURC(m *Modem, r *rule, a faults.Inserted) bool {
	if a.At == faults.Held {
		m.ch.urc(a.Text)
		return true
	}
	if m.ch.busy && m.ch.answer != nil {
		return actFault(m, r)
	}
	m.ch.transmit(faults.Unsolicited, []byte(m.ch.frame(a.Text)))
	return true
}

func actRaw(m *Modem, _ *rule, a scenarios.RawAction) bool {
	m.ch.transmit(faults.Unsolicited, []byte(a.Text))
	return true
}

// actMute makes the module deaf.
func actMute(m *Modem, _ *rule, a scenarios.MuteAction) bool {
	if a.Next {
		m.script.dozing = true
		return true
	}
	if until := time.Now().Add(m.clock.real(a.For)); until.After(m.script.deafUntil) {
		m.script.deafUntil = until
	}
	return true
}

// A typedLine is input that an earlier host is to have sent.
type typedLine struct {
	text  string
	chain int // see timers
}

// actType takes input as if an earlier host had sent it: a line, or the text of a
// prompt, at a time.
func actType(m *Modem, _ *rule, a scenarios.TypeAction) bool {
	for text := a.Text; text != ""; {
		n := strings.IndexAny(text, "\r\x1a\x1b") + 1
		if n == 0 {
			n = len(text)
		}
		m.script.typed = append(m.script.typed, typedLine{text[:n], m.timers.chain})
		text = text[n:]
	}
	m.typeNext()
	return true
}

// canType reports whether the modem takes typed input: no command runs, or one
// that asks for a text.
func (m *Modem) canType() bool {
	return len(m.script.typed) > 0 && (!m.ch.busy || m.ch.prompt != nil)
}

// typeNext takes the next line of the typed input, once the modem can.
func (m *Modem) typeNext() {
	if !m.canType() {
		return
	}
	m.timers.after(0, func() {
		if !m.canType() {
			return
		}
		line := m.script.typed[0]
		m.script.typed = m.script.typed[1:]
		m.timers.chain = line.chain
		m.ch.receive([]byte(line.text))
		m.typeNext()
		if len(m.script.typed) == 0 && m.ch.prompt != nil {
			m.openPort() // else no host could end the text
		}
	})
}

func (m *Modem) actUnplug(a scenarios.UnplugAction) error {
	wire, ok := m.lines.(port.Unplugger)
	if !ok {
		return fmt.Errorf("this port cannot be unplugged: a pty with a link can (--link PATH)")
	}
	path, err := wire.Unplug(m.clock.real(a.For), a.Renamed)
	if err == nil && a.Renamed {
		m.transcript.note("the port comes back as %s", path)
	}
	return err
}

func actWithin(m *Modem, r *rule, a scenarios.WithinAction) bool {
	m.afterReal(a.Limit, func() {
		if m.over() {
			return
		}
		m.fail(r, "the run is not over after %s (last event: %s)", a.Limit, m.script.last)
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

func actFail(m *Modem, r *rule, a scenarios.FailAction) bool {
	m.fire(r)
	m.fail(r, "%s", a.Text)
	m.finish(r.Where() + ": fail")
	return false
}

func actLog(m *Modem, r *rule, a scenarios.LogAction) bool {
	m.transcript.Note(r.Where(), a.Text)
	m.log.Info(m.transcript.Masked(a.Text), "where", r.Where())
	return true
}
