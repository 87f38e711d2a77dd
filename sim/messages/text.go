package messages

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/warthog618/sms"
	"github.com/warthog618/sms/encoding/gsm7"
	"github.com/warthog618/sms/encoding/tpdu"
	"github.com/warthog618/sms/encoding/ucs2"
)

// Text returns the text of a message, in UTF-8: from the GSM alphabet with its extension and its
// national tables, or from UCS2, in which a pair of surrogates is one character. Data of 8 bits is
// hexadecimal digits.
func Text(t *TPDU) string { return joined([]*TPDU{t}) }

// joined returns the text of the parts of a message, in their order.
func joined(parts []*TPDU) string {
	var b strings.Builder
	var units []byte // of UCS2, whose pairs may be split over two parts
	for _, t := range parts {
		if alphabet, err := t.Alphabet(); err == nil && alphabet == tpdu.AlphaUCS2 {
			units = append(units, t.UD...)
			continue
		}
		b.WriteString(ucs2Text(units))
		units = nil
		b.WriteString(partText(t))
	}
	b.WriteString(ucs2Text(units))
	return b.String()
}

// partText returns the text of one part that is not UCS2.
func partText(t *TPDU) string {
	alphabet, err := t.Alphabet()
	if err == nil && alphabet == tpdu.Alpha8Bit {
		return strings.ToUpper(hex.EncodeToString(t.UD))
	}
	text, err := tpdu.DecodeUserData(t.UD, nationalTables(t.UDH), tpdu.Alpha7Bit, tpdu.WithAllCharsets)
	if err != nil { // the decoder takes every septet
		return ""
	}
	return string(text)
}

// nationalTables returns the elements of a header that name national tables, as package tpdu knows
// them: it takes their numbers, hexadecimal in 23.040 9.2.3.24, for decimal ones.
func nationalTables(header tpdu.UserDataHeader) (named tpdu.UserDataHeader) {
	numbers := map[byte]byte{0x24: 24, 0x25: 25}
	for _, e := range header {
		if number, ok := numbers[e.ID]; ok {
			named = append(named, tpdu.InformationElement{ID: number, Data: e.Data})
		}
	}
	return named
}

// ucs2Text reads UCS2. Half of a pair at the end is one unknown character.
func ucs2Text(units []byte) string {
	runes, err := ucs2.Decode(units[:len(units)&^1])
	text := string(runes)
	if err != nil {
		text += "\uFFFD"
	}
	return text
}

// Compose makes the PDUs of a message from an address: one, or more when the text is longer than
// 160 characters of the GSM alphabet or 70 of UCS2. The parts of one message carry the reference
// (23.040 9.2.3.24.1).
func Compose(from Address, text string, reference byte, when time.Time) ([]PDU, error) {
	encoder := sms.NewEncoder(sms.AsDeliver, sms.WithTemplateOption(tpdu.WithOA(from)))
	encoder.ConcatRef = concatRef(reference)
	parts, err := encoder.Encode([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("encoding the text: %w", err)
	}
	if len(parts) == 0 { // an empty text
		parts = []TPDU{{Direction: tpdu.MT, OA: from}}
	}
	if len(parts) > maxParts {
		return nil, fmt.Errorf("the text needs %d messages, more than the %d that one may have", len(parts), maxParts)
	}
	pdus := make([]PDU, len(parts))
	for i := range parts {
		t := &parts[i]
		t.FirstOctet |= tpdu.FoMMS // no more messages wait (23.040 9.2.3.2)
		t.SCTS = tpdu.Timestamp{Time: when}
		b, err := marshal(t)
		if err != nil {
			return nil, err
		}
		pdus[i] = PDU{TPDU: b}
	}
	return pdus, nil
}

// maxParts is how many parts a message can have (23.040 9.2.3.24.1).
const maxParts = 255

// A concatRef is the reference of the parts of one message.
type concatRef byte

// Count implements the counter of package sms.
func (n concatRef) Count() int { return int(n) }

// septets returns text in the GSM alphabet, with a question mark for what that does not have.
func septets(text string) []byte {
	var b []byte
	for _, r := range text {
		s, err := gsm7.Encode([]byte(string(r)))
		if err != nil {
			s = []byte{'?'}
		}
		b = append(b, s...)
	}
	return b
}

// InGSM reports whether the GSM alphabet has all characters of a text.
func InGSM(text string) bool {
	_, err := gsm7.Encode([]byte(text))
	return err == nil
}
