package commands

import (
	"errors"
	"fmt"
)

// Final is a final result code of V.250 5.7.1. Its numbers are those of the
// AT manual's list. A handler returns one as its error when the line ends in
// something other than OK.
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

// String is the verbose form (V1).
func (f Final) String() string { return finalWords[f] }

// Error makes a Final an error, so that handlers can return it.
func (f Final) Error() string { return f.String() }

// ErrSyntax is a malformed command, a value out of range or a command that
// the module does not know: plain ERROR whatever +CMEE says.
var ErrSyntax error = syntaxError{}

type syntaxError struct{}

func (syntaxError) Error() string { return "syntax error" }
func (syntaxError) Unwrap() error { return Failed }

// A Reason is a result with why it came to that. The host sees the result
// alone; the reason is for the person who reads the log.
type Reason struct {
	Result error
	Why    string // ends with what to do, where something can be done
}

// Error is the reason.
func (r *Reason) Error() string { return r.Why }

// Unwrap is the result.
func (r *Reason) Unwrap() error { return r.Result }

// because gives a result its reason.
func because(result error, format string, args ...any) error {
	return &Reason{result, fmt.Sprintf(format, args...)}
}

// The ways in which a wait ends early. A handler returns them unchanged.
var (
	ErrAborted = errors.New("aborted by a character from the host") // the row's Abort result follows
	ErrBearer  = errors.New("bearer lost")                          // ERROR follows
	ErrReset   = errors.New("module reset")                         // nothing follows
)

// ErrSilent ends a line without a final result: the module is going off or
// restarts (Enhanced AT manual 5).
var ErrSilent = errors.New("no final result")

// CME is a failure of mobile equipment with its number (27.007 9.2). What the
// host sees depends on +CMEE.
type CME int

// Error is the form of +CMEE=1.
func (e CME) Error() string { return fmt.Sprintf("+CME ERROR: %d", int(e)) }

// Text is the wording of the error in 27.007, or "unknown".
func (e CME) Text() string {
	if s, ok := cmeTexts[e]; ok {
		return s
	}
	return cmeTexts[CMEUnknown]
}

// The numbers that handlers use.
const (
	CMENotAllowed    CME = 3
	CMENoSIM         CME = 10
	CMESIMPIN        CME = 11
	CMESIMPUK        CME = 12
	CMESIMFailure    CME = 13
	CMESIMBusy       CME = 14
	CMEWrongPassword CME = 16
	CMENoNetwork     CME = 30
	CMEUnknown       CME = 100
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

// IPError is a failure of the IP and FTP commands with the number that
// +AIPESTAT returns (Enhanced AT manual 7). What the host sees is plain ERROR
// for +AFTP*, and what the setting ip-error says for +AIPA.
type IPError int

// The numbers that handlers use (Enhanced AT manual 7).
const (
	IPParameters IPError = 300 // PARAMETERS ERROR
	IPNoGPRS     IPError = 301 // GPRSNETESTERROR
	IPSocket     IPError = 302 // OPENSOCKETERROR
	IPConnect    IPError = 304 // CONNECTSOCKETERROR
)

// Error names the number.
func (e IPError) Error() string { return fmt.Sprintf("IP error %d", int(e)) }
