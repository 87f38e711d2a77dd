package scenarios

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// scanner takes the words of a rule, one after the other. What it has taken
// makes the rule's printed form: words with one blank between them.
type scanner struct {
	rest  string
	taken []string
}

// peek returns the next word without taking it.
func (s *scanner) peek() string {
	word, _ := cut(s.rest)
	return word
}

// word takes the next word; "" at the end.
func (s *scanner) word() string {
	word, rest := cut(s.rest)
	s.rest = rest
	if word != "" {
		s.taken = append(s.taken, word)
	}
	return word
}

// is takes the next word if it is this one.
func (s *scanner) is(word string) bool {
	if s.peek() != word {
		return false
	}
	s.word()
	return true
}

// text takes the rest of the line, verbatim.
func (s *scanner) text() string {
	text := s.rest
	if text != "" {
		s.taken = append(s.taken, text)
	}
	s.rest = ""
	return text
}

// end reports what is left after a rule's last word.
func (s *scanner) end() error {
	if s.rest == "" {
		return nil
	}
	return fmt.Errorf("%q is too much", s.rest)
}

// duration takes a time such as 10s; it must be above 0.
func (s *scanner) duration() (time.Duration, error) {
	word := s.word()
	if word == "" {
		return 0, errors.New("a time is missing, such as 500ms, 10s or 2m")
	}
	d, err := time.ParseDuration(word)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a time such as 500ms, 10s or 2m", word)
	}
	return d, nil
}

// peekDuration takes the next word if it is a time.
func (s *scanner) peekDuration() (time.Duration, bool) {
	d, err := time.ParseDuration(s.peek())
	if err != nil || d <= 0 {
		return 0, false
	}
	s.word()
	return d, true
}

// number takes a whole number from low to high.
func (s *scanner) number(what string, low, high int64) (int64, error) {
	word := s.word()
	if word == "" {
		return 0, fmt.Errorf("%s is missing (%d..%d)", what, low, high)
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s: %q is not in %d..%d", what, word, low, high)
	}
	return n, nil
}

// choice takes one of a few words.
func (s *scanner) choice(what string, words ...string) (string, error) {
	word := s.word()
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
