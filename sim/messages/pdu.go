package messages

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/warthog618/sms/encoding/pdumode"
	"github.com/warthog618/sms/encoding/tpdu"
)

// A TPDU is a message as it goes over the air, taken apart (23.040 9.2).
type TPDU = tpdu.TPDU

// A PDU is a message as PDU mode shows it: the address of a message centre and a TPDU (27.005 3.1,
// <pdu>).
type PDU struct {
	Centre Address // without digits: the one that +CSCA names
	TPDU   []byte
}

// maxTPDU is the longest TPDU, in octets: 140 of user data behind the longest header.
const maxTPDU = 175

// ParsePDU reads a PDU in hexadecimal digits. It does not look into the TPDU.
func ParsePDU(digits string) (PDU, error) {
	b, err := hex.DecodeString(digits)
	switch {
	case errors.Is(err, hex.ErrLength):
		return PDU{}, fmt.Errorf("the PDU has an odd number of hexadecimal digits, %d", len(digits))
	case err != nil:
		return PDU{}, errors.New("the PDU is not hexadecimal digits")
	}
	p, err := pdumode.UnmarshalBinary(b)
	switch {
	case err != nil:
		return PDU{}, fmt.Errorf("the PDU has no address of a message centre at its start: %w", err)
	case len(p.TPDU) == 0:
		return PDU{}, errors.New("the PDU ends behind the address of the message centre")
	case len(p.TPDU) > maxTPDU:
		return PDU{}, fmt.Errorf("the TPDU has %d octets, more than the %d of any message", len(p.TPDU), maxTPDU)
	}
	return PDU{p.SMSC.Address, p.TPDU}, nil
}

// String returns the PDU in hexadecimal digits.
func (p PDU) String() string {
	centre := pdumode.SMSCAddress{Address: p.Centre}
	b, err := centre.MarshalBinary()
	if err != nil { // it holds what no number has
		b = []byte{0}
	}
	return strings.ToUpper(hex.EncodeToString(append(b, p.TPDU...)))
}

// Len is the length of the PDU as 27.005 counts it: the octets of the TPDU alone.
func (p PDU) Len() int { return len(p.TPDU) }

// From reads the TPDU as one that comes from the network: a message or a status report.
func (p PDU) From() (*TPDU, error) {
	return p.decode(tpdu.MT, tpdu.SmsDeliver, tpdu.SmsStatusReport)
}

// To reads the TPDU as one that goes to the network: a message.
func (p PDU) To() (*TPDU, error) { return p.decode(tpdu.MO, tpdu.SmsSubmit) }

func (p PDU) decode(way tpdu.Direction, kinds ...tpdu.SmsType) (*TPDU, error) {
	if len(p.TPDU) == 0 {
		return nil, errors.New("the TPDU is empty")
	}
	t := &TPDU{Direction: way, FirstOctet: tpdu.FirstOctet(p.TPDU[0])}
	if kind := t.SmsType(); !slices.Contains(kinds, kind) {
		return nil, fmt.Errorf("the TPDU is not of this type: %v", kind)
	}
	if err := t.UnmarshalBinary(p.TPDU); err != nil {
		return nil, fmt.Errorf("the TPDU is damaged: %w", err)
	}
	if room := t.UDBlockSize(); t.SmsType() != tpdu.SmsStatusReport && len(t.UD) > room {
		return nil, fmt.Errorf("the TPDU has %d characters or octets of text, more than the %d that fit", len(t.UD), room)
	}
	return t, nil
}

// WithReference returns the PDU of an SMS-SUBMIT with another message reference.
func (p PDU) WithReference(n byte) PDU {
	p.TPDU = slices.Clone(p.TPDU)
	p.TPDU[referenceAt] = n
	return p
}

// marshal returns the octets of a TPDU.
func marshal(t *TPDU) ([]byte, error) {
	b, err := t.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("making the TPDU: %w", err)
	}
	return b, nil
}
