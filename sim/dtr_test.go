package sim_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// halfDownload starts a slow download and lets some of it come; it returns the file and what has
// come of it.
func halfDownload(t *testing.T, set string) (d *dialog, content, got string) {
	t.Helper()
	d = startNetwork(t, &network{pace: time.Second})
	content = string(noise(200<<10, 6))
	d.put(t, "f", []byte(content))
	d.put(t, "small", []byte("small"))
	d.logIn(t)
	d.ok(t, set)
	d.retrieve(t, "f")
	d.type_(t, "AT+AFTPDATA\r")
	pass(3500 * time.Millisecond)
	got, ok := strings.CutPrefix(string(d.host.take()), frames("CONNECT"))
	if !ok || got == "" || !strings.HasPrefix(content, got) || len(got) == len(content) {
		t.Fatalf("a part of the download: %d bytes", len(got))
	}
	return d, content, got
}

// pulseDTR drops DTR for a moment; what the modem has to say to that comes when DTR is back.
func (d *dialog) pulseDTR(t *testing.T, want string) {
	t.Helper()
	d.host.SetDTR(false)
	d.want(t, "DTR drops", "")
	d.host.SetDTR(true)
	d.want(t, "DTR rises", want)
}

// A DTR that is off for longer than two seconds is a cable that was unplugged: no OK follows (AT
// manual, &D).
func TestDTROffForLongOwesNothing(t *testing.T) {
	for _, mode := range []string{"AT&D1", "AT&D2"} {
		bubble(t, func(t *testing.T) {
			d, _, _ := halfDownload(t, mode)
			d.host.SetDTR(false)
			pass(2*time.Second + time.Millisecond)
			d.host.SetDTR(true)
			d.want(t, "DTR is back late", "")
			d.expect(t, "AT", "OK")
		})
	}
}

// A host that sends a command without DTR gets the answer to that alone.
func TestCommandWithoutDTR(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D2")
		d.host.SetDTR(false)
		d.expect(t, "AT", "OK")
		d.host.SetDTR(true)
		d.want(t, "DTR rises", "")
	})
}

// &D2, a drop of DTR: data mode ends, context and FTP session stay (section F).
func TestDTRDropEndsData(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D2")
		d.pulseDTR(t, frames("OK"))
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
		d.expect(t, "AT+AFTPDATA?", "+AFTPDATA: 0", "OK")
		d.expect(t, "ATO", "NO CARRIER")
		d.fetch(t, "small", "small")
		d.upload(t, "up")
		d.type_(t, "a part")
		d.pulseDTR(t, frames("OK"))
		d.wantNotStored(t, "up")
		d.expect(t, "AT", "OK")
		d.wantNote(t, "upload not complete: 6 bytes")
	})
}

// &D2, the last close of the port in a download: a new host finds the session and goes on with a
// new transfer.
func TestLastCloseInADownload(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D2")
		d.reopen(t)
		pass(time.Minute)
		d.want(t, "a new host", "")
		if got := d.ask(t, "AT+AIPA?"); !strings.HasPrefix(got, "\r\n+AIPA: 1,192.0.2.66,") {
			t.Errorf("the context: %q", got)
		}
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
		d.expect(t, "ATO", "NO CARRIER")
		d.fetch(t, "small", "small")
	})
}

// &D2, the last close of the port in an upload: what came is not a file.
func TestLastCloseInAnUpload(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, strings.Repeat("a part", 1000))
		d.reopen(t)
		d.want(t, "a new host", "")
		d.wantNotStored(t, "up")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
		d.upload(t, "up")
		d.type_(t, "whole+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "whole")
	})
}

// A close of one of two hosts is not the last.
func TestCloseThatIsNotTheLast(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		other := d.pipe.Dial()
		d.upload(t, "up")
		d.type_(t, "a part, ")
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		d.type_(t, "the rest+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "a part, the rest")
	})
}

// &D1: to command mode, and O goes on where the transfer stopped.
func TestDTRCommandMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, content, got := halfDownload(t, "AT&D1")
		d.pulseDTR(t, frames("OK"))
		pass(time.Minute)
		d.want(t, "the transfer waits", "")
		d.expect(t, "AT+AFTPDATA?", "+AFTPDATA: 0", "OK") // ERROR is what AT+AFTPDATA gives (A.1)
		d.expect(t, "AT+CSQ", "+CSQ: 25,99", "OK")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
		d.type_(t, "ATO\r")
		pass(time.Minute)
		d.want(t, "ATO", frames("CONNECT")+content[len(got):]+frames("NO CARRIER"))
		d.expect(t, "ATO", "NO CARRIER")

		d.upload(t, "up")
		d.type_(t, "one ")
		d.pulseDTR(t, frames("OK"))
		d.expect(t, "AT", "OK")
		d.expect(t, "ATO", "CONNECT")
		d.type_(t, "two+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "one two")
	})
}

// &D1, H: the waiting transfer ends, the FTP session stays. Z hangs up too.
func TestHangUp(t *testing.T) {
	for _, line := range []string{"ATH", "ATH0", "ATE0&W;Z"} {
		t.Run(line, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d, _, _ := halfDownload(t, "AT&D1")
				d.pulseDTR(t, frames("OK"))
				d.expect(t, line, "OK")
				d.expect(t, "ATO", "NO CARRIER")
				d.expect(t, "AT+AFTPDATA?", "+AFTPDATA: 0", "OK")
				d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
				d.fetch(t, "small", "small")

				d.upload(t, "up")
				d.type_(t, "a part")
				d.pulseDTR(t, frames("OK"))
				d.expect(t, line, "OK")
				d.wantNotStored(t, "up")
				d.fetch(t, "small", "small")
			})
		})
	}
}

// &D1, the last close: the transfer waits for the next host's O.
func TestLastCloseCommandMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, content, got := halfDownload(t, "AT&D1")
		d.reopen(t)
		pass(time.Minute)
		d.want(t, "a new host", "")
		d.expect(t, "AT", "OK")
		d.type_(t, "ATO\r")
		pass(time.Minute)
		d.want(t, "ATO", frames("CONNECT")+content[len(got):]+frames("NO CARRIER"))

		d.upload(t, "up")
		d.type_(t, "one ")
		d.reopen(t)
		d.expect(t, "ATO", "CONNECT")
		d.type_(t, "two+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "one two")
	})
}

// Closing the FTP session ends a transfer that waits.
func TestCloseWhileTheTransferWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D1")
		d.pulseDTR(t, frames("OK"))
		d.expect(t, "AT+AFTPC", "+AFTPC: 0", "OK")
		d.expect(t, "ATO", "NO CARRIER")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
	})
}

// &D0: nothing, neither at a drop of DTR nor at the last close.
func TestDTRIgnored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, content, got := halfDownload(t, "AT&D0")
		d.host.SetDTR(false)
		d.host.SetDTR(true)
		pass(time.Minute)
		d.want(t, "DTR drops", content[len(got):]+frames("NO CARRIER"))

		d.upload(t, "up")
		d.type_(t, "one ")
		d.reopen(t)
		d.want(t, "a new host", "")
		d.type_(t, "two+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "one two")
	})
}

// &D0, the last close in a download: it goes on, and what nobody reads is dropped. A new host gets
// the rest.
func TestLastCloseIgnored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, content, _ := halfDownload(t, "AT&D0")
		d.host.Close()
		pass(3 * time.Second)
		d.host = record(d.pipe.Dial())
		pass(time.Minute)
		synctest.Wait()
		rest, ok := strings.CutSuffix(string(d.host.take()), frames("NO CARRIER"))
		if !ok || rest == "" || !strings.HasSuffix(content, rest) {
			t.Fatalf("%d bytes, the file's end %t, NO CARRIER %t", len(rest), strings.HasSuffix(content, rest), ok)
		}
		d.expect(t, "AT", "OK")
	})
}

// Outside of data mode DTR and the last close end nothing.
func TestDTRInCommandMode(t *testing.T) {
	for _, set := range []string{"AT&D0", "AT&D1", "AT&D2"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.put(t, "f", []byte("content"))
			d.logIn(t)
			d.ok(t, set)
			d.retrieve(t, "f")
			d.host.SetDTR(false)
			d.host.SetDTR(true)
			d.reopen(t)
			d.want(t, "a new host", "")
			d.type_(t, "AT+AFTPDATA\r")
			d.want(t, "AT+AFTPDATA", frames("CONNECT")+"content"+frames("NO CARRIER"))
		})
	}
}

// A hundred hosts, one after the other: each gets the answers to its own lines and nothing else.
func TestHundredHosts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		for i := range 100 {
			d.reopen(t)
			d.want(t, "a new host", "")
			d.expect(t, "AT+CSQ", "+CSQ: 25,99", "OK")
			if i%2 == 0 {
				d.host.Write([]byte("AT+CLAC\r")) // leaves without reading
			}
		}
	})
}

// section F: the host leaves between +++ and the server's answer; context and FTP session stay.
func TestLastCloseBeforeTheUploadsOK(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{late: lateReply("226 ", 3*time.Second)}
		d := startNetwork(t, n)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data+++")
		pass(time.Second)
		d.reopen(t)
		pass(10 * time.Second)
		d.want(t, "a new host", "")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
		d.ok(t, "AT+AFTPTYPE=0")
	})
}

// a transfer that waits in online command mode is not started over by +AFTPDATA.
func TestAFTPDATAWhileTheTransferWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, content, got := halfDownload(t, "AT&D1")
		d.pulseDTR(t, frames("OK"))
		d.type_(t, "AT+AFTPDATA\r")
		pass(time.Minute)
		answer := string(d.host.take())
		if answer == frames("ERROR") {
			d.type_(t, "ATO\r")
			pass(time.Minute)
			answer = string(d.host.take())
		}
		if want := frames("CONNECT") + content[len(got):] + frames("NO CARRIER"); answer != want {
			t.Errorf("%d bytes, want %d", len(answer), len(want))
		}
	})
}

// The last close while the server takes nothing and the upload is full: it is served when the
// server's time is up.
func TestLastCloseInAStalledUpload(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		d := startNetwork(t, n, with(t, "ftp-idle 20s"))
		d.logIn(t)
		d.upload(t, "up")
		n.stallData()
		go d.host.Write(bytes.Repeat([]byte("x"), 1<<20))
		pass(time.Second)
		d.reopen(t)
		go d.host.Write([]byte("\rAT\r"))
		pass(time.Minute)
		d.want(t, "a new host's AT", frames("OK"))
		d.wantNotStored(t, "up")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
	})
}

// B.7: the LF of CR LF behind ATO is not data either.
func TestLineFeedBehindO(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.ok(t, "AT&D1")
		d.upload(t, "up")
		d.type_(t, "one ")
		d.pulseDTR(t, frames("OK"))
		d.type_(t, "ATO\r\n")
		d.want(t, "ATO", frames("CONNECT"))
		d.type_(t, "two+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "one two")
	})
}
