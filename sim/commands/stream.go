package commands

import (
	"context"
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// A Stream is what data mode carries: bytes between the host and a far end,
// such as an FTP server. A handler makes one and enters data mode with
// [Engine.Connect].
//
// Read, Write, Finish and Abort may block; goroutines beside the modem's owner
// call them, Finish and Abort also while another of them runs. The other
// methods are called by the owner and must not block.
type Stream interface {
	// Read reads what the far end sends. [io.EOF] says that nothing follows;
	// then Finish is called. A stream that brings the host nothing returns it
	// when the far end is done, or gone. Any other error ends the stream.
	Read(p []byte) (int, error)
	// Write sends what the host wrote. After an error nothing more is written;
	// Read is then to end too.
	Write(p []byte) (int, error)
	// Finish ends the stream in good order: the host has written everything, or
	// Read has given io.EOF. It waits for the far end's last word, which may be
	// empty. What passed is complete when err is nil. Later calls return the
	// same.
	Finish(ctx context.Context) (last string, err error)
	// Abort ends the stream before its time, so that the far end does not take
	// it for complete, and returns the far end's last word. After a Finish or an
	// Abort it does nothing but that.
	Abort(why Cause) (last string, err error)
	// Traits describes the stream, as the settings are now.
	Traits() Traits
	// Result is the final result that ends data mode for a cause, Ended,
	// Escaped or Cut; err is that of Finish or Abort.
	Result(why Cause, err error) Final
	// Left is called when data mode has left the stream for good, and why. While its far end is
	// still to be told, settled is closed when that is done; nil when there is nothing to wait for.
	Left(why Cause, settled <-chan struct{})
}

// A Carried is a stream that runs beside command mode, where the host has commands for its data:
// [Engine.Carry] begins it. Its methods beside those of Stream are called by the owner and must not
// block.
type Carried interface {
	Stream
	// Receive takes what the far end sends.
	Receive(p []byte)
	// Full reports whether nothing more is to be taken before [Engine.TakeMore].
	Full() bool
	// Sent tells that bytes of the host are on their way.
	Sent(bytes int)
}

// A Cause is why data mode ends.
type Cause int

// The causes.
const (
	Ended       Cause = iota // the far end has sent everything, or failed
	Escaped                  // the host's escape sequence
	Cut                      // its data connection is lost
	Lost                     // the bearer is gone: NO CARRIER
	Unwired                  // the control connection is gone: NO CARRIER
	HungUp                   // by H: OK
	Unreachable              // DTR is off: OK when it is back
	Dropped                  // the module restarts or ends: no result
)

// String is the cause as the transcript names it.
func (c Cause) String() string { return causes[c] }

var causes = [...]string{
	Ended: "the far end", Escaped: "the host", Cut: "a cut of the data connection",
	Lost: "loss of the bearer", Unwired: "loss of the control connection",
	HungUp: "hanging up", Unreachable: "hanging up", Dropped: "the module's restart or end",
}

// Traits are what data mode has to know of a stream.
type Traits struct {
	Kind     string // in the transcript and in State: "download"
	Name     string // of what is transferred; may be empty
	Path     string // on the server, from its root
	ToHost   bool   // it brings the host something
	FromHost bool   // it takes something from the host
	Offset   int64  // where in the file it starts, in bytes
	Size     int64  // bytes that it has to bring; -1: not known
	Escape   Escape // what the host's escape sequence does
	// The host's bytes are dropped up to the escape sequence once the far end is gone.
	Swallow bool
	// What is read or written at once stays together, as UDP has it.
	Datagrams bool
	Patience  time.Duration // how long the far end's last word is awaited, from the escape sequence on
	Events    StreamEvents
}

// An Escape says what the host's escape sequence (V.250 6.3, S2) does to a
// stream.
type Escape int

// The kinds of streams in this respect.
const (
	EscapePauses   Escape = iota // online command mode: O goes on with it, H ends it
	EscapeFinishes               // the host has written everything: it ends in good order
	EscapeAborts                 // it is given up
)

// StreamEvents are the names of the events of a stream; "": it has none. Scenarios and Wait know
// the events of [scenarios.Events] alone: a stream of one's own that they are to name raises
// those of FTP. Others reach observers and the log.
type StreamEvents struct {
	Data   scenarios.EventKind // bytes have passed; N: how many so far
	Cut    scenarios.EventKind // it ended before its time; N: likewise
	Done   scenarios.EventKind // it is complete; N: likewise
	Stored scenarios.EventKind // what the host sent is stored
}
