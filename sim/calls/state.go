package calls

import "fmt"

// A State is what a call is doing; its value is the <stat> of +CLCC (27.007 7.18).
type State int

// The states.
const (
	None     State = iota - 1 // the call is not there
	Active                    // both ends hear each other
	Held                      // by the host
	Dialing                   // goes out; the far end does not ring yet
	Alerting                  // goes out; the far end rings
	Incoming                  // comes in, and is the only call
	Waiting                   // comes in beside another
)

var stateNames = [...]string{"none", "active", "held", "dialing", "alerting", "incoming", "waiting"}

// String returns the state in the words of 27.007.
func (s State) String() string {
	if s < None || int(s)+1 >= len(stateNames) {
		return fmt.Sprintf("State(%d)", int(s))
	}
	return stateNames[s+1]
}

// An Event is something that the host, the far end or the network does to calls.
type Event int

// The events.
const (
	// Alert means that the far end rings.
	Alert Event = iota
	// Connect means that the far end answers.
	Connect
	// Answer is ATA: the call that comes in or waits becomes active, and an active one is held.
	Answer
	// Refuse ends the call that comes in or waits, by either end.
	Refuse
	// GiveUp ends the call that goes out, by either end.
	GiveUp
	// Swap makes the first held call active and holds the active one.
	Swap
	// DropActive ends the active calls.
	DropActive
	// DropHeld ends the held calls.
	DropHeld
	// DropAll ends all calls.
	DropAll
)

var eventNames = [...]string{
	Alert: "alert", Connect: "connect", Answer: "answer", Refuse: "refuse", GiveUp: "give up", Swap: "swap",
	DropActive: "drop active", DropHeld: "drop held", DropAll: "drop all",
}

// String returns the event in words, as errors name it.
func (e Event) String() string {
	if e < 0 || int(e) >= len(eventNames) {
		return fmt.Sprintf("Event(%d)", int(e))
	}
	return eventNames[e]
}

// rules say which calls an event is about and what becomes of them.
var rules = [...]struct {
	from  []State
	to    State
	holds bool // the active call is held, and the first of those takes its place
}{
	Alert:      {from: []State{Dialing}, to: Alerting},
	Connect:    {from: []State{Dialing, Alerting}, to: Active},
	Answer:     {from: []State{Incoming, Waiting}, to: Active, holds: true},
	Refuse:     {from: []State{Incoming, Waiting}, to: None},
	Swap:       {from: []State{Held}, to: Active, holds: true},
	GiveUp:     {from: []State{Dialing, Alerting}, to: None},
	DropActive: {from: []State{Active}, to: None},
	DropHeld:   {from: []State{Held}, to: None},
	DropAll:    {from: []State{Active, Held, Dialing, Alerting, Incoming, Waiting}, to: None},
}
