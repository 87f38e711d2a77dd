package scenarios

import "slices"

// EventKind is a point of the modem's life. Its text is the event's name in a
// scenario.
type EventKind string

// An EventArg is what a rule says of an event beside its name.
type EventArg int

// The kinds of arguments.
const (
	NoArg      EventArg = iota
	CommandArg          // no name, but the command itself
	StateArg            // :STATE, one of a few
	TimeArg             // @D
	MarkArg             // @N or @P%, or nothing: a byte of a stream of data
	CodeArg             // a number behind it, or nothing
	FileArg             // a file's name and a test of its content behind it, or nothing
	WordArg             // a word behind it, or nothing
	MessageArg          // a number behind it, or nothing, and behind that the text, or nothing
)

// eventArgs are the arguments as in the reference.
var eventArgs = map[EventArg]string{
	CommandArg: "AT+X, AT+X?, AT+X=?, AT+X=, AT+X=args, AT+X=begin*, AT",
	StateArg:   ":STATE",
	TimeArg:    "@D",
	MarkArg:    "[@N or @P%]",
	CodeArg:    " [N]",
	FileArg:    " [NAME] [[not] size N|sha256 HEX|same FILE]",
	WordArg:    " [CODE]",
	MessageArg: ` [NUMBER ["TEXT" or "BEGIN*"]]`,
}

// An EventRow is one kind of event.
type EventRow struct {
	Kind   EventKind
	Arg    EventArg
	Doc    string
	States []string // of StateArg
	Counts bool     // it has a number, which the log shows
}

// Args is what a rule says of the event beside its name, as in the reference.
func (r EventRow) Args() string { return eventArgs[r.Arg] }

// The states of the network's registration and of the SIM. They stand before the
// events, whose order is that of their initialization.
var (
	networkStates = []string{NetworkIdle, NetworkHome, NetworkSearching, NetworkDenied, NetworkUnknown, NetworkRoaming}
	simStates     = []string{SIMReady, SIMAbsent, SIMBusy, SIMPIN, SIMPUK}
)

// The events, in the order of the reference. Each definition is the event's row.
var (
	EventCommand       = event(EventRow{Kind: "command", Arg: CommandArg, Doc: "the host sends a command; a chain of commands is several"})
	EventBoot          = event(EventRow{Kind: "boot", Doc: "the module is up, after power on or a reset"})
	EventDown          = event(EventRow{Kind: "down", Doc: "the module goes down: it is switched off, or restarts"})
	EventHostOpen      = event(EventRow{Kind: "host:open", Doc: "a host opens the port"})
	EventHostShared    = event(EventRow{Kind: "host:shared", Doc: "a pty that a host has open is opened once more, by another program or the same one"})
	EventHostClose     = event(EventRow{Kind: "host:close", Doc: "the host closes the port"})
	EventHostLine      = event(EventRow{Kind: "host:line", Doc: "the host sends a command line"})
	EventHostIdle      = event(EventRow{Kind: "host:idle", Arg: TimeArg, Doc: "the host sends nothing for this time"})
	EventHostEarly     = event(EventRow{Kind: "host:early", Doc: "the host sends something while a command runs, before its final result"})
	EventHostJunk      = event(EventRow{Kind: "host:junk", Doc: "the host sends something in command mode that is not an AT line"})
	EventEscape        = event(EventRow{Kind: "escape", Doc: "the host sends the escape sequence in data mode"})
	EventExit          = event(EventRow{Kind: "exit", Arg: CodeArg, Counts: true, Doc: "the host program ends, with exit code N"})
	EventNetwork       = event(EventRow{Kind: "network", Arg: StateArg, States: networkStates, Doc: "the module's registration becomes idle, home, searching, denied, unknown or roaming"})
	EventSIM           = event(EventRow{Kind: "sim", Arg: StateArg, States: simStates, Doc: "the SIM becomes ready, absent, busy, pin or puk"})
	EventGPRSActive    = event(EventRow{Kind: "gprs:active", Doc: "the PDP context is activated"})
	EventGPRSInactive  = event(EventRow{Kind: "gprs:inactive", Doc: "the PDP context ends"})
	EventCallDialed    = event(EventRow{Kind: "call:dialed", Doc: "the host dials, for a voice call"})
	EventCallIncoming  = event(EventRow{Kind: "call:incoming", Doc: "a call comes in"})
	EventCallActive    = event(EventRow{Kind: "call:active", Doc: "a call is answered, by the host or by the far end"})
	EventCallEnded     = event(EventRow{Kind: "call:ended", Doc: "a call ends, answered or not, whoever has ended it"})
	EventFTPOpen       = event(EventRow{Kind: "ftp:open", Doc: "the FTP connection is open"})
	EventFTPLogin      = event(EventRow{Kind: "ftp:login", Doc: "the login has succeeded"})
	EventFTPReady      = event(EventRow{Kind: "ftp:ready", Doc: "a transfer is ready for +AFTPDATA"})
	EventFTPData       = event(EventRow{Kind: "ftp:data", Arg: MarkArg, Counts: true, Doc: "data passes: a rule acts at the first byte of a transfer; with N, once N bytes of it have passed"})
	EventFTPCut        = event(EventRow{Kind: "ftp:cut", Counts: true, Doc: "a transfer ends before it is complete"})
	EventFTPDone       = event(EventRow{Kind: "ftp:done", Counts: true, Doc: "a transfer is complete"})
	EventFTPStored     = event(EventRow{Kind: "ftp:stored", Arg: FileArg, Doc: "an upload is complete, of the file NAME; what the server has of it then has N bytes, this SHA-256, or the content of FILE, which is beside the scenario"})
	EventFTPResume     = event(EventRow{Kind: "ftp:resume", Counts: true, Doc: "a transfer restarts above 0 and not past what was delivered"})
	EventFTPRestart    = event(EventRow{Kind: "ftp:restart", Doc: "a transfer starts from 0 again after a cut"})
	EventFTPGap        = event(EventRow{Kind: "ftp:gap", Counts: true, Doc: "a transfer restarts past what was delivered: always wrong"})
	EventFTPClosed     = event(EventRow{Kind: "ftp:closed", Doc: "the FTP connection ends"})
	EventSocketOpen    = event(EventRow{Kind: "socket:open", Arg: CodeArg, Counts: true, Doc: "a socket is connected; N: that one"})
	EventSocketData    = event(EventRow{Kind: "socket:data", Arg: MarkArg, Counts: true, Doc: "data passes on a socket, either way: a rule acts at its first byte; with N, once N bytes have passed on it"})
	EventSocketClosed  = event(EventRow{Kind: "socket:closed", Arg: CodeArg, Counts: true, Doc: "a socket is not connected any more, whoever closed it"})
	EventSocketRefused = event(EventRow{Kind: "socket:refused", Arg: CodeArg, Counts: true, Doc: "the connection of a socket fails: refused, too slow, a name that is not known"})
	EventUSSDSent      = event(EventRow{Kind: "ussd:sent", Arg: WordArg, Doc: "the host sends a code to the operator, with +CUSD; this one"})
	EventSMSSent       = event(EventRow{Kind: "sms:sent", Arg: MessageArg, Doc: "the message centre has taken a message of the host, of a long one the last part; to this number, with this text"})
	EventSMSStored     = event(EventRow{Kind: "sms:stored", Counts: true, Doc: "a message from the network is in the memory"})
	EventSMSRead       = event(EventRow{Kind: "sms:read", Counts: true, Doc: "the host has read a message for the first time"})
	EventSMSDeleted    = event(EventRow{Kind: "sms:deleted", Counts: true, Doc: "the host has deleted a message"})
)

var (
	eventRows   []EventRow
	eventByKind = make(map[EventKind]EventRow)
)

// event adds a row.
func event(r EventRow) EventKind {
	eventRows = append(eventRows, r)
	eventByKind[r.Kind] = r
	return r.Kind
}

// Events returns the kinds of events, in the order of the reference.
func Events() []EventRow { return slices.Clone(eventRows) }

// Row returns the row of an event; the zero row when there is none.
func (k EventKind) Row() EventRow { return eventByKind[k] }

// eventNames are the names that a rule may use.
func eventNames() []string {
	var names []string
	for _, r := range eventRows {
		if r.Arg != CommandArg {
			names = append(names, string(r.Kind))
		}
	}
	return names
}
