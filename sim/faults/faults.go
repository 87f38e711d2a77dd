// Package faults holds the ways in which a modem fails on cue, one small type
// a file.
//
// The fields of a fault are its configuration. It acts at one of four places,
// each an interface: [Answer], [Stream], [Wire] or [Line]. [Rows] lists the
// faults that a scenario can name.
package faults

import "math/rand/v2"

// A Part is the kind of a frame of command mode.
type Part int

// The parts of what the modem sends in command mode (V.250 5.7).
const (
	Echo        Part = iota
	Information      // information text
	FinalResult      // the one that ends a command line
	Unsolicited      // a URC
	Prompt           // the one for a text (27.005 3.5.1)
)

// A Fault is one way to fail. It implements [Answer], [Stream], [Wire] or
// [Line].
type Fault any

// An Answer is a fault on the answer to a command line.
type Answer interface {
	// OnEcho reports whether it acts on the echo, which is then held back until
	// the line is complete.
	OnEcho() bool
	// OnPrompt reports whether it acts on the prompt for a text, which is then the
	// answer that it is given.
	OnPrompt() bool
	// Edit returns the answer that goes out in the place of this one. It may
	// change the pieces that it is given, but not their bytes.
	Edit(answer []Piece, env Env) []Piece
}

// A Stream is a fault on the bytes of data mode, of both directions.
type Stream interface {
	// Data returns the fault at work, with the random choices of chance.
	Data(chance *rand.Rand) Filter
}

// A Line is a fault on the bytes that the host sends in command mode.
type Line interface {
	// Input returns the fault at work, with the random choices of chance.
	Input(chance *rand.Rand) Filter
}

// A Wire is a fault between the module's FTP client and the server.
type Wire interface {
	// Command is asked before an FTP command goes out. verb is in capitals;
	// CONNECT and DATA stand for the opening of the two kinds of connection.
	Command(verb string) Outcome
}

// Env is what an [Answer] may use of the modem that it acts in.
type Env struct {
	Chance *rand.Rand               // of its random choices
	Frame  func(text string) []byte // puts text between the line breaks of a URC
}

// A Filter is a fault at work on bytes that pass.
type Filter interface {
	// Pass returns what is left of a chunk, which may be empty. The chunk itself
	// is not changed.
	Pass(chunk []byte) []byte
	// Hit reports whether a byte was hit since the last call.
	Hit() bool
}

// An Outcome is what becomes of an FTP command. The zero Outcome lets it pass.
type Outcome struct {
	Code   int    // this reply comes instead of the server's; 0: none does
	Text   string // of that reply
	Silent bool   // no reply comes
	// Refused and Unreachable are about a connection: the server refuses it, or
	// the time limit runs out.
	Refused, Unreachable bool
	// End is about the reply at the end of the command's data: the command goes
	// out, and Code or Silent act on that reply.
	End bool
	// Short is about the command's data: the server's part in them ends at byte At,
	// with Code.
	Short bool
	At    int64
}

// A Hook is a place where faults act.
type Hook string

// The hooks.
const (
	OnAnswer Hook = "answer" // Answer
	OnStream Hook = "data"   // Stream
	OnWire   Hook = "server" // Wire
	OnLine   Hook = "line"   // Line
)

// HookOf returns the place where a fault acts; false: f is not a fault.
func HookOf(f Fault) (Hook, bool) {
	switch f.(type) {
	case Answer:
		return OnAnswer, true
	case Stream:
		return OnStream, true
	case Wire:
		return OnWire, true
	case Line:
		return OnLine, true
	}
	return "", false
}
