package messages

import (
	"time"

	"github.com/warthog618/sms/encoding/tpdu"
)

// Deliver returns the message that the receiver of an SMS-SUBMIT gets from the message centre.
func Deliver(submit *TPDU, from Address, when time.Time) (PDU, error) {
	t := TPDU{
		Direction: tpdu.MT, OA: from, PID: submit.PID, DCS: submit.DCS, SCTS: tpdu.Timestamp{Time: when},
		UDH: submit.UDH, UD: submit.UD,
	}
	t.FirstOctet = tpdu.FoMMS | submit.FirstOctet&(tpdu.FoUDHI|tpdu.FoRP|tpdu.FoSRR)
	if len(submit.UDH) == 0 { // one without elements is not written
		t.FirstOctet &^= tpdu.FoUDHI
	}
	b, err := marshal(&t)
	return PDU{TPDU: b}, err
}

// WantsReport reports whether the sender of an SMS-SUBMIT asks for a status report.
func WantsReport(submit *TPDU) bool { return submit.FirstOctet.SRR() }

// Report returns the status report on an SMS-SUBMIT that was sent with a reference, at a time, and
// received at another.
func Report(submit *TPDU, reference byte, sent, received time.Time) (PDU, error) {
	t := TPDU{
		Direction: tpdu.MT, FirstOctet: tpdu.FoMMS, MR: reference, RA: submit.DA,
		SCTS: tpdu.Timestamp{Time: sent}, DT: tpdu.Timestamp{Time: received},
	}
	t.FirstOctet = t.FirstOctet.WithMTI(tpdu.MtCommand)
	b, err := marshal(&t)
	return PDU{TPDU: b}, err
}

// IsReport reports whether a message from the network is a status report.
func IsReport(t *TPDU) bool { return t.SmsType() == tpdu.SmsStatusReport }

// Class is the class of a message, or -1 when it has none (23.038 4).
func Class(t *TPDU) int {
	class, err := t.DCS.Class()
	if err != nil || class == tpdu.MClassUnknown {
		return -1
	}
	return int(class)
}
