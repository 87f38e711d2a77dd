package messages

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/warthog618/sms/encoding/gsm7"
	"github.com/warthog618/sms/encoding/ucs2"
)

// A Page is one of the up to 15 of a message of a cell (23.041 9.4.1.2).
type Page struct {
	Serial int // the same for all pages of a message
	Kind   int // what the message is about: its message identifier
	Coding int // its data coding scheme (23.038 5)
	Number int // from 1
	Count  int
	text   []byte // septets of the GSM alphabet, or octets of UCS2
}

// The data coding schemes of pages, in no language of their own, and the room of a page.
const (
	pageGSM     = 0x0f
	pageUCS2    = 0x48
	pageOctets  = 82
	pageSeptets = 93
	maxPages    = 15
	maxSerial   = 0xffff
	gsmEscape   = 0x1b
)

// Broadcast makes the pages of a message of a cell.
func Broadcast(serial, kind int, text string) ([]Page, error) {
	p := Page{Serial: serial & maxSerial, Kind: kind, Coding: pageGSM}
	room := pageSeptets
	whole, err := gsm7.Encode([]byte(text))
	if err != nil {
		p.Coding, room = pageUCS2, pageOctets
		whole = ucs2.Encode([]rune(text))
	}
	var pages []Page
	for len(whole) > 0 {
		n := min(room, len(whole))
		if p.Coding == pageGSM && n < len(whole) && whole[n-1] == gsmEscape {
			n-- // which stands before the character that it belongs to
		}
		p.text, whole = whole[:n], whole[n:]
		pages = append(pages, p)
	}
	if len(pages) == 0 || len(pages) > maxPages {
		return nil, fmt.Errorf("the text needs %d pages, and a message of a cell has 1 to %d", len(pages), maxPages)
	}
	for i := range pages {
		pages[i].Number, pages[i].Count = i+1, len(pages)
	}
	return pages, nil
}

// Octets returns the page as it goes over the air. What it has no text for is filled with CR.
func (p Page) Octets() []byte {
	head := []byte{
		byte(p.Serial >> 8), byte(p.Serial), byte(p.Kind >> 8), byte(p.Kind), byte(p.Coding), byte(p.Number<<4 | p.Count),
	}
	if p.Coding == pageUCS2 {
		filled := slices.Concat(p.text, bytes.Repeat([]byte{0, '\r'}, pageOctets/2))
		return append(head, filled[:pageOctets]...)
	}
	filled := slices.Concat(p.text, bytes.Repeat([]byte{'\r'}, pageSeptets))
	return append(head, gsm7.Pack7Bit(filled[:pageSeptets], 0)...)
}

// ShowPage returns the text of a page as text mode shows it, without what it is filled with.
func (c Charset) ShowPage(p Page) string {
	if p.Coding == pageUCS2 {
		return strings.ToUpper(hex.EncodeToString(p.text))
	}
	if c == GSM {
		return string(p.text)
	}
	text, err := gsm7.Decode(p.text)
	if err != nil { // they were encoded before
		return ""
	}
	return c.Show(string(text))
}
