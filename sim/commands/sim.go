package commands

import "cmp"

// A SIM is the SIM card with its counters (27.007 8.3, GSM 11.11 9.2).
type SIM struct {
	State    SIMState
	pin      string // the right one
	asks     bool   // for it at power on
	pinTries int    // wrong PINs left before it is blocked
	pukTries int    // wrong PUKs left before it is blocked for good
}

// A SIMState is what the SIM waits for.
type SIMState int

// The states of the SIM.
const (
	SIMReady  SIMState = iota
	SIMAbsent          // none in the holder
	SIMBusy            // starting
	SIMPIN             // waits for its PIN
	SIMPUK             // blocked; waits for its PUK
	SIMDead            // blocked for good
)

// How many wrong codes in a row block a SIM (GSM 11.11 9.2 and 9.3).
const (
	maxPINTries = 3
	maxPUKTries = 10
)

// firstPIN is the PIN of a SIM that was given none, which does not ask for it (assumed).
const firstPIN = "0000"

// NewSIM returns a SIM after power on, which waits for its PIN unless that is empty.
func NewSIM(pin string) SIM {
	s := SIM{pin: cmp.Or(pin, firstPIN), asks: pin != "", pinTries: maxPINTries, pukTries: maxPUKTries}
	s.powerUp()
	return s
}

// powerUp puts the card to its state after a restart of the module. Its PIN and its counters stay.
func (s *SIM) powerUp() {
	switch {
	case s.State == SIMAbsent || s.State == SIMDead || s.State == SIMPUK:
	case s.asks:
		s.State = SIMPIN
	default:
		s.State = SIMReady
	}
}

// waiting holds the answers of AT+CPIN? for the states that have one.
var waiting = map[SIMState]string{SIMReady: "READY", SIMPIN: "SIM PIN", SIMPUK: "SIM PUK"}

// refusal returns the error of a command that needs the SIM, in a state other than SIMReady.
func (s SIM) refusal() error {
	switch s.State {
	case SIMAbsent:
		return because(CMENoSIM, "there is no SIM")
	case SIMBusy:
		return because(CMESIMBusy, "the SIM is busy")
	case SIMPIN:
		return because(CMESIMPIN, "the SIM waits for its PIN; AT+CPIN gives it")
	case SIMPUK:
		return because(CMESIMPUK, "the SIM is blocked and waits for its PUK; AT+CPIN gives it")
	}
	return because(CMESIMFailure, "the SIM is blocked for good")
}

// givePIN tries a PIN. The third wrong one blocks the SIM.
func (s *SIM) givePIN(pin string) error {
	if pin == s.pin {
		s.State, s.pinTries = SIMReady, maxPINTries
		return nil
	}
	s.pinTries--
	if s.pinTries == 0 {
		s.State = SIMPUK
		return because(CMESIMPUK, "wrong PIN, the SIM is blocked; AT+CPIN with the PUK and a new PIN unblocks it")
	}
	return because(CMEWrongPassword, "wrong PIN; tries left: %d", s.pinTries)
}

// givePUK tries a PUK with a new PIN. The tenth wrong one blocks the SIM for good.
func (s *SIM) givePUK(puk, right, pin string) error {
	if puk == right {
		s.State, s.pin, s.pinTries, s.pukTries = SIMReady, pin, maxPINTries, maxPUKTries
		return nil
	}
	s.pukTries--
	if s.pukTries == 0 {
		s.State = SIMDead
		return because(CMESIMFailure, "wrong PUK, the SIM is blocked for good")
	}
	return because(CMEWrongPassword, "wrong PUK; tries left: %d", s.pukTries)
}
