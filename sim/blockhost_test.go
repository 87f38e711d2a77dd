package sim_test

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// A blockHost is a data logger's way to talk to the module, as a program of 2012 did: it reads up
// to 256 bytes within a second, and whatever came is one block that one regular expression must fit
// as a whole. A block cut in two, a URC inside it, or a value that it does not know breaks it.
type blockHost struct {
	in  chan byte
	out io.Writer
}

func newBlockHost(port io.ReadWriter) *blockHost {
	h := &blockHost{in: make(chan byte, 64<<10), out: port}
	go func() {
		defer close(h.in)
		buf := make([]byte, 256)
		for {
			n, err := port.Read(buf)
			for _, b := range buf[:n] {
				h.in <- b
			}
			if err != nil {
				return
			}
		}
	}()
	return h
}

// read returns at most 256 bytes that come within a second.
func (h *blockHost) read() string {
	var block []byte
	timeout := time.After(time.Second)
	for len(block) < 256 {
		select {
		case b, ok := <-h.in:
			if !ok {
				return string(block)
			}
			block = append(block, b)
		case <-timeout:
			return string(block)
		}
	}
	return string(block)
}

// block is what the host takes for an answer: an echo, information lines with one value each, a
// final result.
var block = regexp.MustCompile(`^(?:AT[^\r]*\r)?((?:\r\n\+[A-Z]+: [^\r\n]*\r\n)*)\r\n(OK|ERROR|CONNECT)\r\n$`)

// ask sends a line and returns the values of the information lines and the final result.
func (h *blockHost) ask(line string) (values []string, result string, err error) {
	if _, err := io.WriteString(h.out, line+"\r"); err != nil {
		return nil, "", err
	}
	var answer string
	for range 60 { // the program reads on for ever
		answer += h.read()
		if m := block.FindStringSubmatch(answer); m != nil {
			for _, info := range strings.FieldsFunc(m[1], func(r rune) bool { return r == '\r' || r == '\n' }) {
				_, value, _ := strings.Cut(info, ": ")
				values = append(values, value)
			}
			return values, m[2], nil
		}
	}
	return nil, "", fmt.Errorf("%s: no sense in %q", line, answer)
}

// upload runs a whole session: it stores content under name.
func (h *blockHost) upload(name, content string) error {
	for _, step := range []struct{ line, value string }{
		{"ATE0", ""}, {"AT", ""}, {"AT+CSQ", "25,99"}, {"AT+CPIN?", "READY"},
		{`AT+AIPDCONT="internet.example"`, `"internet.example","",""`},
		{"AT+AIPA=1", "1,192.0.2.66,0"},
		{"AT+AIPQREQ=0,0,0,0,0", "0,0,0,0,0"},
		{`AT+AFTPO="203.0.113.20",21,"logger","n1val"`, "Login On"},
		{"AT+AFTPTYPE=1", "200 Type set to A|1"},
		{"AT+AFTPPASV=1", "227 Entering Passive Mode (203,0,113,20,192,1)|1"},
		{`AT+AFTPSTOR="` + name + `"`, "150 Connection accepted|\"" + name + "\" File Data Ready"},
		{"AT+AFTPDATA", ""},
	} {
		values, result, err := h.ask(step.line)
		want := map[bool]string{true: "CONNECT", false: "OK"}[step.line == "AT+AFTPDATA"]
		if err != nil || result != want || strings.Join(values, "|") != step.value {
			return fmt.Errorf("%s: values %q, result %s, error %v", step.line, values, result, err)
		}
	}
	for line := range strings.Lines(content) {
		if _, err := io.WriteString(h.out, line); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err := h.escape(); err != nil {
		return err
	}
	if values, result, err := h.ask("AT+AFTPC"); err != nil || result != "OK" || strings.Join(values, "|") != "0" {
		return fmt.Errorf("AT+AFTPC: values %q, result %s, error %v", values, result, err)
	}
	if _, result, err := h.ask("AT+AIPA=0"); err != nil || result != "OK" {
		return fmt.Errorf("AT+AIPA=0: result %s, error %v", result, err)
	}
	return nil
}

// escape types + three times, 0.3 s apart, until there is an OK.
func (h *blockHost) escape() error {
	for range 60 { // the program tries for ever
		for range 3 {
			time.Sleep(300 * time.Millisecond)
			if _, err := io.WriteString(h.out, "+"); err != nil {
				return err
			}
		}
		if strings.Contains(h.read(), "OK") {
			return nil
		}
	}
	return fmt.Errorf("no OK after +++")
}

// Section E, check 11: the data logger's whole session on the default profile, also with a server
// that is slow.
func TestDataLogger(t *testing.T) {
	for name, n := range map[string]*network{
		"at once":           {},
		"a slow server":     {dial: 1500 * time.Millisecond, late: func(string) time.Duration { return 900 * time.Millisecond }},
		"OK after 20 s":     {late: lateReply("226 ", 20*time.Second)},
		"the login is slow": {late: lateReply("230 ", 25*time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startNetwork(t, n)
				d.host.Close()
				synctest.Wait()
				port := d.pipe.Dial()
				defer port.Close()
				var content strings.Builder
				for i := range 500 {
					fmt.Fprintf(&content, "2012-03-%02d %02d:00:00,%d,-%d.%02d,+1\r\n", i%28+1, i%24, i*37, i%40, i%100)
				}
				if err := newBlockHost(port).upload("/node7.csv", content.String()); err != nil {
					t.Fatal(err)
				}
				// ASCII: the lines of the network end in CR LF, those of the server in LF (RFC 959 3.1.1.1)
				d.wantStored(t, "/node7.csv", strings.ReplaceAll(content.String(), "\r\n", "\n"))
			})
		})
	}
}

// The same over any stream, not only a port of this module.
func TestDataLoggerOverAStream(t *testing.T) {
	bubble(t, func(t *testing.T) {
		modem, host := streams()
		d := startModem(t)
		m, err := sim.New(modem, sim.FTP(sim.Embedded(d.server)))
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		defer host.Close()
		if err := newBlockHost(host).upload("/a.csv", "one line\r\n"); err != nil {
			t.Fatal(err)
		}
		d.wantStored(t, "/a.csv", "one line\n")
	})
}

// streams are the two ends of a wire that is nothing but a stream.
func streams() (modem, host struct {
	io.Reader
	io.WriteCloser
}) {
	modem.Reader, host.WriteCloser = io.Pipe()
	host.Reader, modem.WriteCloser = io.Pipe()
	return modem, host
}
