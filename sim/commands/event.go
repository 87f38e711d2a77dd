package commands

import (
	"fmt"
	"strings"
)

// EventKind is a point of the modem's life at which something can be said to
// have happened. Its text is the event's name in a scenario.
type EventKind string

// The points of life.
const (
	EventCommand      EventKind = "command" // one parsed command of a line
	EventBoot         EventKind = "boot"
	EventHostOpen     EventKind = "host:open"
	EventHostClose    EventKind = "host:close"
	EventHostLine     EventKind = "host:line"
	EventHostIdle     EventKind = "host:idle"
	EventHostEarly    EventKind = "host:early" // input while a command runs
	EventHostJunk     EventKind = "host:junk"
	EventEscape       EventKind = "escape"
	EventExit         EventKind = "exit" // N: the program's exit code
	EventNetwork      EventKind = "network"
	EventSIM          EventKind = "sim"
	EventGPRSActive   EventKind = "gprs:active"
	EventGPRSInactive EventKind = "gprs:inactive"
	EventFTPOpen      EventKind = "ftp:open"
	EventFTPLogin     EventKind = "ftp:login"
	EventFTPReady     EventKind = "ftp:ready" // N: the offset at which the transfer starts
	EventFTPData      EventKind = "ftp:data"  // N: bytes that have passed
	EventFTPCut       EventKind = "ftp:cut"   // N: likewise
	EventFTPDone      EventKind = "ftp:done"  // N: likewise
	EventFTPStored    EventKind = "ftp:stored"
	EventFTPResume    EventKind = "ftp:resume"  // N: the offset
	EventFTPRestart   EventKind = "ftp:restart" // from 0 after a cut
	EventFTPGap       EventKind = "ftp:gap"     // N: the offset
	EventFTPClosed    EventKind = "ftp:closed"
)

// An Event is one thing that happened in the modem's life.
type Event struct {
	Kind    EventKind
	Command Command // of EventCommand
	Text    string  // the command with its secrets masked, the state of network or SIM, a file, an address
	N       int64
}

// counted are the events that have a number to show.
var counted = map[EventKind]bool{
	EventExit: true, EventFTPData: true, EventFTPCut: true, EventFTPDone: true, EventFTPResume: true, EventFTPGap: true,
}

// String is the event as a log line shows it.
func (e Event) String() string {
	switch {
	case e.Kind == EventCommand:
		return "AT" + e.Text
	case e.Kind == EventNetwork || e.Kind == EventSIM:
		return string(e.Kind) + ":" + e.Text
	case counted[e.Kind]:
		return strings.TrimSpace(fmt.Sprintf("%s %d %s", e.Kind, e.N, e.Text))
	}
	return strings.TrimSpace(string(e.Kind) + " " + e.Text)
}
