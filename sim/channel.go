package sim

import "github.com/modemsim/modemsim/sim/commands"

// A channel is one conversation with a host: what its bytes are taken for, the
// command line that is entered or runs, the parameters that the line has set,
// and the streams. A modem has one; under a multiplexer (27.010) it would have
// several on one port. Only the owner uses it.
type channel struct {
	*Modem
	params commands.Profile // the V.25ter parameters in force
	input
	commandLine
	urcs    []heldURC     // held back
	shown   []func()      // to be called when none is
	inLine  *timer        // runs while a line is entered, for as long as that holds URCs back
	streams []*dataStream // that are connected, in their order
	data    *dataStream   // the one in data mode; nil: the host's bytes are commands
	links   []*link       // that run beside command mode
	passing *flow         // whose bytes the rules are told of; nil: none
	outcome []Event       // of the stream that is ending

	besideLine bool // what Engine.Go returned is running
}

func newChannel(m *Modem) *channel {
	c := &channel{Modem: m, params: commands.Factory()}
	c.inLine = m.timers.idle(c.flushURCs)
	return c
}
