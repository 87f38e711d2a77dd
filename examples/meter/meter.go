// Package meter sends the readings of a meter through a modem. docs/go.md shows how to test it.
package meter

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// retryTime is how long a failing command is repeated.
const retryTime = 2 * time.Minute

// answerTime returns how long a modem may take to answer: much longer if it has to ask the network.
func answerTime(command string) time.Duration {
	if strings.HasPrefix(command, "AT+A") {
		return 2 * time.Minute
	}
	return 10 * time.Second
}

// A Modem is a modem at the other end of a line.
type Modem struct {
	line  io.ReadWriteCloser
	lines chan string // that the modem sends
	done  chan struct{}
}

// Open opens the modem at path.
func Open(path string) (*Modem, error) {
	tty, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return New(tty), nil
}

// New returns the modem at the end of a line. Close closes the line.
func New(line io.ReadWriteCloser) *Modem {
	m := &Modem{line, make(chan string), make(chan struct{})}
	go m.read()
	return m
}

// Close closes the line.
func (m *Modem) Close() error {
	close(m.done)
	return m.line.Close()
}

func (m *Modem) read() {
	defer close(m.lines)
	for in := bufio.NewScanner(m.line); in.Scan(); {
		select {
		case m.lines <- strings.Trim(in.Text(), "\r"):
		case <-m.done:
			return
		}
	}
}

// Ask sends a command and returns the lines before its OK.
func (m *Modem) Ask(command string) ([]string, error) {
	return m.ask(command, "OK", command+"\r")
}

// ask sends bytes and returns the lines before the final result, which must be final.
func (m *Modem) ask(command, final, bytes string) (info []string, err error) {
	if _, err := io.WriteString(m.line, bytes); err != nil {
		return nil, err
	}
	for late := time.After(answerTime(command)); ; {
		select {
		case text, ok := <-m.lines:
			switch {
			case !ok:
				return nil, io.ErrUnexpectedEOF
			case text == final:
				return info, nil
			case text == "ERROR", text == "NO CARRIER", strings.HasPrefix(text, "ERROR:"), strings.HasPrefix(text, "+CME ERROR:"):
				return nil, fmt.Errorf("%s: %s", command, text)
			case text != "" && text != command:
				info = append(info, text)
			}
		case <-late:
			return nil, fmt.Errorf("%s: no answer", command)
		}
	}
}

// Signal returns the signal strength, 0 to 31, or 99 if it is unknown.
func (m *Modem) Signal() (strength int, err error) {
	info, err := m.Ask("AT+CSQ")
	if err != nil {
		return 0, err
	}
	for _, line := range info {
		if n, _ := fmt.Sscanf(line, "+CSQ:%d,", &strength); n == 1 {
			return strength, nil
		}
	}
	return 0, errors.New("AT+CSQ: no +CSQ in the answer")
}

// Online waits for the network and activates the PDP context.
func (m *Modem) Online() error {
	if err := m.repeat("AT"); err != nil {
		return err
	}
	if err := m.repeat("AT+CREG?", "+CREG: 0,1", "+CREG: 0,5"); err != nil {
		return err
	}
	return m.repeat("AT+AIPA=1")
}

// repeat sends a command until it succeeds with one of the lines want in its answer, if there are
// any.
func (m *Modem) repeat(command string, want ...string) error {
	wanted := func(line string) bool { return slices.Contains(want, line) }
	for end := time.Now().Add(retryTime); time.Now().Before(end); time.Sleep(5 * time.Second) {
		info, err := m.Ask(command)
		if err == nil && (len(want) == 0 || slices.ContainsFunc(info, wanted)) {
			return nil
		}
	}
	return fmt.Errorf("%s: gave up after %v", command, retryTime)
}

// Send stores a reading on the server; it tries five times.
func (m *Modem) Send(name, reading string) (err error) {
	for range 5 {
		if err = m.send(name, reading); err == nil {
			return nil
		}
		time.Sleep(10 * time.Second)
	}
	return err
}

// send goes online, logs in, and stores a reading.
func (m *Modem) send(name, reading string) error {
	if err := m.Online(); err != nil {
		return err
	}
	m.Ask("AT+AFTPC") // ends a session that may be left from before
	for _, command := range []string{
		`AT+AFTPO="192.0.2.1",21,"meter","secret"`,
		`AT+AFTPTYPE=0`,
		`AT+AFTPPASV=1`,
		`AT+AFTPSTOR="` + name + `"`,
	} {
		if _, err := m.Ask(command); err != nil {
			return err
		}
	}
	if _, err := m.ask("AT+AFTPDATA", "CONNECT", "AT+AFTPDATA\r"); err != nil {
		return err
	}
	_, err := m.ask("AT+AFTPDATA", "OK", reading+"+++")
	return err
}
