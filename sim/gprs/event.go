package gprs

import "fmt"

// Event is something that the host, the network or the power supply does to the module.
type Event int

const (
	PowerOn    Event = iota // the module starts; it registers as the network says and attaches by itself
	PowerOff                // the module stops; registration, attach and context are gone
	Attach                  // the host attaches (+CGATT=1)
	Detach                  // the host detaches (+CGATT=0), which ends the context and keeps the module from attaching by itself
	Activate                // the host activates the context (+AIPA=1), attaching first if it has to
	Deactivate              // the host deactivates the context (+AIPA=0)
	BearerLost              // the network drops the context; the attach stays
	Reset                   // the module restarts: context and the host's detach are forgotten

	NetworkIdle // the network offers this registration from now on; with the power off it counts from the next PowerOn
	NetworkHome
	NetworkSearching
	NetworkDenied
	NetworkUnknown
	NetworkRoaming
)

var eventNames = [...]string{
	PowerOn: "power on", PowerOff: "power off", Attach: "attach", Detach: "detach", Activate: "activate",
	Deactivate: "deactivate", BearerLost: "bearer lost", Reset: "reset",
	NetworkIdle: "network idle", NetworkHome: "network home", NetworkSearching: "network searching",
	NetworkDenied: "network denied", NetworkUnknown: "network unknown", NetworkRoaming: "network roaming",
}

// Network is the event by which the network comes to offer r, one of the six states.
func Network(r Registration) Event { return NetworkIdle + Event(r) }

// String is the event in words, as errors name it.
func (e Event) String() string {
	if e < 0 || int(e) >= len(eventNames) {
		return fmt.Sprintf("Event(%d)", int(e))
	}
	return eventNames[e]
}

// Changes is the set of what an event changed, from the state before it to the state after it.
type Changes uint

const (
	RegistrationChanged Changes = 1 << iota // Registration has another value: the +CREG URC is due
	PacketChanged                           // Packet has another value: the +CGREG URC is due
	AttachChanged                           // Attached has another value
	ContextActivated                        // the context came up, with Address
	ContextEnded                            // the context went down, whoever ended it
)

// Has reports whether all of want are in c.
func (c Changes) Has(want Changes) bool { return c&want == want }

// DropsFTP reports whether the event took the bearer of the FTP session, and with it data mode: nothing outlives the context.
func (c Changes) DropsFTP() bool { return c.Has(ContextEnded) }
