package gprs

import "fmt"

// An Event is something that the host, the network or the power supply does to the module.
type Event int

// The events.
const (
	// PowerOn starts the module, which registers as the network says and attaches by itself.
	PowerOn Event = iota
	// PowerOff stops the module: registration, attach and context are gone.
	PowerOff
	// Attach is AT+CGATT=1.
	Attach
	// Detach is AT+CGATT=0: the context ends, and the module does not attach by itself any more.
	Detach
	// Activate is AT+AIPA=1, which attaches first where it has to.
	Activate
	// Deactivate is AT+AIPA=0.
	Deactivate
	// BearerLost means that the network drops the context. The attach stays.
	BearerLost
	// Reset restarts the module, which forgets the context and a detach.
	Reset

	// NetworkIdle and those below mean that the network offers this registration from then on.
	// While the power is off it has no effect until the next PowerOn.
	NetworkIdle
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

// Network returns the event by which the network offers r, one of the six registrations.
func Network(r Registration) Event { return NetworkIdle + Event(r) }

// String returns the event in words, as errors name it.
func (e Event) String() string {
	if e < 0 || int(e) >= len(eventNames) {
		return fmt.Sprintf("Event(%d)", int(e))
	}
	return eventNames[e]
}

// Changes is the set of differences between the states before and after an event.
type Changes uint

// The changes.
const (
	RegistrationChanged Changes = 1 << iota // Registration differs: the +CREG URC is due
	PacketChanged                           // Packet differs: the +CGREG URC is due
	AttachChanged                           // Attached differs
	ContextActivated                        // the context came up, with Address
	ContextEnded                            // the context went down, whoever ended it
)

// Has reports whether c holds every change of want.
func (c Changes) Has(want Changes) bool { return c&want == want }

// DropsFTP reports whether the event ended the FTP session, and data mode with it, which do not
// outlive the context.
func (c Changes) DropsFTP() bool { return c.Has(ContextEnded) }
