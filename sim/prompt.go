package sim

import (
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
)

// The characters that end the text of a prompt (27.005 3.5.1).
const (
	ctrlZ = 0x1a // the text is complete
	esc   = 0x1b // it is given up
)

// maxText is how much text a prompt takes, in bytes; more ends it as ESC does.
const maxText = 4096

// A prompt asks the host for a text.
type prompt struct {
	text  []byte
	begun bool // a byte has come: a LF before it belongs to the command line
	wait  *wait
}

// Prompt implements [commands.Engine]. A host that closes the port gives the text
// up (assumed).
func (m engine) Prompt() (string, error) {
	if err := m.mayWait(); err != nil {
		return "", err
	}
	m.endRow()
	m.flushAnswer()
	m.send(faults.Prompt, m.lineBreak()+"> ")
	p := &prompt{wait: new(wait)}
	p.wait.cancel = func() { p.wait.finish(nil) }
	m.prompt = p
	m.typeNext()
	if len(m.script.typed) == 0 {
		m.openPort() // the host may be the one that ends the text
	}
	err := m.serve(p.wait)
	m.prompt = nil
	m.endRow()
	return string(p.text), err
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
	c.keepRaw(b)
	if c.params.Echo {
		c.send(faults.Echo, string([]byte{b}))
	}
	switch {
	case b == ctrlZ:
		p.wait.finish(nil)
	case b == esc || len(p.text) == maxText:
		p.wait.finish(commands.ErrAborted)
	case b == c.params.Char(5):
		p.text = p.text[:max(0, len(p.text)-1)]
	default:
		p.text = append(p.text, b)
	}
	if p.wait.over {
		c.prompt = nil // what follows is input while a command runs
	}
}
