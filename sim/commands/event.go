package commands

import (
	"fmt"
	"strings"

	"github.com/modemsim/modemsim/scenarios"
)

// An Event is something that happened to the modem, its host or its network.
type Event struct {
	Kind    scenarios.EventKind
	Command Command // of EventCommand
	Text    string  // the command, secrets masked; a state; a file; an address; a message
	Number  string  // that a message goes to
	N       int64   // an exit code; bytes of a stream that passed; an offset; a place of a message
	Size    int64   // bytes that a stream has to bring, or that are stored; -1: not known
	SHA256  string  // of what is stored, in hex digits; "": not known
}

// String returns the event as a log line shows it, with secrets masked.
func (e Event) String() string {
	row := e.Kind.Row()
	switch {
	case row.Arg == scenarios.CommandArg:
		return "AT" + e.Text
	case row.Arg == scenarios.StateArg:
		return string(e.Kind) + ":" + e.Text
	case row.Arg == scenarios.MessageArg:
		return fmt.Sprintf("%s %s %q", e.Kind, e.Number, e.Text)
	case row.Counts:
		return strings.TrimSpace(fmt.Sprintf("%s %d %s", e.Kind, e.N, e.Text))
	}
	return strings.TrimSpace(string(e.Kind) + " " + e.Text)
}
