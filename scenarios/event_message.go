package scenarios

import (
	"errors"
	"strings"
)

// message takes what an event says of a message: its number, its text, or neither.
func (s *scanner) message(e *Event) error {
	e.Any = true
	if next := s.Peek(); isDigits(strings.TrimPrefix(next, "+")) {
		e.Number = s.Word()
	}
	rest, quoted := strings.CutPrefix(s.rest, `"`)
	if !quoted {
		return nil
	}
	text, behind, ended := strings.Cut(rest, `"`)
	if !ended {
		return errors.New("the text of a message does not end with a quote")
	}
	s.taken = append(s.taken, `"`+text+`"`)
	s.rest = strings.TrimLeft(behind, blanks)
	text, e.Any = strings.CutSuffix(text, "*")
	var err error
	e.Text, err = unescape(text)
	return err
}

// messageText is what an event says of a message.
func (e *Event) messageText() (text string) {
	if e.Number != "" {
		text = " " + e.Number
	}
	if e.Text == "" && e.Any {
		return text
	}
	text += ` "` + messageEscapes.Replace(e.Text)
	if e.Any {
		text += "*"
	}
	return text + `"`
}

// MatchesMessage reports whether a message to a number is the event's: its number and its text, or
// the beginning of that.
func (e *Event) MatchesMessage(number, text string) bool {
	if e.Number != "" && strings.TrimPrefix(e.Number, "+") != strings.TrimPrefix(number, "+") {
		return false
	}
	return text == e.Text || e.Any && strings.HasPrefix(text, e.Text)
}

// messageEscapes are those of a text in quotes.
var messageEscapes = strings.NewReplacer(`\`, `\\`, "\r", `\r`, "\n", `\n`, `"`, `\x22`)
