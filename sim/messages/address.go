package messages

import (
	"fmt"
	"strings"

	"github.com/warthog618/sms/encoding/gsm7"
	"github.com/warthog618/sms/encoding/tpdu"
)

// An Address is a number with its type, or the name of a sender (23.040 9.1.2.5).
type Address = tpdu.Address

// The types of address of 27.005 3.1: an international number in the ISDN plan, one of any other
// kind, and a name.
const (
	International = 145
	Unknown       = 129
	Name          = 208
)

// The lengths that an address field has room for (23.040 9.1.2.5).
const (
	maxDigits = 20
	maxName   = 11
)

// ParseAddress reads an address as a person writes it: digits, with + before them when the number
// is international, or a name of at most 11 characters of the GSM alphabet.
func ParseAddress(text string) (Address, error) {
	if strings.Trim(text, "+0123456789*#") == "" {
		return ParseNumber(text, 0)
	}
	encoder := gsm7.NewEncoder().WithExtCharset(nil)
	septets, err := encoder.Encode([]byte(text))
	if err != nil || len(septets) > maxName {
		return Address{}, fmt.Errorf("%q is neither a number nor a name of at most %d characters of the GSM alphabet", text, maxName)
	}
	return Address{TOA: Name, Addr: text}, nil
}

// ParseNumber reads a number and its type of address; 0 stands for the one that follows from a +.
func ParseNumber(text string, toa int) (Address, error) {
	digits, plus := strings.CutPrefix(text, "+")
	switch {
	case digits == "" || strings.Trim(digits, "0123456789*#abcABC") != "":
		return Address{}, fmt.Errorf("%q is not a number (digits, with + before them when it is international)", text)
	case len(digits) > maxDigits:
		return Address{}, fmt.Errorf("%q has more than %d digits", text, maxDigits)
	case plus:
		toa = International
	case toa == 0:
		toa = Unknown
	}
	return Address{TOA: byte(toa), Addr: strings.ToLower(digits)}, nil
}

// ShowAddress returns an address as ParseAddress reads it.
func ShowAddress(a Address) string {
	if a.TypeOfNumber() == tpdu.TonInternational && a.Addr != "" {
		return "+" + a.Addr
	}
	return a.Addr
}
