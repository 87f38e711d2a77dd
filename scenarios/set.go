package scenarios

import (
	"fmt"
	"strings"
)

// Set sets one setting from text. The value is taken verbatim, blanks included. The error
// says what is wrong with the key or the value and ends with what to write instead; s is
// then unchanged.
func (s *Settings) Set(key, value string) error {
	row, err := find(key)
	if err != nil {
		return err
	}
	err = row.set(s, value)
	if err == nil {
		return nil
	}
	bare := strings.Trim(value, blanks)
	if scratch := *s; bare != value && row.set(&scratch, bare) == nil {
		return fmt.Errorf("%s: %q has blanks around it (write %q)", key, value, bare)
	}
	return fmt.Errorf("%s: %q %w (%s)", key, value, err, row.Range)
}

// Text is the value of a field as Set takes it; "" when there is no such field.
func (s *Settings) Text(key string) string {
	row, err := find(key)
	if err != nil {
		return ""
	}
	return row.text(s)
}

// Check reports the first field that Set would refuse, as Set does.
func (s Settings) Check() error {
	for _, row := range table {
		if err := s.Set(row.Key, row.text(&s)); err != nil {
			return err
		}
	}
	return nil
}

func find(key string) (row, error) {
	names := make([]string, 0, len(table))
	for _, row := range table {
		if row.Key == key {
			return row, nil
		}
		names = append(names, row.Key)
	}
	return row{}, fmt.Errorf("unknown setting %q (%s)", key, suggest(key, names))
}
