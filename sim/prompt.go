package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// The characters that end the text of a prompt (27.005 3.5.1).
const (
	ctrlZ = 0x1a // the text is complete
	esc   = 0x1b // it is given up
)

// A prompt asks the host for a text.
type prompt struct {
	text  []byte
	bytes int64 // it ends with so many, whatever they are; 0: with Ctrl-Z
	begun bool  // a byte has come: a LF before it belongs to the command line
	wait  *wait
	idle  *timer // ends it when no character comes; nil: nothing does
}

// Prompt implements [commands.Engine]. A host that closes the port gives the text
// up (assumed), as one does that sends nothing for the time of S7.
func (m engine) Prompt() (string, error) {
	p := &prompt{wait: new(wait)}
	p.idle = m.timers.idle(func() { p.wait.finish(commands.ErrTimeout) })
	err := m.ask(p, m.lineBreak()+"> ")
	return string(p.text), err
}

// askFirst does what a rule with prompt says. The answer comes behind it.
func (c *channel) askFirst(r *rule) error {
	a, ok := r.Action.Args.(scenarios.PromptAction)
	if !ok {
		return nil
	}
	text := c.lineBreak() + a.Text + " "
	if a.Bytes > 0 {
		text = c.frame(a.Text)
	}
	err := c.ask(&prompt{wait: new(wait), bytes: a.Bytes}, text)
	if c.wentDown() {
		return commands.ErrReset
	}
	return err
}

// ask sends a text and takes what a prompt wants.
func (c *channel) ask(p *prompt, text string) error {
	if err := c.mayWait(); err != nil {
		return err
	}
	c.endRow()
	if err := c.sendPrompt(text); err != nil {
		return err
	}
	p.wait.cancel = func() { p.wait.finish(nil) }
	c.prompt = p
	c.await(p)
	c.typeNext()
	if len(c.script.typed) == 0 {
		c.openPort() // the host may be the one that ends the text
	}
	err := c.serve(p.wait)
	c.prompt = nil
	if p.idle != nil {
		p.idle.stop()
	}
	c.endRow()
	return err
}

// await gives the host the time of S7, in modem time, for the next character.
func (c *channel) await(p *prompt) {
	if p.idle != nil {
		p.idle.start(c.clock.real(time.Duration(c.params.S[7]) * time.Second))
	}
}

// take collects the text, which is echoed as a command line is.
func (textPrompt) take(c *channel) {
	p, b := c.prompt, c.pending[0]
	c.pending = c.pending[1:]
	if !p.begun {
		p.begun = true
		if b == c.params.Char(4) { // the LF of CR LF
			return
		}
	}
	c.await(p)
	c.keepRaw(b)
	if p.bytes > 0 {
		if p.bytes--; p.bytes == 0 {
			p.wait.finish(nil)
			c.prompt = nil
		}
		return
	}
	if c.params.Echo {
		c.send(faults.Echo, string([]byte{b}))
	}
	switch {
	case b == ctrlZ:
		p.wait.finish(nil)
	case b == esc:
		p.wait.finish(commands.ErrAborted)
	case b == c.params.Char(5):
		p.text = p.text[:max(0, len(p.text)-1)]
	case len(p.text) <= commands.MaxText:
		p.text = append(p.text, b)
	}
	if p.wait.over {
		c.prompt = nil // what follows is input while a command runs
	}
}
