package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// A mode is what the module takes the host's bytes for. It takes bytes off the
// pending input, all of it or as far as it stays the mode.
type mode interface{ take(m *Modem) }

// The modes.
type (
	unheard     string   // bytes are lost; the reason
	asleep      struct{} // bytes are lost, and wake the module
	rateSearch  struct{} // the first line after boot, which tells the host's speed
	textPrompt  struct{} // the text of a message
	runsCommand struct{} // input while a command runs
	onlineData  struct{} // a stream's
	commandMode struct{}
)

// mode is the present one. It is derived from what the module is doing, so that
// nothing has to keep it.
func (m *Modem) mode() mode {
	switch {
	case m.power != powerOn:
		return unheard("the module is not up")
	case m.waits:
		return unheard("the module waits for the host's DTR (its pin DSR0)")
	case m.script.dozing:
		return asleep{}
	case m.lostRate || time.Now().Before(m.script.deafUntil):
		return unheard("the module is deaf")
	case m.moduleBaud == scenarios.BaudAuto:
		return rateSearch{}
	case m.prompt != nil:
		return textPrompt{}
	case m.busy:
		return runsCommand{}
	case m.data != nil:
		return onlineData{}
	}
	return commandMode{}
}

// receive takes bytes from the host in their order, each in the mode that the
// ones before it left.
func (m *Modem) receive(p []byte) {
	if len(p) == 0 { // it was flow control
		return
	}
	m.heard()
	switch m.mode().(type) {
	case runsCommand, onlineData, commandMode, textPrompt:
		m.noteLineFeed(p)
		m.forgetPulse() // it does not care for DTR
	}
	m.pending = append(m.pending, p...)
	m.takeInput()
}

// takeInput deals with the pending input.
func (m *Modem) takeInput() {
	for len(m.pending) > 0 {
		m.mode().take(m)
	}
}

// takePending empties the pending input.
func (m *Modem) takePending() []byte {
	p := m.pending
	m.pending = nil
	return p
}

func (why unheard) take(m *Modem) {
	m.transcript.note("%d bytes lost, %s", len(m.takePending()), string(why))
}

// wakeTime is how long a module that was asleep stays deaf from the first byte
// on.
const wakeTime = 100 * time.Millisecond

func (asleep) take(m *Modem) {
	m.transcript.note("%d bytes lost, the module was asleep", len(m.takePending()))
	m.afterReal(m.clock.real(wakeTime), func() { m.script.dozing = false })
}

func (rateSearch) take(m *Modem)  { m.findRate(m.takePending()) }
func (runsCommand) take(m *Modem) { m.receiveBusy(m.takePending()) }
func (onlineData) take(m *Modem)  { m.receiveData(m.takePending()) }

func (commandMode) take(m *Modem) {
	b := m.pending[0]
	m.pending = m.pending[1:]
	m.receiveByte(b)
}
