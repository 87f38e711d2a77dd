// Package transcript records what passes a modem's port, as rows: a line of the host, a frame of
// the modem, a piece of a data stream, a line of the FTP control connection, a note.
//
// A [Recorder] makes the rows, hides the secrets in them, keeps the last of them and hands them to
// writers and followers. Rows are written as text or as JSON lines and read back from both.
package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Row is one thing that happened at a modem's port.
type Row struct {
	At   time.Duration // since the modem's start, in whole microseconds, below 71 years
	Dir  Direction     // of a Line and of Data; NoDirection for all others
	Kind Kind

	// Text is the bytes of a Line, a Dropped frame and an FTP line, and the first bytes of Data, as
	// they were sent, with [Mask] in place of what is secret. Of a Note and a Failure it is what they
	// say, valid UTF-8 on one line. Other kinds have none.
	Text string

	// Where is the line of the scenario that caused a Note or a Failure, as FILE:LINE; "": none.
	Where string

	Offset int64 // of Data: the bytes of the stream in front of it
	Length int64 // of Data: its bytes, of which Text has the first; of LeftOut: how many rows

	// Masked are the parts of Text that stand for a secret, in their order.
	Masked []Span
}

// maxAt is above the time of any row, some 71 years: below it a microsecond survives a float64.
const maxAt = 1 << 51 * time.Microsecond

// firstBytes is how many bytes of Data a row shows at most.
const firstBytes = 16

// A Direction is where bytes went.
type Direction uint8

// The directions.
const (
	NoDirection Direction = iota // nowhere: a note
	FromHost                     // from the host to the modem
	ToHost                       // from the modem to the host
)

// A Kind is what a row stands for.
type Kind uint8

// The kinds of rows.
const (
	Note        Kind = iota // a remark of the modem, or of a line of the scenario that acted
	Failure                 // a line of the scenario was not kept
	Line                    // a line of the host, or a frame of the modem
	Data                    // a piece of a data stream
	Dropped                 // a frame of the modem while no host had the port open
	FTPSent                 // a line that went to the FTP server
	FTPReceived             // a line that came from the FTP server
	Loaded                  // another scenario was loaded
	LeftOut                 // rows that a follower read too slowly are missing here
	End                     // the modem ended
)

// forms are how the kinds are written: their names in JSON, and the text of those that are notes.
var forms = []struct {
	name  string
	text  string // of a note, in front of its bytes
	bytes bool   // Text is bytes
}{
	Note:        {name: "note"},
	Failure:     {name: "failure"},
	Line:        {name: "line", bytes: true},
	Data:        {name: "data", bytes: true},
	Dropped:     {name: "dropped", text: "dropped, nobody has the port open: ", bytes: true},
	FTPSent:     {name: "ftp-sent", text: "ftp > ", bytes: true},
	FTPReceived: {name: "ftp-received", text: "ftp < ", bytes: true},
	Loaded:      {name: "loaded", text: "another scenario is loaded"},
	LeftOut:     {name: "left-out", text: " rows are left out here: they were read too slowly"},
	End:         {name: "end", text: "end"},
}

// String is the kind's name, as JSON has it.
func (k Kind) String() string {
	if int(k) < len(forms) {
		return forms[k].name
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// directions are the names of the directions in JSON, and their marks in text.
var directions = []struct {
	name string
	mark byte
}{NoDirection: {"note", '#'}, FromHost: {"host", '>'}, ToHost: {"modem", '<'}}

// String is the direction's name, as JSON has it.
func (d Direction) String() string {
	if int(d) < len(directions) {
		return directions[d].name
	}
	return fmt.Sprintf("direction %d", uint8(d))
}

// FTP reports whether a row is a line of the FTP control connection.
func (r Row) FTP() bool { return r.Kind == FTPSent || r.Kind == FTPReceived }

// Equal reports whether two rows are the same.
func (r Row) Equal(o Row) bool {
	same := r.At == o.At && r.Dir == o.Dir && r.Kind == o.Kind && r.Text == o.Text && r.Where == o.Where
	return same && r.Offset == o.Offset && r.Length == o.Length && slices.Equal(r.Masked, o.Masked)
}

// Rows are the rows of a transcript, the earliest first.
type Rows []Row

// LastExchanges returns the last n rows since the last scenario was loaded, without the lines of
// the FTP control connection.
func (rows Rows) LastExchanges(n int) Rows {
	var last Rows
	for _, r := range slices.Backward(rows) {
		if r.Kind == Loaded || len(last) == n {
			break
		}
		if !r.FTP() {
			last = append(last, r)
		}
	}
	slices.Reverse(last)
	return last
}

// check returns what is wrong with a row that was read.
func (r Row) check() error {
	directed, bytes := r.Kind == Line || r.Kind == Data, forms[r.Kind].bytes
	switch {
	case r.At < 0 || r.At >= maxAt:
		return fmt.Errorf("the time is not between 0 and %.0f seconds", maxAt.Seconds())
	case directed && r.Dir == NoDirection:
		return fmt.Errorf("a row of kind %s needs the direction host or modem", r.Kind)
	case !directed && r.Dir != NoDirection:
		return fmt.Errorf("a row of kind %s has the direction note", r.Kind)
	case r.Where != "" && r.Kind != Note && r.Kind != Failure:
		return fmt.Errorf("a row of kind %s has no line of a scenario", r.Kind)
	case r.Kind == Data && (r.Offset < 0 || r.Length < 1 || int64(len(r.Text)) != min(r.Length, firstBytes)):
		return fmt.Errorf("%d bytes are shown of a piece of %d+%d (its first %d bytes are to be shown)", len(r.Text), r.Offset, r.Length, firstBytes)
	case r.Kind == LeftOut && r.Length < 1:
		return fmt.Errorf("%d rows cannot be left out", r.Length)
	case r.Kind != Data && r.Offset != 0 || r.Kind != Data && r.Kind != LeftOut && r.Length != 0:
		return fmt.Errorf("a row of kind %s has no offset and no length", r.Kind)
	case !bytes && (r.Text != oneLine(r.Text) || r.Where != oneLine(r.Where)):
		return errors.New("the text is not UTF-8 on one line")
	}
	return r.checkSpans()
}

func (r Row) checkSpans() error {
	from := 0
	for _, s := range r.Masked {
		if s.Start < from || s.End <= s.Start || s.End > len(r.Text) {
			return fmt.Errorf("the masked part %d to %d is not one of a text of %d bytes, in order", s.Start, s.End, len(r.Text))
		}
		from = s.End
	}
	return nil
}

// oneLine puts text on one line of valid UTF-8.
func oneLine(text string) string {
	if utf8.ValidString(text) && !strings.Contains(text, "\n") {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, string(utf8.RuneError)), "\n", "; ")
}
