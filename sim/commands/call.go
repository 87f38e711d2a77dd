package commands

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/calls"
	"github.com/modemsim/modemsim/sim/gprs"
	"github.com/modemsim/modemsim/sim/messages"
)

// A Call is one command that a host gave, as the function of its row sees it.
type Call struct {
	*State
	Engine
	Active *Profile // the V.25ter parameters of the channel that the command came from
	Row    *Row
	Form   Form
	Args   Args   // of the set form, or the number of a basic command
	Text   string // the number that D dials, or the number of the register of S
}

// Engine is what a handler may ask of the modem around it. Only Sleep, Await
// and Prompt wait; while they do, the modem goes on serving its port and its
// timers. They end early with ErrAborted, ErrBearer or ErrReset, which the
// handler returns unchanged.
type Engine interface {
	// Now is the modem's time, on which its seconds counter runs.
	Now() time.Time
	// Info writes one frame of information text with the given lines.
	Info(lines ...string)
	// Sleep waits for d of modem time.
	Sleep(d time.Duration) error
	// Await runs work beside the modem and waits for it. The context of work
	// ends when the wait does.
	Await(work func(context.Context) error) error
	// Go runs work beside the modem and does not wait for it. The context of
	// work ends with the modem. What work returns is run by the owner later,
	// outside of any command line, unless it is nil or the modem has ended: it
	// may change the state and send URCs. It must not wait nor Connect, which
	// return an error there.
	Go(work func(context.Context) (then func()))
	// Prompt writes CR LF "> " and takes a text from the host, up to Ctrl-Z,
	// which it leaves out. ESC and the port's close end it with ErrAborted (27.005
	// 3.5.1), S7 seconds without a character with ErrTimeout. Of a text of more than
	// MaxText bytes it returns the first MaxText+1. It waits as Sleep and Await do.
	Prompt() (text string, err error)
	// Send gives a message to the message centre and waits, as Sleep does, until the centre has
	// taken it. The error is a CMS when the centre refuses it.
	Send(messages.PDU, *messages.TPDU) error
	// AskOperator sends a code of supplementary services to the operator, whose answer comes later.
	AskOperator(code string)
	// URC sends an unsolicited result code: held back while a command line is
	// entered or runs, and in data mode.
	URC(text string)
	// DataURC is URC for one that brings data of a stream which Carry began. It is not dropped when
	// the host does not read: nothing more is taken from the far end then.
	DataURC(text string)
	// Dial connects to an address of the network behind the modem.
	Dial(ctx context.Context, network, address string) (net.Conn, error)
	// LookupHost returns the IPv4 address of a name, and LookupAddr the name of an address, as
	// that network's name server knows them. Of an unknown one the error is a *net.DNSError with
	// IsNotFound.
	LookupHost(ctx context.Context, name string) (address string, err error)
	LookupAddr(ctx context.Context, address string) (name string, err error)
	// OpenFTP returns work for Await that connects to the FTP server for an
	// address of the form "192.0.2.1:21", as the modem was told to reach it and
	// with the settings of this moment.
	OpenFTP(address string) func(context.Context) (*backend.Session, backend.Reply, error)
	// ManualWording reports whether FTP replies appear in the manual's words.
	ManualWording() bool
	// Apply lets what a GPRS event changed take effect: URCs, a lost FTP session.
	Apply(gprs.Changes)
	// FileSize is the size in bytes of a file on the FTP server, by its whole
	// path, where the modem knows it without asking.
	FileSize(name string) (bytes int64, known bool)
	// Connect answers CONNECT and enters data mode with a stream. The handler
	// returns its error unchanged.
	Connect(Stream) error
	// Resume returns to data mode from online command mode.
	Resume() error
	// Carry lets a stream run beside command mode.
	Carry(Carried)
	// Pass gives bytes of the host to a stream that Carry began, and waits, as Sleep does, until they
	// are on their way, or for a tenth of a second.
	Pass(Carried, []byte) error
	// TakeMore lets a stream go on that was full.
	TakeMore(Carried)
	// EndStream ends a stream that Carry or Connect began, in good order: what the host has sent
	// before still goes out. Nothing more comes, not even Left.
	EndStream(Stream)
	// HangUp ends a transfer that online command mode left waiting, and all
	// calls.
	HangUp()
	// ApplyCalls lets what happened to calls take effect: events, rings, the far
	// end of a call that goes out.
	ApplyCalls([]calls.Change)
	// Draw is a random time within a span, from the run's seed and the name.
	Draw(name string, span Span) time.Duration
	// LineRate changes the speed of the module's line: at once, or when the
	// final result of the running line is out.
	LineRate(baud int, afterResult bool)
	// DetectRate lets the next line of the host tell its speed, once the final
	// result of the running line is out.
	DetectRate()
	// Restart restarts the module, and PowerOff switches it off, once the
	// running line has ended.
	Restart()
	PowerOff()
	// EndFTP closes the FTP session, if one is open. A transfer that is still
	// promised is reset, never ended normally.
	EndFTP()
	// Emit tells that something happened.
	Emit(Event)
}

// Answer writes one frame of information text: a prefix such as "+CSQ", a colon, and the text.
func (c *Call) Answer(prefix, format string, args ...any) {
	c.Info(c.line(prefix, fmt.Sprintf(format, args...)))
}

// line joins prefix and text. The firmware of 2008 put no space after the colon.
func (s *State) line(prefix, text string) string {
	if s.Settings.ColonSpace {
		return prefix + ": " + text
	}
	return prefix + ":" + text
}

// A Span is a range of time, both ends included.
type Span struct{ Min, Max time.Duration }

// seconds returns the Span from low to high seconds.
func seconds(low, high float64) Span {
	return Span{time.Duration(low * float64(time.Second)), time.Duration(high * float64(time.Second))}
}

// takes waits as long as the command takes on real modules, when the setting timing is field.
func (c *Call) takes(span Span) error {
	if c.Settings.Timing != scenarios.TimingField {
		return nil
	}
	return c.Sleep(c.Draw(c.Row.Name, span))
}

// Run looks a command up in the table of s, checks its form, arguments and needs, and calls its
// function. The V.25ter parameters in force are those at active. The error stands for the final
// result of the line; nil is OK.
func Run(s *State, active *Profile, e Engine, cmd Command) error {
	row := s.Table.Lookup(cmd.Name)
	if row == nil {
		return s.Table.unknown(cmd.Name)
	}
	err := row.run(&Call{State: s, Engine: e, Active: active, Row: row, Form: cmd.Form}, cmd)
	if row.Messages {
		err = messageError(err)
	}
	if row.IP != Unnumbered && cmd.Form != Test {
		s.recordIPError(err)
	}
	return err
}

// recordIPError keeps the number of a failure for +AIPESTAT.
func (s *State) recordIPError(err error) {
	var number IPError
	switch {
	case errors.As(err, &number):
		s.ipError = number
	case errors.Is(err, ErrSyntax):
		s.ipError = IPParameters
	}
}

// run answers one form of the row.
func (r *Row) run(c *Call, cmd Command) error {
	if !r.Forms.Has(cmd.Form) {
		return because(ErrSyntax, "%s has no %s form, it has: %s", r.Name, cmd.Form, r.Forms)
	}
	if cmd.Form == Test && r.TestDo != nil {
		return r.TestDo(c)
	}
	if cmd.Form == Test {
		if t := r.testText(); t != "" {
			c.Answer(r.Name, "%s", t)
		}
		return nil
	}
	if err := c.parse(cmd); err != nil {
		return err
	}
	if cmd.Form != Read {
		if err := c.check(r.Needs); err != nil {
			return err
		}
	}
	return r.Do(c)
}

// parse reads the arguments of the command into the call.
func (c *Call) parse(cmd Command) (err error) {
	switch {
	case cmd.Name == "D":
		c.Text = cmd.Text
	case cmd.Name == "S":
		return c.parseRegister(cmd)
	case c.Row.basic():
		text := cmd.Text
		if text == "" && len(c.Row.Params) > 0 {
			text = "0" // V.250 5.3.1: a missing number is 0
		}
		c.Args, err = c.Row.parseArgs(text)
	case cmd.Form == Set:
		c.Args, err = c.Row.parseArgs(cmd.Text)
	}
	return err
}

// check returns the error of the first need that is not met.
func (c *Call) check(n Need) error {
	switch {
	case n.Has(NeedsSIM) && c.SIM.State != SIMReady:
		return c.SIM.refusal()
	case n.Has(NeedsRegistered) && !c.GPRS.Registration().Registered():
		return because(CMENoNetwork, "not registered to a network")
	case n.Has(NeedsGPRS) && !c.GPRS.Active():
		return because(IPNoGPRS, "no GPRS context is active; AT+AIPA=1 activates one")
	case n.Has(NeedsFTP) && !c.FTP.Open():
		return because(Failed, "no FTP connection is open; AT+AFTPO opens one")
	case n.Has(NeedsLogin) && c.FTP.Stage != LoggedIn:
		return because(Failed, "not logged in to the FTP server; AT+AFTPUSER and AT+AFTPPASS come first")
	}
	return nil
}
