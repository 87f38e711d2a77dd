package scenarios

import (
	"errors"
	"fmt"

	"github.com/modemsim/modemsim/sim/messages"
)

// parseSMS takes the number that a message comes from and its text, its PDU, or what the message
// centre does.
func parseSMS(s *scanner) (any, error) {
	switch {
	case !s.More():
		return nil, errors.New("a number is missing (sms +15550100 TEXT, sms pdu HEX, sms cell 50 TEXT, or sms centre accept)")
	case s.Is("pdu"):
		return parseSMSPDU(s)
	case s.Is("cell"):
		return parseSMSCell(s)
	case s.Is("centre"):
		return parseSMSCentre(s)
	}
	from, err := messages.ParseAddress(s.Word())
	if err != nil {
		return nil, err
	}
	text, err := s.Text()
	return SMSAction{from, text}, err
}

func parseSMSPDU(s *scanner) (any, error) {
	p, err := messages.ParsePDU(s.Word())
	if err != nil {
		return nil, err
	}
	if _, err := p.From(); err != nil {
		return nil, fmt.Errorf("it is no message from the network: %w", err)
	}
	return SMSPDUAction{p}, nil
}

// maxKind is the highest kind of a message of a cell (23.041 9.4.1.2.2).
const maxKind = 65535

func parseSMSCell(s *scanner) (any, error) {
	kind, err := s.Number("kind of the message", 0, maxKind)
	if err != nil {
		return nil, err
	}
	text, err := s.Text()
	if err == nil {
		_, err = messages.Broadcast(0, int(kind), text)
	}
	return SMSCellAction{int(kind), text}, err
}

// maxCMS is the highest number of a +CMS ERROR (27.005 3.2.5; those above 511 are the maker's).
const maxCMS = 999

func parseSMSCentre(s *scanner) (any, error) {
	word, err := s.choice("word", CentreAccepts, CentreRefuses, CentreDelays, CentreLoses, CentreDoubles, CentreUnreported)
	if err != nil {
		return nil, err
	}
	a := SMSCentreAction{Behaviour: word}
	switch word {
	case CentreRefuses:
		n, err := s.Number("number of +CMS ERROR", 0, maxCMS)
		a.CMS = int(n)
		return a, err
	case CentreDelays:
		a.Delay, err = s.Duration()
		return a, err
	}
	return a, nil
}
