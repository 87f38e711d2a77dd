package run

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/transcript"
)

// A Modem is one modem of a fleet, on its wire.
type Modem struct {
	*sim.Modem
	Number  int          // from 1
	Path    string       // what a host connects to, or where the modem has connected
	Address port.Address // its parts; of a pty the path is that of Path
	Seed    uint64       // of its random choices

	wire   connection
	opened []io.Closer
}

// openWire makes the modem's wire.
func (m *Modem) openWire(w Wire) (err error) {
	if m.wire, err = w.open(m.Number); err != nil {
		return err
	}
	m.Path, m.Address = m.wire.path, m.wire.address
	m.opened = append(m.opened, m.wire)
	return nil
}

// start starts the modem, which then has the wire. far are the options of what all modems reach.
func (m *Modem) start(c Config, far []sim.Option) error {
	options := append(c.options(m.Number, c.scenarioOf(m.Number).Script), far...)
	options = append(options, sim.Seed(m.Seed))
	if log := c.log(m.Number); log != nil {
		options = append(options, sim.Log(log))
	}
	records, err := m.openTranscript(c)
	if err != nil {
		return err
	}
	for _, w := range records {
		options = append(options, sim.RowsTo(w))
	}
	if m.Modem, err = sim.New(m.wire.ReadWriteCloser, options...); err != nil {
		return err
	}
	m.opened = append(m.opened, m.Modem)
	return nil
}

// log returns the log of modem n; nil is none.
func (c Config) log(n int) *slog.Logger {
	if c.Log == nil {
		return nil
	}
	return c.Log(n)
}

// openTranscript returns what takes the transcript.
func (m *Modem) openTranscript(c Config) ([]transcript.Writer, error) {
	if c.Transcript == nil {
		return nil, nil
	}
	records, err := c.Transcript(m.Number)
	kept := make([]transcript.Writer, len(records))
	for i, w := range records {
		k := &keptWriter{Writer: w}
		kept[i], m.opened = k, append(m.opened, k)
	}
	return kept, err
}

// A keptWriter takes rows, and is closed with the error that kept it from taking all of them: a run
// without its transcript is not what was asked for.
type keptWriter struct {
	transcript.Writer
	err error
}

// WriteRow implements [transcript.Writer].
func (w *keptWriter) WriteRow(r transcript.Row) error {
	err := w.Writer.WriteRow(r)
	if err != nil {
		w.err = fmt.Errorf("the transcript is not complete: %w", err)
	}
	return err
}

// Close implements io.Closer.
func (w *keptWriter) Close() error {
	closer, ok := w.Writer.(io.Closer)
	if !ok {
		return w.err
	}
	return errors.Join(w.err, closer.Close())
}

// close ends the modem and then what it ran on, the last opened first. The modem has closed its
// wire, which takes that a second time.
func (m *Modem) close() error {
	var err error
	for _, c := range slices.Backward(m.opened) {
		err = errors.Join(err, c.Close())
	}
	m.opened = nil
	return err
}
