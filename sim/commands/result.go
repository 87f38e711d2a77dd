package commands

import (
	"errors"
	"fmt"
)

// A Final is a final result code (V.250 5.7.1), by its number in the AT manual. A handler returns
// one as its error when the line ends with it and not with OK.
type Final int

// The final result codes that the module knows (AT manual, Hayes commands).
const (
	OK        Final = 0
	Connect   Final = 1
	Ring      Final = 2
	NoCarrier Final = 3
	Failed    Final = 4 // ERROR
	Busy      Final = 7
	NoAnswer  Final = 8
)

var finalWords = map[Final]string{
	OK: "OK", Connect: "CONNECT", Ring: "RING", NoCarrier: "NO CARRIER",
	Failed: "ERROR", Busy: "BUSY", NoAnswer: "NO ANSWER",
}

// String returns the code in words, as ATV1 shows it.
func (f Final) String() string { return finalWords[f] }

// Error returns the code in words. It makes a Final an error that a handler can return.
func (f Final) Error() string { return f.String() }

// ErrSyntax is the error of a malformed command, a value out of range or a command that the module
// does not know: ERROR, whatever +CMEE says.
var ErrSyntax error = syntaxError{}

type syntaxError struct{}

func (syntaxError) Error() string { return "syntax error" }
func (syntaxError) Unwrap() error { return Failed }

// A Reason is an error with an explanation. The host sees the result alone; the explanation goes to
// the transcript and the log.
type Reason struct {
	Result error  // the final result: a Final, a CME, an IPError or ErrSyntax
	Why    string // ends with what to do, where something can be done
}

// Error returns the explanation.
func (r *Reason) Error() string { return r.Why }

// Unwrap returns the result.
func (r *Reason) Unwrap() error { return r.Result }

// because returns a result with an explanation.
func because(result error, format string, args ...any) error {
	return &Reason{result, fmt.Sprintf(format, args...)}
}

// Sleep, Await and Prompt return these when a wait ends early. A handler returns them unchanged,
// but for those of Prompt.
var (
	ErrTimeout = errors.New("no character within the time of S7")   // of Prompt
	ErrAborted = errors.New("aborted by a character from the host") // the row's Abort follows
	ErrBearer  = errors.New("bearer lost")                          // ERROR follows
	ErrReset   = errors.New("module reset")                         // nothing follows
)

// ErrSilent ends a line without a final result, when the module goes off or restarts (Enhanced AT
// manual 5).
var ErrSilent = errors.New("no final result")

// A CME is a failure of mobile equipment, by its number (27.007 9.2). What the host sees of it
// depends on +CMEE.
type CME int

// Error returns the result as AT+CMEE=1 shows it.
func (e CME) Error() string { return fmt.Sprintf("+CME ERROR: %d", int(e)) }

// Text returns the wording of the error in 27.007, or "unknown".
func (e CME) Text() string {
	if s, ok := cmeTexts[e]; ok {
		return s
	}
	return cmeTexts[CMEUnknown]
}

// The numbers that built-in commands use; a handler may return any other.
const (
	CMENotAllowed    CME = 3
	CMENotSupported  CME = 4
	CMENoSIM         CME = 10
	CMESIMPIN        CME = 11
	CMESIMPUK        CME = 12
	CMESIMFailure    CME = 13
	CMESIMBusy       CME = 14
	CMEWrongPassword CME = 16
	CMESIMPIN2       CME = 17
	CMEMemoryFull    CME = 20
	CMEInvalidIndex  CME = 21
	CMENotFound      CME = 22
	CMETextTooLong   CME = 24
	CMENumberTooLong CME = 26
	CMENumberInvalid CME = 27
	CMENoNetwork     CME = 30
	CMEUnknown       CME = 100
	CMENotSubscribed CME = 133
	CMEOutOfOrder    CME = 134
	CMEGPRS          CME = 148
)

// cmeTexts are the errors of 27.007 9.2 (R99) that the module's manual lists.
var cmeTexts = map[CME]string{
	0: "phone failure", 1: "no connection to phone", 2: "phone-adaptor link reserved",
	3: "operation not allowed", 4: "operation not supported", 5: "PH-SIM PIN required",
	6: "PH-FSIM PIN required", 7: "PH-FSIM PUK required", 10: "SIM not inserted",
	11: "SIM PIN required", 12: "SIM PUK required", 13: "SIM failure", 14: "SIM busy",
	15: "SIM wrong", 16: "incorrect password", 17: "SIM PIN2 required", 18: "SIM PUK2 required",
	20: "memory full", 21: "invalid index", 22: "not found", 23: "memory failure",
	24: "text string too long", 25: "invalid characters in text string",
	26: "dial string too long", 27: "invalid characters in dial string",
	30: "no network service", 31: "network timeout", 32: "network not allowed - emergency calls only",
	40: "network personalization PIN required", 41: "network personalization PUK required",
	42: "network subset personalization PIN required", 43: "network subset personalization PUK required",
	44: "service provider personalization PIN required", 45: "service provider personalization PUK required",
	46: "corporate personalization PIN required", 47: "corporate personalization PUK required",
	99: "resource limitation", 100: "unknown",
	103: "Illegal MS (#3)", 106: "Illegal ME (#6)", 107: "GPRS services not allowed (#7)",
	111: "PLMN not allowed (#11)", 112: "Location area not allowed (#12)",
	113: "Roaming not allowed in this location area (#13)",
	132: "service option not supported (#32)", 133: "requested service option not subscribed (#33)",
	134: "service option temporarily out of order (#34)", 148: "unspecified GPRS error",
	149: "PDP authentication failure", 150: "invalid mobile class",
}

// A CMS is a failure of a command for short messages, by its number (27.005 3.2.5). The host sees
// the number whatever +CMEE says.
type CMS int

// Error returns the result as the host sees it.
func (e CMS) Error() string { return fmt.Sprintf("+CMS ERROR: %d", int(e)) }

// The numbers that built-in commands use; a handler may return any other.
const (
	CMSNotAllowed CMS = 302 // operation not allowed
	CMSPDUMode    CMS = 304 // invalid PDU mode parameter
	CMSTextMode   CMS = 305 // invalid text mode parameter
	CMSNoSIM      CMS = 310
	CMSSIMPIN     CMS = 311
	CMSSIMFailure CMS = 313
	CMSSIMBusy    CMS = 314
	CMSSIMPUK     CMS = 316
	CMSIndex      CMS = 321 // invalid memory index
	CMSFull       CMS = 322 // memory full
	CMSNoCentre   CMS = 330 // SMSC address unknown
	CMSNoNetwork  CMS = 331 // no network service
	CMSUnknown    CMS = 500
)

// cmsOf are the failures of commands for messages, by what other commands answer for the same (AT
// manual: with a PIN to give, +CMS ERROR for these commands, +CME ERROR for all others).
var cmsOf = map[CME]CMS{
	CMENoSIM: CMSNoSIM, CMESIMPIN: CMSSIMPIN, CMESIMPUK: CMSSIMPUK, CMESIMFailure: CMSSIMFailure, CMESIMBusy: CMSSIMBusy,
	CMENoNetwork: CMSNoNetwork,
}

// messageError returns the failure of a command for messages.
func messageError(err error) error {
	var cme CME
	if !errors.As(err, &cme) {
		return err
	}
	cms, ok := cmsOf[cme]
	if !ok {
		cms = CMSUnknown
	}
	return because(cms, "%v", err)
}

// An IPError is a failure of an IP or FTP command, by the number that +AIPESTAT answers (Enhanced
// AT manual 7). What the host sees of it depends on the row's [IPFailure].
type IPError int

// The numbers that built-in commands use (Enhanced AT manual 7).
const (
	IPMessageSize  IPError = 204 // EMSGSIZE
	IPNotSupported IPError = 206 // EOPNOTSUPP
	IPNotConnected IPError = 215 // ENOTCONN
	IPTimedOut     IPError = 216 // ETIMEDOUT
	IPRefused      IPError = 217 // ECONNREFUSED
	IPUnreachable  IPError = 218 // EHOSTUNREACH
	IPNotRecorded  IPError = 222 // ENOTRECORDED
	IPWindowClosed IPError = 226 // ESNDWNDCLOSED
	IPWindowFull   IPError = 227 // ESNDWNDFULL
	IPParameters   IPError = 300 // PARAMETERS ERROR
	IPNoGPRS       IPError = 301 // GPRSNETESTERROR
	IPSocket       IPError = 302 // OPENSOCKETERROR
	IPBind         IPError = 303 // BINDSOCKETERROR
	IPConnect      IPError = 304 // CONNECTSOCKETERROR
)

// Error returns the number in words.
func (e IPError) Error() string { return fmt.Sprintf("IP error %d", int(e)) }
