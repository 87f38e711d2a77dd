package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/transcript"
)

// Now returns the modem's time, which runs at the speed of [Speed] from the
// modem's start on.
func (m *Modem) Now() time.Time { return m.clock.now() }

// Transcript returns the end of the record of what passed the port, up to some 256 KiB of text.
func (m *Modem) Transcript() transcript.Rows { return m.transcript.Rows() }

// Follow returns the transcript so far, as [Modem.Transcript] does, and a channel of the rows that
// come after it. The modem does not wait for a slow reader: once 1024 rows wait, others are left
// out, and a row of kind [transcript.LeftOut] in their place says how many. The channel is closed
// when ctx is over, or behind the last row when the modem has ended.
func (m *Modem) Follow(ctx context.Context) (transcript.Rows, <-chan transcript.Row) {
	return m.transcript.Follow(ctx)
}

// liveFile is the file of rules that Do has added.
const liveFile = "live"

// Do runs one line of the scenario language at once. It returns when the line
// has taken effect, or waits for what it names; the error says what is wrong
// with it.
func (m *Modem) Do(line string) error {
	script, err := scenarios.Parse(liveFile, strings.NewReader(line))
	if err == nil {
		err = script.CheckPeriods(m.speed)
	}
	if err != nil {
		return err
	}
	return m.call(func() error {
		if m.over() {
			return fmt.Errorf("the run is over: %s", m.script.verdict.ended)
		}
		failures := len(m.script.verdict.failures)
		at := len(m.script.rules)
		m.load(script.Rules)
		for _, r := range m.script.rules[at:] {
			switch r.Trigger.Kind {
			case scenarios.AtStart:
				m.setOff(r)
			case scenarios.EachTime:
				m.repeat(r)
			case scenarios.AtTime:
				r.arm(math.MaxInt64)
				m.afterModem(r, r.Trigger.D, func() { m.setOff(r) })
			case scenarios.AtClock:
				m.startDay(r)
			}
		}
		if n := len(m.script.verdict.failures); n > failures && script.Rules[0].Action.Verb != "fail" {
			f := m.script.verdict.failures[n-1]
			m.script.verdict.failures = m.script.verdict.failures[:failures]
			return errors.New(f.What)
		}
		return nil
	})
}

// call runs f as the owner and waits for it.
func (m *Modem) call(f func() error) error {
	result := make(chan error, 1)
	m.post(func() { result <- f() })
	select {
	case err := <-result:
		return err
	case <-m.done:
		return errEnded
	}
}
