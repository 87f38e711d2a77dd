package messages

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/warthog618/sms/encoding/tpdu"
)

// Parameters are those of a message in text mode, as +CSMP sets them.
type Parameters struct {
	First    int    // the first octet
	Validity string // a number from 0 to 255, or a time stamp, by the first octet
	Protocol int
	Coding   int
}

// DefaultParameters are those of the module: a message that is valid for a day, in the GSM
// alphabet (AT manual).
var DefaultParameters = Parameters{First: 17, Validity: "167"}

// Submit makes the PDU of a message that the terminal typed in text mode. An address without digits
// is none.
func (m Parameters) Submit(to Address, typed string, c Charset) (PDU, error) {
	t := &TPDU{Direction: tpdu.MO, FirstOctet: tpdu.FirstOctet(m.First), PID: byte(m.Protocol), DCS: tpdu.DCS(m.Coding), DA: to}
	if to.Addr == "" {
		t.DA = Address{TOA: Unknown}
	}
	if t.SmsType() != tpdu.SmsSubmit {
		return PDU{}, fmt.Errorf("the first octet %d of +CSMP is not that of a message to send", m.First)
	}
	if err := c.userData(t, typed); err != nil {
		return PDU{}, err
	}
	if room := t.UDBlockSize(); len(t.UD) > room {
		return PDU{}, fmt.Errorf("the text has %d characters or octets, more than the %d that fit into one message", len(t.UD), room)
	}
	validity, err := m.validity(t.FirstOctet.VPF())
	if err != nil {
		return PDU{}, err
	}
	t.FirstOctet = t.FirstOctet.WithVPF(tpdu.VpfNotPresent)
	octets, err := marshal(t)
	if err != nil {
		return PDU{}, err
	}
	octets[0] = byte(m.First)
	p := PDU{TPDU: octets}
	at := destinationAt + addressLen(octets, destinationAt) + 2
	p.TPDU = append(octets[:at:at], append(validity, octets[at:]...)...)
	return p, nil
}

// validity returns the octets of the validity period in a format.
func (m Parameters) validity(format tpdu.ValidityPeriodFormat) ([]byte, error) {
	switch format {
	case tpdu.VpfNotPresent:
		return nil, nil
	case tpdu.VpfRelative:
		n, err := strconv.ParseUint(m.Validity, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("the validity period %q of +CSMP is not a number from 0 to 255, as the first octet %d says", m.Validity, m.First)
		}
		return []byte{byte(n)}, nil
	case tpdu.VpfAbsolute:
		stamp, err := ParseStamp(m.Validity)
		if err != nil {
			return nil, err
		}
		return stamp.MarshalBinary()
	}
	return nil, errors.New("text mode has no enhanced validity period")
}

// ParseStamp reads a time stamp as text mode shows it.
func ParseStamp(text string) (tpdu.Timestamp, error) {
	wrong := fmt.Errorf("%q is not a time of the form yy/MM/dd,hh:mm:ss+zz", text)
	if len(text) != len(stampLayout)+3 {
		return tpdu.Timestamp{}, wrong
	}
	t, err := time.Parse(stampLayout, text[:len(stampLayout)])
	quarters, zoneErr := strconv.Atoi(text[len(stampLayout):])
	if err != nil || zoneErr != nil || text[len(stampLayout)] != '+' && text[len(stampLayout)] != '-' {
		return tpdu.Timestamp{}, wrong
	}
	zone := time.FixedZone("", quarters*int((15*time.Minute).Seconds()))
	return tpdu.Timestamp{Time: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)}, nil
}

// ShowValidity returns the validity period of an SMS-SUBMIT as text mode shows it; "" when it has
// none.
func (p PDU) ShowValidity() string {
	octets := p.Validity()
	switch len(octets) {
	case 0:
		return ""
	case 1:
		return strconv.Itoa(int(octets[0]))
	}
	var stamp tpdu.Timestamp
	if tpdu.FirstOctet(p.TPDU[0]).VPF() == tpdu.VpfAbsolute && stamp.UnmarshalBinary(octets) == nil {
		return `"` + ShowStamp(stamp) + `"`
	}
	return ""
}
