package scenarios

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// scanner takes the words of a rule, one after the other. What it has taken
// makes the rule's printed form: words with one blank between them. It implements
// [faults.Words].
type scanner struct {
	rest   string
	taken  []string
	part   Part // that is being taken
	ranges []wordRange
}

// Peek returns the next word without taking it.
func (s *scanner) Peek() string {
	word, _ := cut(s.rest)
	return word
}

// Word takes the next word; "" at the end.
func (s *scanner) Word() string {
	word, rest := cut(s.rest)
	s.rest = rest
	if word != "" {
		s.taken = append(s.taken, word)
	}
	return word
}

// Is takes the next word if it is this one.
func (s *scanner) Is(word string) bool {
	if s.Peek() != word {
		return false
	}
	s.Word()
	return true
}

// Text takes the rest of the line, with its escapes resolved; it must not be
// empty.
func (s *scanner) Text() (string, error) {
	text := s.verbatim()
	if text == "" {
		return "", errors.New("a text is missing")
	}
	return unescape(text)
}

// verbatim takes the rest of the line.
func (s *scanner) verbatim() string {
	text := s.rest
	if text != "" {
		s.taken = append(s.taken, text)
	}
	s.rest = ""
	return text
}

// More reports whether there is another word.
func (s *scanner) More() bool { return s.rest != "" }

// end returns an error if words are left behind a rule's last one.
func (s *scanner) end() error {
	if s.rest == "" {
		return nil
	}
	return fmt.Errorf("unexpected %q", s.rest)
}

// Duration takes a time such as 10s; it must be above 0.
func (s *scanner) Duration() (time.Duration, error) {
	word := s.Word()
	if word == "" {
		return 0, errors.New("a time is missing, such as 500ms, 10s or 2m")
	}
	if low, high, is := ends(word); is {
		return s.durationRange(low, high)
	}
	d, err := time.ParseDuration(word)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a time such as 500ms, 10s or 2m", word)
	}
	return d, nil
}

// peekDuration takes the next word if it is a time.
func (s *scanner) peekDuration() (time.Duration, bool) {
	if low, high, is := ends(s.Peek()); is {
		ahead := scanner{taken: []string{""}}
		if _, err := ahead.durationRange(low, high); err == nil {
			d, _ := s.Duration()
			return d, true
		}
	}
	d, err := time.ParseDuration(s.Peek())
	if err != nil || d <= 0 {
		return 0, false
	}
	s.Word()
	return d, true
}

// Number takes a whole number from low to high.
func (s *scanner) Number(what string, low, high int64) (int64, error) {
	word := s.Word()
	if word == "" {
		return 0, fmt.Errorf("%s is missing (%d..%d)", what, low, high)
	}
	if lowest, highest, is := ends(word); is {
		return s.numberRange(what, lowest, highest, low, high)
	}
	return parseNumber(what, word, low, high)
}

// exactNumber is Number without a range.
func (s *scanner) exactNumber(what string, low, high int64) (int64, error) {
	word := s.Word()
	if word == "" {
		return 0, fmt.Errorf("%s is missing (%d..%d)", what, low, high)
	}
	return parseNumber(what, word, low, high)
}

func parseNumber(what, word string, low, high int64) (int64, error) {
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s: %q is not in %d..%d", what, word, low, high)
	}
	return n, nil
}

// choice takes one of a few words.
func (s *scanner) choice(what string, words ...string) (string, error) {
	word := s.Word()
	for _, w := range words {
		if w == word {
			return w, nil
		}
	}
	if word == "" {
		return "", fmt.Errorf("%s is missing (one of %s)", what, strings.Join(words, ", "))
	}
	return "", fmt.Errorf("%s: %q is not one of: %s", what, word, strings.Join(words, ", "))
}

// unescape resolves \r \n \xHH and \\ in a text; nothing else is special.
func unescape(text string) (string, error) {
	if !strings.Contains(text, `\`) {
		return text, nil
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch {
		case i < len(text) && text[i] == 'r':
			b.WriteByte('\r')
		case i < len(text) && text[i] == 'n':
			b.WriteByte('\n')
		case i < len(text) && text[i] == '\\':
			b.WriteByte('\\')
		case i+2 < len(text) && text[i] == 'x':
			n, err := strconv.ParseUint(text[i+1:i+3], 16, 8)
			if err != nil {
				return "", fmt.Errorf(`"\x%s" is not \x and two hex digits`, text[i+1:i+3])
			}
			b.WriteByte(byte(n))
			i += 2
		default:
			return "", errors.New(`a \ stands before r, n, xHH or another \`)
		}
	}
	return b.String(), nil
}
