package messages

import (
	"fmt"
	"slices"
	"time"

	"github.com/warthog618/sms/encoding/tpdu"
)

// The places of fields in an SMS-SUBMIT and an SMS-DELIVER (23.040 9.2.2).
const (
	referenceAt   = 1
	destinationAt = 2
	originAt      = 1
	stampLen      = 7
)

// addressLen is how many octets the address has that begins at a place of a TPDU.
func addressLen(octets []byte, at int) int { return 2 + (int(octets[at])+1)/2 }

// validityLen is how many octets the validity period has, by the first octet of an SMS-SUBMIT.
func validityLen(first tpdu.FirstOctet) int {
	switch first.VPF() {
	case tpdu.VpfNotPresent:
		return 0
	case tpdu.VpfRelative:
		return 1
	}
	return stampLen
}

// Validity returns the octets of the validity period of an SMS-SUBMIT that To has read.
func (p PDU) Validity() []byte {
	at := p.validityAt()
	return p.TPDU[at : at+validityLen(tpdu.FirstOctet(p.TPDU[0]))]
}

func (p PDU) validityAt() int { return destinationAt + addressLen(p.TPDU, destinationAt) + 2 }

// UserData returns the octets of the user data, header included, of a message that From or To has
// read.
func (p PDU) UserData(way tpdu.Direction) []byte {
	length := originAt + addressLen(p.TPDU, originAt) + 2 + stampLen
	if way == tpdu.MO {
		length = p.validityAt() + len(p.Validity())
	}
	return p.TPDU[length+1:]
}

// StampLayout is how text mode shows the date and time of a time stamp, without its zone (27.005
// 3.1, <scts>).
const stampLayout = "06/01/02,15:04:05"

// ShowStamp returns a time stamp as text mode shows it: the zone is in quarters of an hour.
func ShowStamp(t tpdu.Timestamp) string {
	_, offset := t.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	quarters := offset / int((15 * time.Minute).Seconds())
	return t.Format(stampLayout) + string(sign) + string('0'+rune(quarters/10)) + string('0'+rune(quarters%10))
}

// WithDestination returns the PDU of an SMS-SUBMIT with another destination.
func (p PDU) WithDestination(to Address) (PDU, error) {
	address, err := to.MarshalBinary()
	if err != nil {
		return PDU{}, fmt.Errorf("the address %q: %w", to.Addr, err)
	}
	rest := destinationAt + addressLen(p.TPDU, destinationAt)
	p.TPDU = slices.Concat(p.TPDU[:destinationAt], address, p.TPDU[rest:])
	return p, nil
}
