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
	EventHostJunk     EventKind = "host:junk"
	EventEscape       EventKind = "escape"
	EventNetwork      EventKind = "network"
	EventGPRSActive   EventKind = "gprs:active"
	EventGPRSInactive EventKind = "gprs:inactive"
	EventFTPOpen      EventKind = "ftp:open"
	EventFTPLogin     EventKind = "ftp:login"
	EventFTPReady     EventKind = "ftp:ready"
	EventFTPData      EventKind = "ftp:data" // N bytes have passed
	EventFTPCut       EventKind = "ftp:cut"
	EventFTPDone      EventKind = "ftp:done"
	EventFTPStored    EventKind = "ftp:stored"
	EventFTPClosed    EventKind = "ftp:closed"
)

// An Event is one thing that happened in the modem's life.
type Event struct {
	Kind EventKind
	Text string // the command, the network's state, the file's name
	N    int64  // bytes that have passed, of EventFTPData, EventFTPCut and EventFTPDone
}

// String is the event as a log line shows it.
func (e Event) String() string {
	switch e.Kind {
	case EventCommand:
		return e.Text
	case EventNetwork:
		return "network:" + e.Text
	case EventFTPData, EventFTPCut, EventFTPDone:
		return strings.TrimSpace(fmt.Sprintf("%s@%d %s", e.Kind, e.N, e.Text))
	}
	return strings.TrimSpace(string(e.Kind) + " " + e.Text)
}
