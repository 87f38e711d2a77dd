// Package faults holds the ways in which a modem fails on cue, one small type
// a file.
//
// A fault acts at one of four hooks: on bytes that come from the host, on a
// reply before it goes out, on the data stream, and in the wire to the FTP
// server. A hook takes what passes and returns it, something else, or nothing.
package faults

// Part says what a reply is to the host.
type Part int

// The parts of what the modem sends in command mode (V.250 5.7).
const (
	Echo        Part = iota
	Information      // information text
	FinalResult      // the one that ends a command line
	Unsolicited      // a URC
	Prompt           // the one for a text (27.005 3.5.1)
)

// A Reply is one frame on its way to the host.
type Reply struct {
	Part  Part
	Bytes []byte // as they go on the wire, framing included
}

// A Direction is the way of the data stream.
type Direction int

// The two directions of data mode.
const (
	ToHost   Direction = iota // download
	FromHost                  // upload
)

// A Line is a fault on the bytes that the host sends in command mode.
type Line interface {
	// Input returns what the modem receives of the bytes that the host sent.
	Input(sent []byte) []byte
}

// A Replies is a fault on what the modem answers.
type Replies interface {
	// Reply returns what goes out in the place of r.
	Reply(r Reply) []Reply
}

// A Stream is a fault on the data stream.
type Stream interface {
	// Data returns what passes of a chunk that starts at offset, in bytes
	// from the start of the transfer.
	Data(d Direction, offset int64, chunk []byte) []byte
}

// An Answer is what a fault in the wire does to one FTP command. The zero
// Answer lets the command pass.
type Answer struct {
	Code    int    // answer this reply instead of sending the command; 0: none
	Text    string // of the reply
	Swallow bool   // send the command, lose the reply
	Err     error  // fail as the network does
}

// A Wire is a fault between the modem and the FTP server.
type Wire interface {
	// Command is asked before an FTP command goes out: verb in capitals, its
	// argument (masked for PASS). CONNECT and DATA stand for the two kinds of
	// connection.
	Command(verb, arg string) Answer
}
