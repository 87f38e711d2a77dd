package sim_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"golang.org/x/tools/txtar"
)

// What a fuzz input does beside sending bytes stands behind a NUL: a pause of so many tenths
// of a second, or one of these.
const (
	opNUL = 0x80 + iota // sends a NUL
	opReopen
	opDTR
	opBearer
	opSearching
	opHome
	opURC
	opReset
	opRTS
	opRing
	opBreak
	numOps
)

// opLines are what the lines of a dialog are as operations.
var opLines = map[string]byte{
	"close": opReopen, "do gprs down": opBearer, "do network searching": opSearching, "do network home": opHome, "do reset": opReset,
}

// dialogInput is what the host and the network do in a dialog, as a fuzz input.
func dialogInput(t testing.TB, dialog []byte) []byte {
	var input []byte
	for line := range strings.Lines(string(dialog)) {
		line = strings.TrimSuffix(line, "\n")
		verb, args, _ := strings.Cut(line, " ")
		op, known := opLines[line]
		switch {
		case verb == ">":
			input = append(input, bytes.ReplaceAll(unescapeBytes(t, args), []byte{0}, []byte{0, opNUL})...)
			input = append(input, 0, 0)
		case verb == "wait":
			input = append(input, 0, 30)
		case known:
			input = append(input, 0, op)
		}
	}
	return input
}

func unescapeBytes(t testing.TB, s string) []byte {
	r := strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\\`, `\`)
	for i := range 256 {
		s = strings.ReplaceAll(s, fmt.Sprintf(`\x%02X`, i), string([]byte{byte(i)}))
	}
	return []byte(r.Replace(s))
}

// finals counts the final results that a line may still have, in the transcript: one, and
// after CONNECT one more. Beside them a call that has ended may say why.
type finals struct {
	mu    sync.Mutex
	left  int
	ended int    // calls of which nothing was said
	typed string // the row of the host before, which its echo repeats
	twice string // a result too many
}

func (f *finals) event(e sim.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch e.Kind {
	case scenarios.EventHostLine:
		f.left = 1
	case scenarios.EventCallEnded:
		f.ended++
	}
}

// finalText is a result code under V1 or V0; RING is none.
var finalText = regexp.MustCompile(`^(\\r\\n(OK|CONNECT|NO CARRIER|ERROR.*|\+CM[ES] ERROR: .*|BUSY|NO ANSWER)\\r\\n|[01346-9]\\r)$`)

// callEnd is a result code that tells of a call.
var callEnd = regexp.MustCompile(`^(\\r\\n(NO CARRIER|BUSY|NO ANSWER)\\r\\n|[378]\\r)$`)

// Write takes a row of the transcript.
func (f *finals) Write(row []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, text, _ := strings.Cut(strings.TrimLeft(string(row), " "), " ")
	mark, text, _ := strings.Cut(strings.TrimSuffix(text, "\n"), " ")
	echo := mark == "<" && text == f.typed
	f.typed = ""
	if mark == ">" {
		f.typed = text
	}
	if mark == "<" && !echo && finalText.MatchString(text) {
		switch f.left--; {
		case f.left >= 0:
		case f.ended > 0 && callEnd.MatchString(text):
			f.ended, f.left = f.ended-1, 0
		default:
			f.twice = text
		}
		if text == `1\r` || text == `\r\nCONNECT\r\n` {
			f.left++
		}
	}
	return len(row), nil
}

// FuzzModem: whatever a host sends and the network does, never two final results for one line,
// never a panic; and after RTS, XON, ESC, 2 s, +++, 2 s, CR and ATQ0V1E0 the next AT is
// answered by OK and nothing else.
func FuzzModem(f *testing.F) {
	names, err := filepath.Glob("testdata/dialogs/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(dialogInput(f, section(archive, "dialog")))
	}
	open := "ATE0\rAT+AIPA=1\r" + openLine + "\r"
	for _, seed := range []string{
		open + "AT+AFTPPASV=1;+AFTPRETR=\"firmware.bin\";&D1\rAT+AFTPDATA\r\x00\x82\x00\x01ATO\r\x00\x81ATH\r",
		open + "AT+AFTPPASV=1;+AFTPSTOR=\"up\";&D1\rAT+AFTPDATA\rdata\x00\x82\x00\x82ATO\rmore++\x00\x0b+++AT+AFTPC\r",
		open + "AT+AFTPPASV=1;+AFTPSTOR=\"up\"\rAT+AFTPDATA\rdata\x00\x83+++\x00\x85AT+AIPA=1\r",
		open + "AT+CREG=2;+CGREG=2\rAT+AFTPPASV=1;+AFTPSTOR=\"up\"\rAT+AFTPDATA\rda\x00\x86\x00\x84ta+++AT\r",
		open + "AT+AFTPPASV=1;+AFTPRETR=\"firmware.bin\"\rAT+AFTPDATA\r\x00\x87AT\r+++\x00\x81AT",
		"AT&K4\r\x13AT\r" + open + "\x11AT+AFTPPASV=1;+AFTPRETR=\"firmware.bin\"\rAT+AFTPDATA\r\x13\x00\x01\x11\x00\x05+++",
		"AT&K3;+CLIP=1\r\x00\x88AT\r\x00\x89\x00\x3c\x00\x88ATA\r\x00\x8a" + open,
		"AT&D0V0Q1S2=42\r" + open + "AT+AFTPPASV=1;+AFTPSTOR=\"up\"\rAT+AFTPDATA\rda\x00\x81ta***",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		synctest.Test(t, func(t *testing.T) { fuzzModem(t, input) })
	})
}

// setsEscape is a command that sets S2.
var setsEscape = regexp.MustCompile(`^S0*2=$`)

func fuzzModem(t *testing.T, input []byte) {
	var results finals
	otherEscape, droppedDTR, droppedRTS := false, false, false
	network := internet.NewEmbedded(internet.Options{})
	t.Cleanup(func() { network.Close() })
	d := startModem(t, sim.Internet(network), sim.TranscriptTo(&results), sim.Observe(func(e sim.Event) {
		results.event(e)
		otherEscape = otherEscape || e.Kind == scenarios.EventCommand && setsEscape.MatchString(e.Command.String())
	}))
	d.put(t, "data.bin", []byte("0123456789"))
	for len(input) > 0 {
		n := bytes.IndexByte(input, 0)
		if n < 0 {
			n = len(input)
		}
		d.type_(t, string(input[:n]))
		if input = input[n:]; len(input) < 2 {
			break
		}
		op := input[1]
		input = input[2:]
		switch op {
		case opNUL:
			d.type_(t, "\x00")
		case opReopen:
			d.reopen(t)
		case opDTR:
			droppedDTR = !droppedDTR
			d.host.SetDTR(!droppedDTR)
			synctest.Wait()
		case opBearer:
			d.run(t, "gprs down")
		case opSearching:
			d.run(t, "network searching")
		case opHome:
			d.run(t, "network home")
		case opURC:
			d.run(t, "urc RING")
		case opReset:
			d.run(t, "reset silent")
		case opRTS:
			droppedRTS = !droppedRTS
			d.host.SetRTS(!droppedRTS)
			synctest.Wait()
		case opRing:
			d.run(t, "ring 2")
		case opBreak:
			d.host.Break()
			synctest.Wait()
		default:
			pass(time.Duration(op) * 100 * time.Millisecond)
		}
	}
	d.host.SetRTS(true)
	d.type_(t, "\x11\x1b")
	pass(2 * time.Second)
	d.type_(t, "+++")
	pass(2 * time.Second)
	d.type_(t, "\r")
	d.type_(t, "ATQ0V1E0\r")
	d.host.take()
	got := d.ask(t, "AT")
	log := d.modem.Transcript().String()
	off := strings.LastIndex(log, "# power off") > strings.LastIndex(log, "# power on")
	// A host that sets another escape character has to send that one.
	if got != frames("OK") && !otherEscape && !off {
		t.Errorf("AT is answered by %q; the session:\n%s", got, d.modem.Transcript())
	}
	results.mu.Lock()
	defer results.mu.Unlock()
	if results.twice != "" && !strings.Contains(d.modem.Transcript().String(), "a line of more than 200 bytes") {
		t.Errorf("a result too many: %q; the session:\n%s", results.twice, d.modem.Transcript())
	}
}
