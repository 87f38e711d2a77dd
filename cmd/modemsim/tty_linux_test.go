package main

import (
	"io"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestExecGivesTheProgramTheForeground(t *testing.T) {
	p, _ := startOnTTY(t, "sh", "-c", `modemsim exec -q -- sh -c 'echo ready; read a; echo "got $a"'; read b; echo "then $b"`)
	p.await("ready")
	p.typed("one\n")
	p.await("got one")
	p.typed("two\n")
	p.await("then two")
	p.exits(0)
}

func TestInterruptKeyIsTheProgramsAlone(t *testing.T) {
	p, _ := startOnTTY(t, "modemsim", "exec", "-q", "--", "sh", "-c", `trap 'echo interrupted; exit 5' INT; sleep 60 & echo ready; wait`)
	p.await("ready")
	p.typed("\x03")
	p.await("interrupted")
	p.exits(5)
}

func TestExecPutsTheTerminalBack(t *testing.T) {
	p, restored := startOnTTY(t, "modemsim", "exec", "--timeout", "3s", "--", "sh", "-c", `stty raw -echo; echo ready; sleep 60`)
	p.await("ready")
	if modes(t, p.in).Lflag&unix.ICANON != 0 {
		t.Fatal("the program changed nothing")
	}
	p.await("--timeout") // the last that modemsim says
	restored()
	p.exits(124)
}

func TestSuspendKey(t *testing.T) {
	p, _ := startOnTTY(t, "sh", "-i", "-m")
	p.await("$ ")
	p.typed("modemsim exec -q -- cat\n")
	p.typed("one\n")
	p.await("one\r\none\r\n")
	p.typed("\x1a")
	p.await("$ ")
	p.typed("fg\n")
	p.await("modemsim exec -q -- cat\r\n") // the job that goes on
	p.typed("two\n")
	p.await("two\r\ntwo\r\n")
	p.typed("\x04")
	p.await("$ ")
	p.typed("exit 4\n")
	p.exits(4)
}

func TestExecInTheBackgroundLeavesTheForeground(t *testing.T) {
	p, _ := startOnTTY(t, "sh", "-i", "-m")
	p.await("$ ")
	p.typed("modemsim exec -q -- sh -c 'echo rea''dy' & wait; echo awai''ted\n")
	p.await("ready")
	p.await("awaited")
	p.typed("exit 4\n")
	p.exits(4)
}

func TestTermOnATerminal(t *testing.T) {
	p, restored := startOnTTY(t, "modemsim", "term")
	p.await("Ctrl-] leaves\r\n")
	p.typed("AT+CSQ\r")
	p.await("AT+CSQ\r\r\n+CSQ: 25,99\r\n\r\nOK\r\n")
	p.typed("AT\x1dAT\r")
	p.exits(0)
	restored()
}

func TestTermPutsTheTerminalBackAtASignal(t *testing.T) {
	p, restored := startOnTTY(t, "modemsim", "term")
	p.await("Ctrl-] leaves\r\n")
	p.send(syscall.SIGTERM)
	p.exits(0)
	restored()
}

func TestTermOfAModemThatRuns(t *testing.T) {
	for listen, gone := range map[string]string{"pty": "modemsim: the modem has gone", "tcp::0": "modemsim: the modem has gone: it has closed the line\r\n"} {
		t.Run(listen, func(t *testing.T) {
			run := startPiped(t, "modemsim", "-q", "--set", "signal=7", "--listen", listen)
			path := run.await("\n")
			p, _ := startOnTTY(t, "modemsim", "term", path)
			p.await("connected to " + path)
			p.typed("AT+CSQ\r")
			p.await("+CSQ: 7,99")
			run.send(syscall.SIGTERM)
			run.exits(0)
			p.await(gone)
			p.exits(1)
		})
	}
}

// What is logged while the terminal is raw begins at the left edge, line for line.
func TestTermLogsOnARawTerminal(t *testing.T) {
	for flag, says := range map[string]string{"--seed=1": "modemsim: 127.0.0.1:", "--verbose": "level=WARN"} {
		t.Run(flag, func(t *testing.T) {
			p, restored := startOnTTY(t, "modemsim", "term", flag, "--listen", "tcp::0")
			p.await("modemsim: connected to ")
			path := p.await("; Ctrl-] leaves\r\n")
			if _, err := io.ReadAll(connect(t, path)); err != nil {
				t.Error(err)
			}
			p.await(says)
			p.await(" was turned away: ")
			if rest := p.await("\n"); !strings.HasSuffix(rest, "\r") {
				t.Errorf("the line ends with %q", rest)
			}
			p.typed("\x1d")
			p.exits(0)
			restored()
		})
	}
}
