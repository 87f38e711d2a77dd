//go:build conformance

// Package: picocom
// Package: minicom
// Package: tio
// Package: python3-serial

package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestPicocom(t *testing.T) {
	m := startCommand(t)
	x := startTerminal(t, t.TempDir(), "picocom", "--baud", "115200", m.path)
	x.sees("Terminal ready")
	m.browse(x)
	x.leaves("\x01\x18")
	m.next(t)
}

func TestTio(t *testing.T) {
	m := startCommand(t)
	x := startTerminal(t, t.TempDir(), "tio", "--baudrate", "115200", m.path)
	x.sees("Connected")
	m.browse(x)
	x.leaves("\x14q")
	m.next(t)
}

// pyserial's terminal ends its lines in CR LF.
func TestMiniterm(t *testing.T) {
	m := startCommand(t)
	x := startTerminal(t, t.TempDir(), "python3", "-m", "serial.tools.miniterm", m.path, "115200")
	x.sees("--- Quit")
	m.browse(x)
	x.leaves("\x1d")
	m.next(t)
}

// minicomStrings are minicom's default init and reset strings.
const minicomStrings = `pu minit ~^M~AT S7=45 S0=0 L1 V1 X4 &c1 E1 Q0^M
pu mreset ~^M~ATZ^M~
`

func TestMinicom(t *testing.T) {
	m := startCommand(t)
	home := t.TempDir()
	settings := fmt.Sprintf("pu port %s\npu baudrate 115200\n%s", m.path, minicomStrings)
	if err := os.WriteFile(filepath.Join(home, ".minirc.modem"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	x := startTerminal(t, home, "minicom", "modem")
	x.sees("Initializing Modem")
	x.sees("CTRL-A Z")
	m.await(t, `> AT S7=45 S0=0 L1 V1 X4 &c1 E1 Q0\r`)
	m.await(t, `< \r\nOK\r\n`)
	m.browse(x)
	x.types("\x01x")
	x.sees("Leave Minicom?")
	x.leaves("\r")
	m.await(t, `> ATZ\r`)
	m.next(t)
}

// minicom's interpreter runs with the tty as its standard input and output.
func TestRunscript(t *testing.T) {
	m := startCommand(t)
	script := filepath.Join(t.TempDir(), "script")
	text := `send "AT+CSQ"
expect {
	"25,99" goto answered
	timeout 20 goto lost
}
answered:
expect {
	"OK" goto done
	timeout 20 goto lost
}
lost:
exit 1
done:
exit 0
`
	if err := os.WriteFile(script, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(m.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	c := exec.Command("runscript", script)
	c.Stdin, c.Stdout = tty, tty
	if err := c.Run(); err != nil {
		t.Errorf("runscript: %v", err)
	}
}

// browse is a session by hand: it sends a few commands, activates a context, and fetches a text
// that appears on the screen.
func (m *command) browse(x *terminal) {
	x.t.Helper()
	x.asks("AT+CSQ", "+CSQ: 25,99")
	x.sees("OK")
	x.asks("AT+AIPA=1", "OK")
	x.asks(`AT+AFTPO="192.0.2.1",21,"user","secret"`, "Login On")
	x.sees("OK")
	x.asks("AT+AFTPPASV=1", "OK")
	x.asks(fmt.Sprintf("AT+AFTPRETR=%q", helloFile), "OK")
	x.types("AT+AFTPDATA\r")
	x.sees("CONNECT")
	x.sees("Hello from the server.")
	x.sees("NO CARRIER")
	x.asks("AT+BOGUS", "ERROR")
}

// next connects the next host to the tty without changing its settings: the program must have left
// neither echo nor special characters behind.
func (m *command) next(t *testing.T) {
	t.Helper()
	m.awaitClose(t)
	h := (&modem{path: m.path}).dial(t)
	h.must("AT+CSQ", "OK")
	h.hangUp()
}
