//go:build conformance

package conformance

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// killedBeforeLogin kills the server after its greeting.
func (x *visit) killedBeforeLogin() {
	x.expect(x.open, "OK")
	x.killIdle()
	x.say(fmt.Sprintf("AT+AFTPUSER=%q", x.site.user))
	x.goOn()
}

func (x *visit) killedAfterLogin() {
	x.login()
	x.killIdle()
	x.say("AT+AFTPTYPE=0")
	x.goOn()
}

func (x *visit) killedAfterPassive() {
	x.login()
	x.expect("AT+AFTPPASV=1", "OK")
	x.killIdle()
	x.say(fmt.Sprintf("AT+AFTPRETR=%q", smallFile))
	x.goOn()
}

// killIdle kills the server between two commands, and waits until the modem has noticed.
func (x *visit) killIdle() {
	x.t.Helper()
	x.site.crash(x.t)
	x.modem.await(x.t, scenarios.EventFTPClosed, 1)
	x.expect("AT+AFTPO?", "OK")
}

// goOn checks that the next connection works.
func (x *visit) goOn() {
	x.t.Helper()
	x.login()
	x.retrieve(smallFile)
	x.fetch(smallSize)
	x.logout()
}

// killedInDownload kills the server when it has sent a part of a file. This part arrives, and the
// modem must not take it for the file.
func (x *visit) killedInDownload() {
	x.login()
	x.retrieve(largeFile)
	x.extendDeadline()
	first := make([]byte, 1<<20)
	if n, err := io.ReadFull(x.in, first); err != nil {
		x.t.Fatalf("after %d bytes: %v", n, err)
	}
	x.site.crash(x.t)
	got := append(first, x.readTo("NO CARRIER")...)
	x.t.Logf("%d of %d bytes came", len(got), int64(largeSize))
	want := make([]byte, len(got))
	if _, err := io.ReadFull(newContent(largeSize), want); err != nil || len(got) >= largeSize || !bytes.Equal(got, want) {
		x.t.Errorf("%d bytes came that are not the beginning of the file: %v", len(got), err)
	}
	x.note("=", "a part of the file, NO CARRIER")
	x.wantCut(fmt.Sprintf("download not complete: %d bytes", len(got)))
}

// wantCut checks that the transcript notes the cut, that the modem knows that the server has gone,
// and that it can go on.
func (x *visit) wantCut(note string) {
	x.t.Helper()
	if !strings.Contains(x.modem.Transcript().String(), note) {
		x.t.Errorf("the transcript does not say %q", note)
	}
	x.expect("AT+AFTPO?", "OK")
	x.say("AT+AFTPTYPE=0")
	x.goOn()
}

// digits are bytes of an upload that do nothing as command input.
const digits = "0123456789"

// killedInUpload kills the server while the host sends, and lets the host go on for a while.
func (x *visit) killedInUpload() {
	x.login()
	x.store("killed.bin")
	x.send(strings.Repeat(digits, 100_000))
	x.awaitFile("killed.bin", 1)
	x.site.crash(x.t)
	x.send(strings.Repeat(digits, 2000))
	x.want("\r\nNO CARRIER\r\n")
	x.note("=", "NO CARRIER")
	x.send("AT\r") // ends the bytes that have become command input and are echoed
	x.readTo("OK")
	x.wantCut("upload not complete")
	x.remove("killed.bin")
}

// killedBetween kills the server when it has received all that the host has sent so far.
func (x *visit) killedBetween() {
	x.login()
	x.store("killed.bin")
	x.send(strings.Repeat(digits, 100_000))
	x.modem.awaitData(x.t, 1_000_000)
	x.awaitFile("killed.bin", 1_000_000-fileBuffer)
	x.site.crash(x.t)
	x.want("\r\nNO CARRIER\r\n")
	x.note("=", "NO CARRIER")
	x.wantCut("upload not complete: 1000000 bytes")
	x.remove("killed.bin")
}

// fileBuffer is how much of a file a server may buffer before it writes, in bytes. pyftpdlib does
// that.
const fileBuffer = 8 << 10

// awaitFile waits until the server has written size bytes of a file.
func (x *visit) awaitFile(name string, size int64) {
	x.t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		if f, err := os.Stat(x.site.path(name)); err == nil && f.Size() >= size {
			return
		}
	}
	x.t.Fatalf("the server does not get %d bytes of %s", size, name)
}
