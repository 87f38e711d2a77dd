package commands

import (
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/calls"
	"github.com/modemsim/modemsim/sim/gprs"
	"github.com/modemsim/modemsim/sim/messages"
	"github.com/modemsim/modemsim/sim/phonebook"
)

// State is everything that commands read and change. Only one goroutine, the modem's owner, uses
// it.
type State struct {
	Table    *Table             // the commands that the module knows
	Settings scenarios.Settings // of the module, its SIM and its network
	Stored   [2]Profile         // what &W0 and &W1 stored
	Report   reports            // +CMEE, +CREG and others: reset by &F, but not by Z and restarts
	SIM      SIM
	Book     *phonebook.Book
	clock    wallClock
	ClockSet func() // is called when the clock was set; nil: nobody wants to know
	operator operatorChoice
	Calls    calls.Machine
	Released Release // of the last call that ended
	NextRate int     // +IPR in baud, in force from the next restart on

	detectRate bool // +IPR=0
	GPRS       *gprs.Machine
	NoContext  bool // the network gives no context for now
	Messages   Messages
	context    pdpContext
	contexts   contexts
	locks      locks
	forwards   [reasons]forwarding // kept by the network
	preferred  preferredList       // kept by the SIM
	ussd       session
	chargeMode int // of +CAOC

	indicatorMode   int              // ind of +CMER
	indicated       [7]int           // the indicators as +CIEV told them last
	noWaiting       bool             // +CCWA: the network lets no call wait
	presentsWaiting int              // +CCWA: 1 tells of a call that waits
	passing         map[string][]int // of the commands that keep numbers until a restart
	ipError         IPError          // the last failure, for +AIPESTAT; 0: none
	FTP             FTP
	Sockets         Sockets
}

// NewState returns a module in factory state that knows the commands of t, under the given settings
// and powered on at modem time now. The error is that of a setting.
func NewState(t *Table, s scenarios.Settings, now time.Time) (*State, error) {
	if _, err := gprs.ParseRegistration(s.Network); err != nil {
		return nil, err
	}
	st := &State{
		Table:    t,
		Settings: s,
		Stored:   [2]Profile{Factory(), Factory()},
		Report:   factoryReports,
		SIM:      NewSIM(s.PIN),
		Messages: newMessages(),
		Book:     phonebook.New(),
		clock:    wallClock{set: s.Clock, at: now},
	}
	st.SetRate(s.Baud)
	st.GPRS = gprs.New(st.Network())
	st.GPRS.SetAddress(s.IP)
	return st, nil
}

// SetRate sets the speed of the line after a restart, in baud. [scenarios.BaudAny] and
// [scenarios.BaudAuto] stand for the module's default.
func (s *State) SetRate(baud int) {
	if baud <= 0 {
		baud = 115200
	}
	s.NextRate = baud
}

// Network returns the registration that the network gives the module, which is idle until the SIM
// is ready.
func (s *State) Network() gprs.Registration {
	r, err := gprs.ParseRegistration(s.Settings.Network)
	if err != nil || s.SIM.State != SIMReady {
		return gprs.Idle
	}
	return r
}

// BootProfile is the profile that is in force after a restart: the one stored with &W0.
func (s *State) BootProfile() Profile {
	p := Factory()
	p.Restore(s.Stored[0])
	return p
}

// Reboot changes the state as a restart of the module at modem time now does: everything volatile
// is gone. Reports and the mode of +COPS stay: they are in the non-volatile table of the AT manual,
// and &W has no part in them.
func (s *State) Reboot(now time.Time) {
	s.SIM.powerUp()
	s.SetClock(s.Settings.Clock, now)
	s.operator = operatorChoice{mode: s.operator.mode}
	s.Messages.reboot()
	s.context, s.contexts = pdpContext{}, contexts{}
	s.passing, s.ussd, s.chargeMode, s.indicatorMode = nil, session{}, 0, 0
	s.presentsWaiting, s.Released = 0, 0
	s.ipError = 0
	s.FTP, s.Sockets = FTP{}, Sockets{}
}

// A Profile is the V.25ter parameters that Z restores and &W stores (AT manual, non-volatile
// table).
type Profile struct {
	Echo     bool   // E
	Quiet    bool   // Q: result codes suppressed
	Verbose  bool   // V
	Result   int    // X
	Carrier  int    // &C
	DTR      int    // &D
	DSR      int    // &S
	Flow     int    // &K
	IFC      [2]int // +IFC: flow control by and of the DTE
	FaxClass int    // +FCLASS
	S        [numRegisters]int
}

// Char returns the character in register n: S2 is the escape character, S3 the terminator of
// command lines, S4 the response formatting character, S5 the one that deletes (V.250 6.2).
func (p *Profile) Char(n int) byte { return byte(p.S[n]) }

// unstored are the registers that Z leaves as they are (AT manual, non-volatile table).
var unstored = []int{2, 6, 11}

// Restore replaces the profile by a stored one.
func (p *Profile) Restore(stored Profile) {
	for _, n := range unstored {
		stored.S[n] = p.S[n]
	}
	*p = stored
}

// numRegisters is the number of the highest S-register of the module and 1.
const numRegisters = 12

// Factory returns the profile of &F (AT manual, non-volatile table).
func Factory() Profile {
	return Profile{
		Echo: true, Verbose: true, Result: 4, Carrier: 1, DTR: 2, DSR: 1, IFC: [2]int{0, 1},
		S: [numRegisters]int{2: 43, 3: '\r', 4: '\n', 5: '\b', 6: 2, 7: 50, 8: 2, 10: 14, 11: 95},
	}
}

// reports are the parameters that switch error texts and URCs on, and those of messages (27.007,
// 27.005). A restart keeps them (AT manual, non-volatile table).
type reports struct {
	CMEE    int              // 0 ERROR, 1 number, 2 text
	CREG    int              // 0 no URC, 1 status, 2 with place
	CGREG   int              // as CREG, for packet service
	CLIP    int              // 1: RING is followed by the caller's number
	CRC     int              // 1: +CRING in place of RING
	CLIR    int              // 1: the own number is hidden, 2: shown
	COLP    int              // 1: tells who has answered
	lasting map[string][]int // of the commands that keep numbers in the non-volatile table
	CMER    int              // mode: 1 lets +CIEV tell of indicators
	CPBS    string           // the memory of the phone book; "": SM
	CMGF    int              // messages: 0 PDU mode, 1 text mode
	CSDH    int              // 1: text mode shows all values of a header
	CSCS    messages.Charset
}

// factoryReports are those of &F (AT manual, non-volatile table).
var factoryReports = reports{CSCS: messages.GSM}

// pdpContext is what +AIPDCONT defines (Enhanced AT manual 3.1).
type pdpContext struct {
	APN, User, Password string
}
