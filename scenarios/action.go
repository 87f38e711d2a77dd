package scenarios

import (
	"time"

	"github.com/modemsim/modemsim/sim/messages"
)

// An Action is what a rule does.
type Action struct {
	Verb string
	// Args are the verb's arguments, in the type of the verb: [SetAction] for set
	// and so on. Those of a fault are the fault of package faults, or [OffAction].
	Args any
}

// IsFault reports whether the verb makes something go wrong.
func (a Action) IsFault() bool {
	v, err := findVerb(a.Verb)
	return err == nil && v.fault
}

// Event is the event of an expectation or prohibition; nil: the action has none.
func (a Action) Event() *Event {
	switch args := a.Args.(type) {
	case ExpectAction:
		return args.Event
	case ForbidAction:
		return args.Event
	}
	return nil
}

// Awaited are the events that an expectation or prohibition waits for, among them what ends it.
func (a Action) Awaited() []*Event {
	if args, ok := a.Args.(ForbidAction); ok {
		return []*Event{args.Event, args.Until}
	}
	return []*Event{a.Event()}
}

// OffAction ends a standing fault.
type OffAction struct{}

// SetAction sets a field of the settings.
type SetAction struct {
	Key, Value string
	// Over is how long a number takes to move from what it is to Value; 0: it is set at once.
	Over time.Duration
}

// NetworkAction changes the registration that the network offers.
type NetworkAction struct {
	State string        // NetworkHome and so on
	For   time.Duration // then back; 0: for good
}

// SIMAction changes the SIM's state.
type SIMAction struct {
	State string        // SIMReady and so on
	For   time.Duration // then back; 0: for good
}

// GPRSAction activates the PDP context, or drops it.
type GPRSAction struct {
	Up     bool
	Silent bool // the module does not notice the drop
	// For is how long no context can be activated after a drop, or no data pass that the module
	// does not notice; 0: a context can at once, no data pass until the next one.
	For time.Duration
}

// NetAction changes what the name server of the network behind the modem knows.
type NetAction struct {
	Known bool
	Name  string // of a host
}

// PowerAction switches the module on or off.
type PowerAction struct {
	On  bool
	For time.Duration // off so long, then on; 0: for good
}

// ResetAction restarts the module.
type ResetAction struct{ Silent bool } // without its banner

// FileAction puts a file on the embedded server.
type FileAction struct {
	Name    string
	Size    int64 // in bytes
	Hostile bool  // with what hosts choke on
}

// IgnoreAction neither runs nor answers the command.
type IgnoreAction struct{}

// ReplyAction answers the command instead of running it.
type ReplyAction struct{ Text string }

// PromptAction asks the host for data before the command is answered.
type PromptAction struct {
	Bytes int64 // so many; 0: a text up to Ctrl-Z
	Text  string
}

// ConnectAction answers the command with CONNECT and a stream that comes back.
type ConnectAction struct{}

// RawAction sends bytes to the host.
type RawAction struct{ Text string }

// MuteAction makes the module deaf.
type MuteAction struct {
	For  time.Duration
	Next bool // to what the host sends next, instead of For
}

// TypeAction lets an earlier host have sent something.
type TypeAction struct{ Text string }

// RingAction lets a call come in.
type RingAction struct{ Rings int }

// USSDAction says what the operator answers to a code.
type USSDAction struct {
	Code, Text string
	Asks       bool // the operator waits for an answer
	Silent     bool // it never answers
}

// SMSAction lets a message come.
type SMSAction struct {
	From messages.Address
	Text string // in parts when it is long
}

// SMSPDUAction lets a message come, or a status report.
type SMSPDUAction struct{ PDU messages.PDU }

// SMSCellAction lets the cell broadcast a message.
type SMSCellAction struct {
	Kind int // what it is about: its message identifier
	Text string
}

// SMSCentreAction changes what the message centre makes of messages.
type SMSCentreAction struct {
	Behaviour string        // one of the Centre constants
	CMS       int           // of CentreRefuses: the number of the +CMS ERROR
	Delay     time.Duration // of CentreDelays
}

// CallAction is what the far end of a call does.
type CallAction struct {
	From   string        // the number of one who calls; empty: none does
	HangUp bool          // the far end of the call hangs up
	FarEnd FarEnd        // what happens to calls that the host makes
	After  time.Duration // of FarEndAnswers: how long the far end rings
}

// A FarEnd is what the host's calls come to.
type FarEnd string

// The far ends.
const (
	FarEndAnswers FarEnd = "answers"
	FarEndBusy    FarEnd = "busy"    // BUSY
	FarEndSilent  FarEnd = "silent"  // it rings, until NO ANSWER
	FarEndRejects FarEnd = "rejects" // it rings and hangs up: NO CARRIER
)

// UnplugAction takes the port away.
type UnplugAction struct {
	For     time.Duration
	Renamed bool // it comes back under another name
}

// CutAction loses the data connection.
type CutAction struct {
	After  int64 // so many bytes more
	Socket int   // of this socket; 0: the connection whose data set the rule off, or the present one
}

// StallAction lets no data pass for a time; 0: it passes again.
type StallAction struct {
	For    time.Duration
	Socket int // as of CutAction
}

// SlowAction limits the rate of the data stream.
type SlowAction struct{ Rate int64 } // bytes per second; 0: no limit

// ExpectAction wants an event within a time.
type ExpectAction struct {
	Within time.Duration
	Nth    int // so many of it; 0: one
	Event  *Event
}

// ForbidAction forbids an event.
type ForbidAction struct {
	For   time.Duration // 0: to the end
	Nth   int           // from so many on; 0: any
	Event *Event
	Until *Event // ends it; nil: nothing does
}

// WithinAction limits the time of the run.
type WithinAction struct{ Limit time.Duration }

// passAction ends the run well.
type passAction struct{}

// FailAction ends the run badly.
type FailAction struct{ Text string }

// LogAction writes a line in the log and the transcript.
type LogAction struct{ Text string }
