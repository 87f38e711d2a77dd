//go:build conformance

package conformance

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
)

// foreignHost is an address that is not the server's (RFC 5737).
const foreignHost = "203.0.113.7"

// grace is how late after its limit a server may act.
const grace = 5 * time.Second

// unasked waits for the server's limit and a grace, or until the connection to the server is lost.
// It notes what the server has said unasked after the first since bytes of the transcript, and
// reports whether the connection was lost.
func (x *visit) unasked(since int, limit time.Duration) bool {
	x.t.Helper()
	lost := x.modem.within(x.site.limit(limit)+grace, func() bool { return x.modem.count[scenarios.EventFTPClosed] > 0 })
	for row := range strings.Lines(x.modem.Transcript().String()[since:]) {
		if _, reply, ok := strings.Cut(row, "# ftp < "); ok {
			x.note("=", "the server says: "+strings.TrimSuffix(reply, "\n"))
		}
	}
	return lost
}

// written returns the length of the transcript so far.
func (x *visit) written() int { return len(x.modem.Transcript().String()) }

// noteLoss is like unasked, for a connection on which nothing else happens.
func (x *visit) noteLoss(since int, limit time.Duration) bool {
	x.t.Helper()
	lost := x.unasked(since, limit)
	if lost {
		x.note("=", "the connection is closed")
	} else {
		x.note("=", "the connection stays")
	}
	return lost
}

// idle waits for the server's limit on an idle client.
func (x *visit) idle() {
	x.set("ftp-error-detail", "on")
	x.login()
	x.expect("AT+AFTPTYPE=0", "OK")
	if !x.noteLoss(x.written(), x.site.limits.idle) {
		// pyftpdlib looks at its clock only when something happens.
		since := x.written()
		c, _, err := x.site.connect()
		if err != nil {
			x.t.Fatal(err)
		}
		defer c.Close()
		x.note("=", "another client connects")
		x.noteLoss(since, x.site.limits.idle)
	}
	x.say("AT+AFTPO?")
	x.say("AT+AFTPTYPE=0")
	x.leave()
	x.goOn()
}

// unusedPassive waits for the server's limit on a data connection that nobody opens.
func (x *visit) unusedPassive() {
	x.set("ftp-error-detail", "on")
	x.login()
	x.expect("AT+AFTPPASV=1", "OK")
	x.noteLoss(x.written(), x.site.limits.unused)
	x.say("AT+AFTPO?")
	if x.say(fmt.Sprintf("AT+AFTPRETR=%q", smallFile)) == "OK" {
		x.expect("AT+AFTPDATA", "CONNECT")
		x.fetch(smallSize)
	}
	x.leave()
	x.goOn()
}

// leave closes the connection if there still is one.
func (x *visit) leave() {
	x.t.Helper()
	x.ask("AT+AFTPC")
}

// stallInDownload lets the host read nothing for longer than the server's limit, then the rest.
func (x *visit) stallInDownload() {
	x.login()
	x.retrieve(largeFile)
	x.unasked(x.written(), x.site.limits.stall)
	got := x.readTo("NO CARRIER")
	want := make([]byte, len(got))
	if _, err := io.ReadFull(newContent(largeSize), want); err != nil || !bytes.Equal(got, want) {
		x.t.Errorf("%d bytes came that are not the beginning of the file: %v", len(got), err)
	}
	if len(got) == largeSize {
		x.note("=", "all of the file, NO CARRIER")
	} else {
		x.note("=", "a part of the file, NO CARRIER")
	}
	x.leave()
	x.goOn()
}

// pauseInUpload lets the host send nothing for longer than the server's limit, then the rest.
func (x *visit) pauseInUpload() {
	x.login()
	x.store("paused.bin")
	x.send(strings.Repeat(digits, 1000))
	x.modem.awaitData(x.t, 10_000)
	x.unasked(x.written(), x.site.limits.stall)
	x.note("=", x.endOfUpload())
	x.leave()
	x.goOn()
	x.remove("paused.bin")
}

// endOfUpload sends a few more bytes and the escape sequence, and returns a note of what the modem
// answered: OK if it was still in data mode.
func (x *visit) endOfUpload() string {
	x.t.Helper()
	x.send(digits + "+++")
	x.want("\r\n")
	result, err := x.in.ReadString('\n')
	switch {
	case err == nil && result == "OK\r\n":
		return "the upload ends with OK"
	case err == nil && result == "NO CARRIER\r\n":
		x.catchUp()
		return "NO CARRIER"
	}
	x.t.Fatalf("the upload ends with %q, %v", result, err)
	return ""
}

// catchUp reads the echo of bytes of the file that the host sent when the modem was in command mode
// again.
func (x *visit) catchUp() {
	x.t.Helper()
	for { // unread output would be dropped at some point, the answer included
		if err := x.tty.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
			x.t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, x.in, 1); err != nil {
			break
		}
	}
	x.send("\rAT\r")
	x.readTo("OK")
}

// hangsInDownload freezes the server for longer than ftp-idle.
func (x *visit) hangsInDownload() {
	x.set("ftp-idle", "2s")
	x.login()
	x.retrieve(largeFile)
	x.extendDeadline()
	if n, err := io.CopyN(io.Discard, x.in, 1<<20); err != nil {
		x.t.Fatalf("after %d bytes: %v", n, err)
	}
	x.site.freeze(x.t)
	x.readTo("NO CARRIER")
	x.note("=", "a part of the file, NO CARRIER")
	x.unfreeze("download not complete")
}

// hangsInUpload freezes the server for longer than ftp-idle while the host sends.
func (x *visit) hangsInUpload() {
	x.set("ftp-idle", "2s")
	x.login()
	x.store("hangs.bin")
	x.send(strings.Repeat(digits, 100))
	x.modem.awaitData(x.t, 1000)
	x.site.freeze(x.t)
	sending := make(chan struct{})
	go func() {
		defer close(sending)
		for {
			if _, err := io.WriteString(x.tty, strings.Repeat(digits, 1000)); err != nil {
				return
			}
		}
	}()
	x.want("\r\nNO CARRIER\r\n")
	x.note("=", "NO CARRIER")
	if err := x.tty.SetWriteDeadline(time.Now()); err != nil {
		x.t.Fatal(err)
	}
	<-sending
	x.catchUp()
	x.unfreeze("upload not complete")
	x.remove("hangs.bin")
}

// unfreeze checks that the transcript notes that a transfer was cut, ends what hangs, and checks
// that the modem can go on. (vsftpd cannot: its sessions take a process that is stopped for one
// that has ended.)
func (x *visit) unfreeze(note string) {
	x.t.Helper()
	if !strings.Contains(x.modem.Transcript().String(), note) {
		x.t.Errorf("the transcript does not say %q", note)
	}
	x.say("AT+AFTPO?")
	x.site.crash(x.t)
	x.modem.await(x.t, scenarios.EventFTPClosed, 1)
	x.say("AT+AFTPO?")
	x.goOn()
}

// tooManyConnections connects when other clients have all the connections that the server allows.
func (x *visit) tooManyConnections() {
	x.set("ftp-error-detail", "on")
	others := x.occupy()
	x.say(x.open + x.credentials())
	x.say("AT+AFTPO?")
	x.vacate(others)
}

// occupy connects until the server takes no more.
func (x *visit) occupy() (others []net.Conn) {
	x.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		c, greeting, err := x.site.connect()
		if err != nil {
			x.t.Fatal(err)
		}
		x.t.Cleanup(func() { c.Close() })
		switch {
		case strings.HasPrefix(greeting, "220"):
			others = append(others, c)
		case len(others) > 0:
			c.Close()
			return others
		} // a server may not have cleaned up after its last client yet
	}
	x.t.Fatalf("the server takes %d clients", len(others))
	return nil
}

// vacate closes the other connections, and checks that the modem can log in then.
func (x *visit) vacate(others []net.Conn) {
	x.t.Helper()
	for _, c := range others {
		c.Close()
	}
	x.leave()
	x.untilIn()
	x.retrieve(smallFile)
	x.fetch(smallSize)
	x.logout()
}

// untilIn repeats the login until the server has noticed that the others have gone.
func (x *visit) untilIn() {
	x.t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		frames := x.ask(x.open + x.credentials())
		if frames[len(frames)-1] == "OK" {
			return
		}
	}
	x.t.Fatal("the server lets nobody in")
}

// tooManyLogins logs in when another client has the only login that the server allows.
func (x *visit) tooManyLogins() {
	x.set("ftp-error-detail", "on")
	other := x.logOther()
	x.say(x.open)
	x.say(fmt.Sprintf("AT+AFTPUSER=%q", x.site.user))
	x.say(fmt.Sprintf("AT+AFTPPASS=%q", x.site.password))
	x.say("AT+AFTPO?")
	x.vacate([]net.Conn{other})
}

// logOther logs another client in.
func (x *visit) logOther() net.Conn {
	x.t.Helper()
	c, _, err := x.site.connect()
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { c.Close() })
	// An error shows in the Read.
	fmt.Fprintf(c, "USER %s\r\nPASS %s\r\n", x.site.user, x.site.password)
	var said []byte
	buf := make([]byte, 1024)
	for !strings.Contains("\n"+string(said), "\n230 ") {
		n, err := c.Read(buf)
		if err != nil {
			x.t.Fatalf("another client logs in: %q, %v", said, err)
		}
		said = append(said, buf[:n]...)
	}
	return c
}

// foreignAddress fetches a file from a server that names an address that is not its own.
func (x *visit) foreignAddress() {
	x.login()
	x.retrieve(smallFile)
	x.fetch(smallSize)
	x.note("=", "fetched from the server's own address")
	x.logout()
}

// foreignAddressBelieved connects to the address that such a server names.
func (x *visit) foreignAddressBelieved() {
	x.set("pasv-address", "reply")
	x.set("ftp-error-detail", "on")
	x.login()
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(fmt.Sprintf("AT+AFTPRETR=%q", smallFile))
	select {
	case address := <-x.foreign:
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			x.t.Fatal(err)
		}
		x.note("=", "the modem tried "+host)
	default:
		x.t.Error("the modem did not go to the address of the reply")
	}
	x.say("AT+AFTPO?")
	x.logout()
}
