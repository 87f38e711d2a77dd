package sim

import (
	"fmt"

	"github.com/modemsim/modemsim/transcript"
)

// A record is the modem's transcript. Only the owner writes it.
type record struct{ *transcript.Recorder }

// newRecord starts the transcript of a modem that starts.
func newRecord(m *Modem, writers []transcript.Writer) record {
	return record{transcript.NewRecorder(transcript.Options{
		Start: m.clock.start, Masker: m.state.Table, Writers: writers,
		Failed: func(err error) { m.log.Error("the transcript ends here", "error", err) },
	})}
}

// note writes a remark of the modem.
func (r record) note(format string, args ...any) { r.Note("", fmt.Sprintf(format, args...)) }
