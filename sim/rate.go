package sim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
)

// LineRate implements [commands.Engine].
func (m engine) LineRate(baud int, afterResult bool) {
	if afterResult {
		m.thisLife(0, func() { m.setRate(baud) })
	} else {
		m.setRate(baud)
	}
}

// DetectRate implements [commands.Engine].
func (m engine) DetectRate() {
	m.thisLife(0, func() {
		m.ch.endRow()
		m.moduleBaud = scenarios.BaudAuto
	})
}

// setRate changes the speed of the module's line. With baud any, it matters only
// on a real line.
func (m *Modem) setRate(baud int) {
	if m.moduleBaud != scenarios.BaudAny {
		m.moduleBaud = baud
	}
	line, ok := m.lines.(port.SpeedSetter)
	if !ok || baud == m.lineRate {
		return
	}
	m.lineRate = baud
	set := func() {
		if err := line.SetSpeed(baud); err != nil {
			m.log.Error("the line's speed", "error", err)
		}
	}
	if m.writer != nil {
		m.writer.queue.then(set)
	} else {
		set()
	}
}

// adoptRate takes over the speed of a real line, unless the settings name one,
// which the line then gets.
func (m *Modem) adoptRate() {
	line, ok := m.lines.(port.SpeedSetter)
	if !ok || line.Speed() == 0 {
		return
	}
	m.lineRate = line.Speed()
	if m.state.Settings.Baud == scenarios.BaudAny {
		m.state.SetRate(m.lineRate)
	}
	m.setRate(m.state.NextRate)
}

// autoRates are the speeds that the module detects (Enhanced AT manual 6.2).
var autoRates = []int{4800, 9600, 19200, 38400, 57600, 115200}

// findRate looks for the host's speed in its first line after boot or +IPR=0: AT
// and CR, at a speed that the module knows. Anything else makes it deaf until the next
// boot (Enhanced AT manual 6.2).
func (m *Modem) findRate(p []byte) {
	if len(m.ch.raw) == 0 {
		p = bytes.TrimPrefix(p, []byte("\n")) // the LF of the line before
	}
	m.ch.raw = append(m.ch.raw, p...)
	if bytes.IndexByte(m.ch.raw, '\r') < 0 && bytes.HasPrefix([]byte("AT\r"), bytes.ToUpper(m.ch.raw)) {
		return
	}
	rate := m.hostBaud
	if rate == 0 {
		rate = m.state.NextRate
	}
	clean := strings.EqualFold(strings.TrimSuffix(string(m.ch.raw), "\n"), "AT\r")
	m.ch.endRow()
	if !clean || !slices.Contains(autoRates, rate) {
		m.transcript.note("no AT as the first line: deaf until the next boot")
		m.lostRate = true
		return
	}
	m.moduleBaud = rate
	m.ch.info(fmt.Sprintf("+Auto BR: %d", rate))
}

// moduleFormat is the module's character format, the only one (AT manual, +ICF).
const moduleFormat = "8N1"

// atSpeed returns p, or as much noise if the two ends of the line disagree on
// speed or character format (setting baud).
func (m *Modem) atSpeed(p []byte) []byte {
	sameSpeed := m.hostBaud == 0 || m.moduleBaud == m.hostBaud
	if m.moduleBaud <= 0 || sameSpeed && (m.format == "" || m.format == moduleFormat) {
		return p
	}
	noise := make([]byte, len(p))
	for i := range noise {
		noise[i] = byte(m.noise.Uint32()) | 0x80
	}
	return noise
}
