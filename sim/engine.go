package sim

import (
	"context"
	"errors"
	"time"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/gprs"
)

// An engine is a modem as the command handlers of a channel see it. Its methods
// are for the owner alone, which runs the handlers; other goroutines call the
// exported methods of Modem.
type engine struct{ *channel }

var _ commands.Engine = engine{}

// Go implements [commands.Engine].
func (m engine) Go(work func(context.Context) (then func())) {
	m.beside(func() {
		then := work(m.life)
		if then == nil {
			return
		}
		m.post(func() {
			m.besideLine = true
			then()
			m.besideLine = false
		})
	})
}

// errNoLine is what waits and Connect return outside of a command line.
var errNoLine = errors.New("only a command that is running can wait, or enter data mode")

func (m engine) URC(text string)             { m.urc(text) }
func (m engine) DataURC(text string)         { m.hold(heldURC{text, true}) }
func (m engine) Info(lines ...string)        { m.info(lines...) }
func (m engine) Sleep(d time.Duration) error { return m.sleep(d) }
func (m engine) Apply(ch gprs.Changes)       { m.apply(ch) }
func (m engine) EndFTP()                     { m.endFTP() }
