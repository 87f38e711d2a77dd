package sim

import (
	"time"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/gprs"
)

// An engine is a modem as its command handlers see it. Its methods are for the
// owner alone, which runs the handlers; other goroutines call the exported
// methods of Modem.
type engine struct{ *Modem }

var _ commands.Engine = engine{}

func (m engine) Info(lines ...string)        { m.info(lines...) }
func (m engine) Sleep(d time.Duration) error { return m.sleep(d) }
func (m engine) Apply(ch gprs.Changes)       { m.apply(ch) }
func (m engine) EndCall()                    { m.endCall() }
func (m engine) EndFTP()                     { m.endFTP() }
