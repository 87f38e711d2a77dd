package messages

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/warthog618/sms/encoding/gsm7"
	"github.com/warthog618/sms/encoding/tpdu"
	"github.com/warthog618/sms/encoding/ucs2"
)

// A Charset is the character set of the terminal, as +CSCS names it (27.007 5.5).
type Charset string

// The character sets that the module has.
const (
	GSM  Charset = "GSM"  // each byte is a character of the GSM alphabet (23.038 6.2.1)
	IRA  Charset = "IRA"  // ASCII
	UCS2 Charset = "UCS2" // four hexadecimal digits a character
)

// Read returns the text that the terminal means, in UTF-8.
func (c Charset) Read(bytes string) (string, error) {
	switch c {
	case UCS2:
		units, err := hex.DecodeString(bytes)
		if err != nil || len(units)%2 != 0 {
			return "", errors.New("the text is not four hexadecimal digits a character, as UCS2 is written")
		}
		return ucs2Text(units), nil
	case GSM:
		text, err := gsm7.Decode(sevenBits(bytes))
		return string(text), err
	}
	return string(sevenBits(bytes)), nil
}

// Show returns text as the terminal is shown it; a question mark stands for what the set lacks.
func (c Charset) Show(text string) string {
	switch c {
	case UCS2:
		return strings.ToUpper(hex.EncodeToString(ucs2.Encode([]rune(text))))
	case GSM:
		return string(septets(text))
	}
	return strings.Map(func(r rune) rune {
		if r > 0x7e {
			return '?'
		}
		return r
	}, text)
}

// sevenBits clears the eighth bit of each byte, which no character of the two sets has.
func sevenBits(bytes string) []byte {
	b := []byte(bytes)
	for i := range b {
		b[i] &= 0x7f
	}
	return b
}

// userData makes the user data of a message of what the terminal typed in text mode (27.005 3.1,
// <data>): hexadecimal digits of its octets when it is not in the GSM alphabet or has a header.
func (c Charset) userData(t *TPDU, typed string) error {
	alphabet, err := t.Alphabet()
	if err != nil {
		return fmt.Errorf("the data coding scheme %d is reserved", t.DCS)
	}
	if alphabet == tpdu.Alpha7Bit && !t.UDHI() {
		if c == GSM {
			t.UD = sevenBits(typed)
			return nil
		}
		text, err := c.Read(typed)
		t.UD = septets(text)
		return err
	}
	octets, err := hex.DecodeString(typed)
	if err != nil {
		return errors.New("the text is not hexadecimal digits, as one with this data coding scheme or a header is written")
	}
	return setOctets(t, octets, alphabet)
}

// setOctets makes octets, which may begin with a header, the user data.
func setOctets(t *TPDU, octets []byte, alphabet tpdu.Alphabet) error {
	if t.UDHI() {
		n, err := t.UDH.UnmarshalBinary(octets)
		if err != nil {
			return fmt.Errorf("the header of the text is damaged: %w", err)
		}
		if len(t.UDH) == 0 {
			return errors.New("the header of the text is empty")
		}
		octets = octets[n:]
		if alphabet == tpdu.Alpha7Bit {
			t.UD = gsm7.Unpack7Bit(octets, (7-n%7)%7)
			return nil
		}
	}
	t.UD = octets
	return nil
}

// ShowText returns the text of a message as text mode shows it.
func (c Charset) ShowText(p PDU, t *TPDU) string {
	if alphabet, err := t.Alphabet(); err != nil || alphabet != tpdu.Alpha7Bit || t.UDHI() {
		return strings.ToUpper(hex.EncodeToString(p.UserData(t.Direction)))
	}
	if c == GSM {
		return string(t.UD)
	}
	return c.Show(Text(t))
}
