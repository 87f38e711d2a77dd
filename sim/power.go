package sim

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/sim/gprs"
)

// power says whether the module runs.
type power int

const (
	powerOff power = iota
	powerBooting
	powerOn
)

// The banner of the module, from a log of a real one
// (electronics.stackexchange.com 75186): the first part after power on, Ready
// when it takes commands.
const (
	bannerStart = "IIII\r\nSystemInit\r\n+ADSYS: BK=0x1,0x11, RV=0x1, Fail=0x0\r\n+ADSYS: FLASH VERIFY OK\r\n\r\n"
	bannerReady = "Ready\r\n"
)

// Under timing field, the time from power on to the banner, from there to
// Ready (AT manual: about 20 s in all), and from AT+SFUN=OFF to silence.
const (
	bannerTime = time.Second
	readyTime  = 19 * time.Second
	offTime    = 2 * time.Second
)

// fieldTime is d under timing field, else 0.
func (m *Modem) fieldTime(d time.Duration) time.Duration {
	if m.state.Settings.Timing == scenarios.TimingField {
		return m.clock.real(d)
	}
	return 0
}

// boot switches the module on, with its banner unless silent. It may be on already:
// a rule has seen it go down.
func (m *Modem) boot(silent bool) {
	if m.power != powerOff {
		return
	}
	m.transcript.note("power on")
	m.power = powerBooting
	m.waits = m.state.Settings.BootWaitsDSR && !m.dtr
	m.state.Reboot(m.Now())
	m.ch.params = m.state.BootProfile()
	if m.moduleBaud = m.state.Settings.Baud; m.moduleBaud != scenarios.BaudAuto {
		m.setRate(m.state.NextRate) // what +IPR has set (AT manual)
	}
	m.booting = m.timers.after(m.fieldTime(bannerTime), func() {
		if !silent {
			m.ch.send(faults.Unsolicited, bannerStart)
		}
		m.booting = m.timers.after(m.fieldTime(readyTime), func() { m.booted(silent) })
	})
}

// booted lets the module take commands, and register.
func (m *Modem) booted(silent bool) {
	m.booting = nil
	if !silent {
		m.ch.send(faults.Unsolicited, bannerReady)
	}
	m.power = powerOn
	m.gprsEvent(gprs.Network(m.state.Network())) // never fails without power
	m.gprsEvent(gprs.PowerOn)                    // never fails
	m.startClocks()
	m.note(Event{Kind: scenarios.EventBoot})
}

// shutDown switches the module off: no final result for the running command,
// held URCs and a partial line are gone, and everything that ran over the
// context.
func (m *Modem) shutDown() {
	if m.power == powerOff {
		return
	}
	m.transcript.note("power off")
	m.power = powerOff
	m.goingDown = false
	m.downs++
	m.stopDays()
	m.ch.reader, m.ch.urcs, m.ch.pending, m.ch.queued = lineReader{}, nil, nil, nil
	m.ch.answer, m.ch.heldEcho, m.ch.shifted, m.lostRate = nil, nil, nil, false
	m.script.revive()
	m.endCalls()
	m.forgetPulse()
	m.xoff = false
	if m.booting != nil {
		m.booting.stop()
		m.booting = nil
	}
	m.ch.interrupt(commands.ErrReset)
	m.ch.dropStreams(commands.Dropped)
	m.ch.dropLinks(commands.Dropped)
	m.endFTP()
	m.ch.endRow()
	m.ch.lineOver()
	m.gprsEvent(gprs.PowerOff) // never fails
	m.note(Event{Kind: scenarios.EventDown})
}

// thisLife queues f after d of real time, unless the module goes down before.
func (m *Modem) thisLife(d time.Duration, f func()) {
	of := m.downs
	m.timers.after(d, func() {
		if of == m.downs {
			f()
		}
	})
}

// Restart implements [commands.Engine].
func (m engine) Restart() {
	m.goingDown = true
	m.thisLife(0, func() {
		m.shutDown()
		m.boot(false)
	})
}

// PowerOff implements [commands.Engine].
func (m engine) PowerOff() {
	wait := m.fieldTime(offTime)
	m.goingDown = wait == 0
	m.thisLife(wait, m.shutDown)
}

// Draw implements [commands.Engine].
func (m engine) Draw(name string, span commands.Span) time.Duration {
	chance, ok := m.script.chances[name]
	if !ok {
		chance = faults.Chance(m.seed, "timing "+name)
		m.script.chances[name] = chance
	}
	return span.Min + time.Duration(chance.Int64N(int64(span.Max-span.Min)+1))
}
