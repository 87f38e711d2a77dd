package commands

import (
	"fmt"
	"strings"
)

// An EventKind is a kind of event, by its name in a scenario.
type EventKind string

// The kinds of events.
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
	EventFTPCut       EventKind = "ftp:cut"   // N: bytes that have passed
	EventFTPDone      EventKind = "ftp:done"  // N: bytes that have passed
	EventFTPStored    EventKind = "ftp:stored"
	EventFTPResume    EventKind = "ftp:resume"  // N: the offset
	EventFTPRestart   EventKind = "ftp:restart" // from 0 after a cut
	EventFTPGap       EventKind = "ftp:gap"     // N: the offset
	EventFTPClosed    EventKind = "ftp:closed"
)

// An Event is something that happened to the modem, its host or its network.
type Event struct {
	Kind    EventKind
	Command Command // of EventCommand
	Text    string  // the command, secrets masked; the state of network or SIM; a file; an address
	N       int64
}

// counted are the events whose number a log line shows.
var counted = map[EventKind]bool{
	EventExit: true, EventFTPData: true, EventFTPCut: true, EventFTPDone: true, EventFTPResume: true, EventFTPGap: true,
}

// String returns the event as a log line shows it, with secrets masked.
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
