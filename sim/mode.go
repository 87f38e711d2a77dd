package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// A mode is what the module takes the host's bytes for. It takes bytes off the
// pending input, all of it or as far as it stays the mode.
type mode interface{ take(c *channel) }

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
func (c *channel) mode() mode {
	switch {
	case c.power != powerOn:
		return unheard("the module is not up")
	case c.goingDown && !c.busy:
		return unheard("the module goes down")
	case c.waits:
		return unheard("the module waits for the host's DTR (its pin DSR0)")
	case c.script.dozing:
		return asleep{}
	case c.lostRate || time.Now().Before(c.script.deafUntil):
		return unheard("the module is deaf")
	case c.prompt != nil:
		return textPrompt{}
	case c.busy:
		return runsCommand{}
	case c.data != nil:
		return onlineData{}
	case c.moduleBaud == scenarios.BaudAuto:
		return rateSearch{}
	}
	return commandMode{}
}

// receive takes bytes from the host in their order, each in the mode that the
// ones before it left.
func (c *channel) receive(p []byte) {
	if len(p) == 0 { // it was flow control
		return
	}
	c.heard()
	switch c.mode().(type) {
	case runsCommand, onlineData, commandMode, textPrompt:
		c.noteLineFeed(p)
		c.forgetPulse() // it does not care for DTR
	}
	c.pending = append(c.pending, p...)
	c.takeInput()
}

// takeInput deals with the pending input.
func (c *channel) takeInput() {
	for len(c.pending) > 0 {
		c.mode().take(c)
	}
}

// takePending empties the pending input.
func (c *channel) takePending() []byte {
	p := c.pending
	c.pending = nil
	return p
}

func (why unheard) take(c *channel) {
	c.transcript.note("%d bytes lost, %s", len(c.takePending()), string(why))
}

// wakeTime is how long a module that was asleep stays deaf from the first byte
// on.
const wakeTime = 100 * time.Millisecond

func (asleep) take(c *channel) {
	c.transcript.note("%d bytes lost, the module was asleep", len(c.takePending()))
	if s := c.script; s.waking == nil {
		s.waking = c.afterReal(c.clock.real(wakeTime), func() { s.dozing, s.waking = false, nil })
	}
}

func (rateSearch) take(c *channel)  { c.findRate(c.takePending()) }
func (runsCommand) take(c *channel) { c.receiveBusy(c.takePending()) }
func (onlineData) take(c *channel)  { c.receiveData(c.takePending()) }

func (commandMode) take(c *channel) {
	b := c.pending[0]
	c.pending = c.pending[1:]
	c.receiveByte(b)
}
