package gprs

// state is what events change. Registration and attach follow from it.
type state struct {
	on       bool
	network  Registration // the registration that the network offers
	detached bool         // by the host
	active   bool         // the context; only while attached
}

func (s state) registration() Registration {
	if !s.on {
		return Idle
	}
	return s.network
}

func (s state) packet() Registration {
	if s.detached {
		return Idle
	}
	return s.registration()
}

func (s state) attached() bool { return s.packet().Registered() }

// difference returns the changes from before to after.
func difference(before, after state) Changes {
	var c Changes
	for _, seen := range []struct {
		change Changes
		is     bool
	}{
		{RegistrationChanged, before.registration() != after.registration()},
		{PacketChanged, before.packet() != after.packet()},
		{AttachChanged, before.attached() != after.attached()},
		{ContextActivated, !before.active && after.active},
		{ContextEnded, before.active && !after.active},
	} {
		if seen.is {
			c |= seen.change
		}
	}
	return c
}

// A need is what must hold for an event to happen. Each includes those before it.
type need int

const (
	nothing need = iota
	power
	service
)

func (n need) check(s state) error {
	if n >= power && !s.on {
		return errPoweredOff
	}
	if n >= service && !s.registration().Registered() {
		return errNotRegistered
	}
	return nil
}

// rules say what each event needs and does. Handle ends a context whose attach is gone.
var rules = [...]struct {
	needs    need
	restarts bool // the module forgets how long the last context was active
	apply    func(*state)
}{
	PowerOn:          {nothing, false, func(s *state) { s.on = true }},
	PowerOff:         {nothing, true, func(s *state) { s.on, s.detached = false, false }},
	Attach:           {service, false, func(s *state) { s.detached = false }},
	Detach:           {power, false, func(s *state) { s.detached = true }},
	Activate:         {service, false, func(s *state) { s.detached, s.active = false, true }},
	Deactivate:       {power, false, func(s *state) { s.active = false }},
	BearerLost:       {nothing, false, func(s *state) { s.active = false }},
	Reset:            {power, true, func(s *state) { s.detached, s.active = false, false }},
	NetworkIdle:      {nothing, false, offer(Idle)},
	NetworkHome:      {nothing, false, offer(Home)},
	NetworkSearching: {nothing, false, offer(Searching)},
	NetworkDenied:    {nothing, false, offer(Denied)},
	NetworkUnknown:   {nothing, false, offer(Unknown)},
	NetworkRoaming:   {nothing, false, offer(Roaming)},
}

func offer(r Registration) func(*state) {
	return func(s *state) { s.network = r }
}
