package soak

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/modemsim/modemsim/port"
)

// A host is a host program: it sends commands, awaits their final results, and gives up at the
// first that does not come.
type host struct {
	line     io.ReadWriteCloser
	in       chan []byte
	got      []byte
	answered []string // the commands that got OK
}

// answerLimit is how long a host waits for the next bytes of an answer or a file.
var answerLimit = 3 * time.Second

// dial opens a wire, as modemsim prints it.
func dial(path string) (io.ReadWriteCloser, error) {
	network, address, found := strings.Cut(path, ":")
	switch {
	case !found:
		return os.OpenFile(path, os.O_RDWR, 0)
	case network == "rfc2217":
		return dialRFC2217(path)
	}
	return net.Dial(network, address)
}

// dialRFC2217 connects and raises DTR and RTS, which on the modem's side are DCD and CTS.
func dialRFC2217(path string) (io.ReadWriteCloser, error) {
	line, err := port.Connect(path)
	if err != nil {
		return nil, err
	}
	line.SetSignals(port.Signals{CTS: true, DCD: true})
	limit := time.AfterFunc(answerLimit, func() { _ = line.Close() })
	defer limit.Stop()
	for {
		e, err := line.Next()
		if err != nil {
			return nil, fmt.Errorf("connecting to %s: %w", path, err)
		}
		if e.Kind == port.Open {
			return line, nil
		}
	}
}

// open opens the wire and begins to read.
func open(path string) (*host, error) {
	line, err := dial(path)
	if err != nil {
		return nil, err
	}
	h := &host{line: line, in: make(chan []byte, 1024)}
	go func() {
		defer close(h.in)
		for {
			buf := make([]byte, 4096)
			n, err := line.Read(buf)
			if n > 0 {
				h.in <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return h, nil
}

// close closes the wire and waits for the reader.
func (h *host) close() {
	_ = h.line.Close() // a wire that failed is closed already
	for range h.in {
	}
}

var (
	finalResult = regexp.MustCompile(`\r\n(OK|ERROR(:.*)?|CONNECT|NO CARRIER)\r\n`)
	carrierLost = regexp.MustCompile(`\r\n(NO CARRIER|ERROR)\r\n`)
)

// longestResult is how long a result may be that comes in pieces, in bytes.
const longestResult = 300

// await reads until something has come, and returns all up to its end.
func (h *host) await(what *regexp.Regexp) ([]byte, error) {
	limit := time.NewTimer(answerLimit)
	defer limit.Stop()
	for searched := 0; ; {
		from := max(0, searched-longestResult)
		if at := what.FindIndex(h.got[from:]); at != nil {
			text := h.got[:from+at[1]]
			h.got = h.got[from+at[1]:]
			return text, nil
		}
		searched = len(h.got)
		select {
		case p, more := <-h.in:
			if !more {
				return h.got, fmt.Errorf("the wire ended after %.80q", h.got)
			}
			h.got = append(h.got, p...)
			limit.Reset(answerLimit)
		case <-limit.C:
			return h.got, fmt.Errorf("nothing more within %v after %.80q", answerLimit, h.got)
		}
	}
}

// ask sends a command, whose final result must be this one.
func (h *host) ask(command, result string) error {
	if err := h.send(command + "\r"); err != nil {
		return err
	}
	answer, err := h.await(finalResult)
	if err == nil && !bytes.HasSuffix(answer, []byte("\r\n"+result+"\r\n")) {
		err = fmt.Errorf("answered %.80q", answer)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	h.answered = append(h.answered, command)
	return nil
}

// send writes to the wire, for at most answerLimit.
func (h *host) send(text string) error {
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(h.line, text)
		sent <- err
	}()
	select {
	case err := <-sent:
		return err
	case <-time.After(answerLimit):
		return fmt.Errorf("nobody takes %.80q", text)
	}
}

// all sends commands that are answered OK.
func (h *host) all(commands ...string) error {
	for _, command := range commands {
		if err := h.ask(command, "OK"); err != nil {
			return err
		}
	}
	return nil
}

const loginCommand = `AT+AFTPO="203.0.113.1",21,"user","pass"`

// download fetches a file of the sample files.
func (h *host) download(name string, size int) error {
	if err := h.all("AT+AFTPPASV=1", `AT+AFTPRETR="`+name+`"`); err != nil {
		return err
	}
	if err := h.ask("AT+AFTPDATA", "CONNECT"); err != nil {
		return err
	}
	file, err := h.await(carrierLost)
	if err == nil && len(file) != size+len("\r\nNO CARRIER\r\n") {
		err = fmt.Errorf("%d bytes: %.60q to %q", len(file), file, file[max(0, len(file)-60):])
	}
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	return nil
}

// upload stores a file. Without an error the modem has confirmed it.
func (h *host) upload(name, content string) error {
	if err := h.all("AT+AFTPPASV=1", `AT+AFTPSTOR="`+name+`"`); err != nil {
		return err
	}
	if err := h.ask("AT+AFTPDATA", "CONNECT"); err != nil {
		return err
	}
	if err := h.send(content); err != nil {
		return err
	}
	if err := h.send("+++"); err != nil {
		return err
	}
	answer, err := h.await(finalResult)
	if err == nil && !bytes.HasSuffix(answer, []byte("\r\nOK\r\n")) {
		err = fmt.Errorf("answered %.80q", answer)
	}
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	return nil
}

// A visit is what a host wants of a modem, and what it got.
type visit struct {
	answered []string
	stored   bool  // the upload was confirmed
	err      error // why it gave up
}

// uploaded is the content of the upload of a visit, and sampleSize the size of its download.
var uploaded = strings.Repeat("0123456789ABCDE\n", 512)

const sampleSize = 65536

// run opens a wire, logs in, downloads, uploads, closes and opens it again.
func (v *visit) run(path string, meanwhile func() error) {
	v.err = v.first(path, meanwhile)
	if v.err == nil {
		v.err = v.second(path)
	}
}

func (v *visit) first(path string, meanwhile func() error) error {
	h, err := open(path)
	if err != nil {
		return err
	}
	defer func() { v.answered = append(v.answered, h.answered...); h.close() }()
	if err := h.all("AT", "ATE0", "AT+CSQ", "AT+AIPA=1", loginCommand, "AT+AFTPTYPE=0"); err != nil {
		return err
	}
	if err := h.download("firmware.bin", sampleSize); err != nil {
		return err
	}
	if err := meanwhile(); err != nil {
		return err
	}
	if err := h.upload("up.bin", uploaded); err != nil {
		return err
	}
	v.stored = true
	return h.all("AT+AFTPC", "AT+AIPA=0")
}

func (v *visit) second(path string) error {
	h, err := open(path)
	if err != nil {
		return err
	}
	defer func() { v.answered = append(v.answered, h.answered...); h.close() }()
	return h.all("ATE0", "AT+CGMM")
}
