package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// A modem is a serial line to a modem.
type modem struct {
	in  *bufio.Reader
	out io.Writer
	log io.Writer // shows the dialog
}

func newModem(wire io.ReadWriter, log io.Writer) *modem {
	return &modem{in: bufio.NewReader(wire), out: wire, log: log}
}

// command sends a line and returns the information text before its OK, as a map
// from the name before the colon to the rest.
func (m *modem) command(line string) (map[string]string, error) {
	if err := m.send(line); err != nil {
		return nil, err
	}
	answer := make(map[string]string)
	for {
		text, err := m.line()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		switch {
		case text == "OK":
			return answer, nil
		case text == "ERROR", strings.HasPrefix(text, "+CME ERROR"):
			return nil, fmt.Errorf("%s: answered %s", line, text)
		}
		if name, value, ok := strings.Cut(text, ":"); ok {
			answer[name] = strings.TrimSpace(value)
		}
	}
}

// send sends a command line and reads its echo.
func (m *modem) send(line string) error {
	fmt.Fprintln(m.log, ">", line)
	if _, err := io.WriteString(m.out, line+"\r"); err != nil {
		return err
	}
	echo, err := m.in.ReadString('\r')
	if err == nil && echo != line+"\r" {
		err = fmt.Errorf("%s: echoed as %q", line, echo)
	}
	return err
}

// expect reads the next line, which must be text.
func (m *modem) expect(text string) error {
	got, err := m.line()
	if err == nil && got != text {
		err = fmt.Errorf("answered %s, not %s", got, text)
	}
	return err
}

// line reads the next line that is not empty.
func (m *modem) line() (string, error) {
	for {
		text, err := m.in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if text = strings.TrimRight(text, "\r\n"); text != "" {
			fmt.Fprintln(m.log, "<", text)
			return text, nil
		}
	}
}
