package commands

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modemsim/modemsim/sim/gprs"
)

// facilityGroup is the locks of 27.007 chapter 7.
var facilityGroup = Group{"locks", []Row{
	{Name: "+CLCK", Forms: Set | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch7, Do: lock,
		Params:   []Param{String("fac"), Number("mode", 0, 2), Secret("password").Optional(), Number("class", 1, 255).Optional()},
		TestText: `("SC","AO","OI","OX","AI","IR","AB","FD","PN","PU","PP")`,
		Assumed: []Assumption{
			{What: `a SIM without the setting pin has the PIN 0000; the network's password is 0000`},
			{What: "OI and OX bar numbers with + or 00 whose country code is not that of the setting number"},
			{What: "the third wrong password of the network is the last one: +CME ERROR: 3 from then on"},
		},
		Mark: Partly, Why: "FD, PN, PU and PP are off, and setting them is +CME ERROR: 3",
		Doc: "locks: SC asks for the PIN at power on; AO OI OX AI IR bar calls, AB all of these, with the network's password; 2 asks"},
	{Name: "+CPWD", Forms: Set | Test, Needs: NeedsSIM, Fidelity: Documented, Source: ch7, Do: changePassword,
		Params:   []Param{String("fac"), Secret("oldpwd"), Secret("newpwd")},
		TestText: `("SC",8),("AO",4),("OI",4),("OX",4),("AI",4),("IR",4),("AB",4),("P2",8)`,
		Assumed:  []Assumption{{What: "the PIN changes while SC is on alone (GSM 11.11)"}},
		Mark:     Partly, Why: "P2 is +CME ERROR: 3, for the SIM has no PIN2",
		Doc: "password: SC the PIN, the others that of the network for barring"},
}}

// barrings are the facilities that bar calls (27.007 7.4); AB is all of them.
var barrings = []string{"AO", "OI", "OX", "AI", "IR"}

// locks is what the network and the module know of facilities.
type locks struct {
	barred   map[string]int // the classes that a facility bars
	password string         // of the network; "": the first one
	wrong    int            // passwords in a row
}

const (
	firstPassword = "0000"
	voice         = 1 // of the classes
	allClasses    = 7 // voice, data and fax
	maxWrong      = 3
)

// lock queries, sets or lifts a lock.
func lock(c *Call) error {
	fac, mode := strings.ToUpper(c.Args.Text(0)), c.Args.Number(1)
	switch {
	case fac == "SC" && mode == 2:
		c.Answer("+CLCK", "%d", bit(c.SIM.asks))
		return nil
	case fac == "SC":
		return c.lockSIM(mode == 1)
	case slices.Contains(barrings, fac) || fac == "AB":
		return c.bar(fac, mode)
	case !slices.Contains([]string{"FD", "PN", "PU", "PP"}, fac):
		return because(ErrSyntax, "there is no facility %q", c.Args.Text(0))
	case mode == 2:
		c.Answer("+CLCK", "0")
		return nil
	}
	return because(CMENotAllowed, "%s cannot be set", fac)
}

// lockSIM lets the SIM ask for its PIN at power on, or not.
func (c *Call) lockSIM(on bool) error {
	if !c.Args.Given(2) {
		return because(ErrSyntax, "the parameter password is missing")
	}
	if err := c.trySIM(c.Args.Text(2)); err != nil {
		return err
	}
	c.SIM.asks = on
	return nil
}

// trySIM tries a PIN of a SIM that is ready. The third wrong one blocks it, and the module loses
// its network.
func (c *Call) trySIM(pin string) error {
	err := c.SIM.givePIN(pin)
	if c.SIM.State == SIMReady {
		return err
	}
	changes, lost := c.GPRS.Handle(gprs.Network(c.Network()), c.Now())
	if lost == nil {
		c.Apply(changes)
	}
	return err
}

// bar queries, sets or lifts the barring of calls, which the network keeps.
func (c *Call) bar(fac string, mode int) error {
	if !c.GPRS.Registration().Registered() {
		return because(CMENoNetwork, "not registered to a network")
	}
	class := c.Args.NumberOr(3, allClasses)
	switch {
	case fac == "AB" && mode != 0:
		return because(CMENotAllowed, "AB can be lifted alone")
	case mode == 2:
		return c.showBarring(fac, class)
	case !c.Args.Given(2):
		return because(ErrSyntax, "the parameter password is missing")
	}
	if err := c.tryNetwork(c.Args.Text(2)); err != nil {
		return err
	}
	if c.locks.barred == nil {
		c.locks.barred = make(map[string]int)
	}
	for _, f := range barrings {
		if f == fac && mode == 1 {
			c.locks.barred[f] |= class
		} else if f == fac || fac == "AB" {
			c.locks.barred[f] &^= class
		}
	}
	return nil
}

// showBarring answers with a line for each class that is barred.
func (c *Call) showBarring(fac string, class int) error {
	var lines []string
	for bit := 1; bit <= class; bit <<= 1 {
		if class&c.locks.barred[fac]&bit != 0 {
			lines = append(lines, c.line("+CLCK", fmt.Sprintf("1,%d", bit)))
		}
	}
	if len(lines) == 0 {
		lines = []string{c.line("+CLCK", "0")}
	}
	return c.list(lines)
}

// tryNetwork tries the password of the network. After the third wrong one it takes none.
func (c *Call) tryNetwork(password string) error {
	right := c.locks.password
	if right == "" {
		right = firstPassword
	}
	switch {
	case c.locks.wrong == maxWrong:
		return because(CMENotAllowed, "three passwords were wrong, the network takes no more")
	case password != right:
		c.locks.wrong++
		return because(CMEWrongPassword, "wrong password; tries left: %d", maxWrong-c.locks.wrong)
	}
	c.locks.wrong = 0
	return nil
}

// changePassword changes the PIN of the SIM, or the network's password.
func changePassword(c *Call) error {
	fac, next := strings.ToUpper(c.Args.Text(0)), c.Args.Text(2)
	switch {
	case fac == "P2":
		return because(CMENotAllowed, "the SIM has no PIN2")
	case fac == "SC" && !c.SIM.asks:
		return because(CMENotAllowed, "the SIM asks for no PIN; AT+CLCK lets it ask")
	case fac == "SC" && !isPassword(next, 4, 8):
		return because(CMEWrongPassword, "a PIN is 4 to 8 digits")
	case fac == "SC":
		if err := c.trySIM(c.Args.Text(1)); err != nil {
			return err
		}
		c.SIM.pin = next
		return nil
	case !slices.Contains(barrings, fac) && fac != "AB":
		return because(ErrSyntax, "there is no facility %q", c.Args.Text(0))
	case !c.GPRS.Registration().Registered():
		return because(CMENoNetwork, "not registered to a network")
	case !isPassword(next, 4, 4):
		return because(CMEWrongPassword, "a password of the network is 4 digits")
	}
	if err := c.tryNetwork(c.Args.Text(1)); err != nil {
		return err
	}
	c.locks.password = next
	return nil
}

func isPassword(s string, low, high int) bool {
	return low <= len(s) && len(s) <= high && countDigits(s) == len(s)
}

// BarsOutgoing reports whether the network bars voice calls to a number.
func (s *State) BarsOutgoing(number string) bool {
	b := s.locks.barred
	return (b["AO"]|(b["OI"]|b["OX"])*bit(s.abroad(number)))&voice != 0
}

// BarsIncoming reports whether the network bars voice calls to the module.
func (s *State) BarsIncoming() bool {
	b := s.locks.barred
	return (b["AI"]|b["IR"]*bit(s.GPRS.Registration() == gprs.Roaming))&voice != 0
}

// abroad reports whether a number is one of another country than the module's own.
func (s *State) abroad(number string) bool {
	international := strings.TrimPrefix(strings.TrimPrefix(number, "00"), "+")
	return international != number && countryCode(international) != countryCode(strings.TrimPrefix(s.Settings.Number, "+"))
}

// countryCode returns what tells the countries of E.164 apart well enough: the zones 1 and 7 are
// one country, and of the others two digits count.
func countryCode(digits string) string {
	if strings.HasPrefix(digits, "1") || strings.HasPrefix(digits, "7") {
		return digits[:1]
	}
	return digits[:min(len(digits), 2)]
}
