package gprs

import "fmt"

// A Registration is the <stat> of +CREG and +CGREG, with the values of 3GPP TS 27.007 7.2.
type Registration int

// The registrations.
const (
	Idle      Registration = iota // not registered, and not looking for a network
	Home                          // registered, home network
	Searching                     // not registered, looking for a network
	Denied                        // the network refused the registration
	Unknown                       // no statement possible, for example out of coverage
	Roaming                       // registered, foreign network
)

var registrationNames = [...]string{
	Idle: "idle", Home: "home", Searching: "searching", Denied: "denied", Unknown: "unknown", Roaming: "roaming",
}

// Registered reports whether the module has service: Home or Roaming.
func (r Registration) Registered() bool { return r == Home || r == Roaming }

// String returns the name that ParseRegistration takes: idle, home, searching, denied, unknown or
// roaming.
func (r Registration) String() string {
	if r < 0 || int(r) >= len(registrationNames) {
		return fmt.Sprintf("Registration(%d)", int(r))
	}
	return registrationNames[r]
}

// ParseRegistration returns the registration of a name. The error of any other name lists the
// names.
func ParseRegistration(name string) (Registration, error) {
	for r, n := range registrationNames {
		if n == name {
			return Registration(r), nil
		}
	}
	return Idle, fmt.Errorf("unknown registration state %q (one of idle, home, searching, denied, unknown, roaming)", name)
}
