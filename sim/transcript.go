package sim

import (
	"fmt"

	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/transcript"
)

// A record is the modem's transcript. Only the owner writes it.
type record struct{ *transcript.Recorder }

// newRecord starts the transcript of a modem that starts.
func newRecord(m *Modem, writers []transcript.Writer) record {
	return record{transcript.NewRecorder(transcript.Options{
		Start: m.clock.start, Masker: masker{m}, Writers: writers,
		Failed: func(err error) { m.log.Error("the transcript ends here", "error", err) },
	})}
}

// note writes a remark of the modem.
func (r record) note(format string, args ...any) { r.Note("", fmt.Sprintf(format, args...)) }

// masker finds the secrets in a line as it is read at the moment.
func (c *channel) masker() commands.LineMasker {
	return commands.LineMasker{Table: c.state.Table, Erase: c.params.Char(5), Damaged: c.noisy}
}

// A masker is [channel.masker] at any time.
type masker struct{ *Modem }

// LineSecrets implements [transcript.Masker].
func (m masker) LineSecrets(line string) ([]transcript.Span, bool) {
	return m.ch.masker().LineSecrets(line)
}

// MayHoldSecret implements [transcript.Masker].
func (m masker) MayHoldSecret(piece string) bool { return m.ch.masker().MayHoldSecret(piece) }
