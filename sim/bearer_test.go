package sim_test

import (
	"strings"
	"testing"
	"time"
)

// A lost bearer closes everything in command mode, and no result comes for it (A.2).
func TestBearerLostInCommandMode(t *testing.T) {
	for _, event := range []string{"gprs down", "network searching"} {
		t.Run(event, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				d.put(t, "f", []byte("content"))
				d.logIn(t)
				d.retrieve(t, "f")
				d.run(t, event)
				d.want(t, event, "")
				d.expect(t, "AT+AIPA?", "+AIPA: 0", "OK")
				d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
				d.expect(t, "AT+AFTPDATA?", "+AFTPDATA: 0", "OK")
				d.expect(t, "AT+AFTPDATA", "ERROR")
				d.expect(t, "AT+AIPESTAT", "+AIPESTAT: 301", "OK")
				d.run(t, "network home")
				d.ok(t, "AT+AIPA=1")
				d.expect(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`, "+AFTPO: Login On", "OK")
				d.fetch(t, "f", "content")
			})
		})
	}
}

// A lost bearer ends a command that needs it with ERROR, at once.
func TestBearerLostWhileACommandRuns(t *testing.T) {
	for _, line := range []string{`AT+AFTPO="203.0.113.5",21,"user","pass"`, `AT+AFTPO="203.0.113.5",21`} {
		bubble(t, func(t *testing.T) {
			n := &network{late: lateReply("220 ", 20*time.Second)}
			d := startNetwork(t, n)
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
			d.type_(t, line+"\r")
			pass(2 * time.Second)
			d.want(t, "while it runs", "")
			d.run(t, "gprs down")
			d.want(t, "gprs down", frames("ERROR"))
			d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
			pass(time.Minute)
			d.want(t, "later", "")
			d.expect(t, "AT", "OK")
		})
	}
}

// A lost bearer ends a download with NO CARRIER and closes the session; the URC of the network
// comes after it.
func TestBearerLostInADownload(t *testing.T) {
	for event, urc := range map[string]string{"gprs down": "", "network searching": frames("+CREG: 2", "+CGREG: 2")} {
		t.Run(event, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d, content, got := halfDownload(t, "AT+CREG=1;+CGREG=1")
				d.run(t, event)
				if more := string(d.host.take()); more != frames("NO CARRIER")+urc {
					t.Errorf("the modem sent\n%s", show([]byte(more)))
				}
				pass(time.Minute)
				d.want(t, "later", "")
				d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
				d.expect(t, "ATO", "NO CARRIER")
				d.wantNote(t, "download not complete: ")
				_, _ = content, got
			})
		})
	}
}

// A lost bearer ends an upload with NO CARRIER; what came is not a file, and what the host sends
// next is command input.
func TestBearerLostInAnUpload(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, strings.Repeat("a part ", 10000))
		d.run(t, "gprs down")
		d.want(t, "gprs down", frames("NO CARRIER"))
		d.wantNotStored(t, "up")
		d.type_(t, "+++")
		d.want(t, "+++", "")
		d.type_(t, "\r")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
		pass(time.Minute)
		d.wantNotStored(t, "up")
	})
}

// A lost bearer ends a transfer that waits in online command mode; there is no result for it there.
func TestBearerLostWhileTheTransferWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D1")
		d.pulseDTR(t, frames("OK"))
		d.run(t, "gprs down")
		d.want(t, "gprs down", "")
		d.expect(t, "ATO", "NO CARRIER")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
	})
}

// A detach drops the context and what ran over it (C.8).
func TestDetach(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.expect(t, "AT+CGATT=0", "OK")
		d.expect(t, "AT+AIPA?", "+AIPA: 0", "OK")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
	})
}

// All sockets must be closed before +AIPA=0: ERROR, and the context stays up (section F).
func TestDeactivateWithFTPOpen(t *testing.T) {
	for _, open := range []string{`AT+AFTPO="203.0.113.5",21,"user","pass"`, `AT+AFTPO="203.0.113.5",21`} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
			d.ok(t, open)
			d.expect(t, "AT+AIPA=0", "ERROR")
			d.expect(t, "AT+AIPA?", "+AIPA: 1,192.0.2.66,0", "OK")
			d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
			d.ok(t, "AT+AFTPC")
			pass(7 * time.Second)
			d.expect(t, "AT+AIPA=0", "+AIPA: 0,7", "OK")
		})
	}
}

// A reset has no final result for anything; echo is on again, everything volatile is gone (section
// F, EC1), and the URCs that were on still are (B.6).
func TestReset(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *dialog){
		"in command mode":    func(*testing.T, *dialog) {},
		"in a partial line":  func(t *testing.T, d *dialog) { d.type_(t, `AT+AIPDCONT="`) },
		"with URCs held":     func(t *testing.T, d *dialog) { d.type_(t, "AT+C"); d.run(t, "urc RING") },
		"with a file ready":  func(t *testing.T, d *dialog) { d.retrieve(t, "f") },
		"in an upload":       func(t *testing.T, d *dialog) { d.upload(t, "up"); d.type_(t, "data"); d.run(t, "urc RING") },
		"in half an escape":  func(t *testing.T, d *dialog) { d.upload(t, "up"); d.type_(t, "data++") },
		"while a login runs": func(t *testing.T, d *dialog) { d.ok(t, "AT+AFTPC"); d.type_(t, `AT+AFTPO="203.0.113.5",21`+"\r") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := &network{}
				d := startNetwork(t, n)
				d.put(t, "f", []byte("content"))
				d.logIn(t)
				d.ok(t, "AT+CMEE=1;+CREG=1;+AIPDCONT=\"x\"")
				n.dial = 10 * time.Second
				if name != "while a login runs" {
					n.dial = 0
				}
				prepare(t, d)
				d.run(t, "reset silent")
				pass(time.Minute)
				d.want(t, "reset", frames("+CREG: 1"))
				d.type_(t, "AT\r")
				d.want(t, "AT", "AT\r"+frames("OK"))
				d.ok(t, "ATE0")
				d.expect(t, "AT+AIPA?", "+AIPA: 0", "OK")
				d.expect(t, "AT+AIPA=0", "+AIPA: 0,0", "OK")
				d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
				d.expect(t, "AT+CMEE?;+CREG?", "+CMEE: 1", "+CREG: 1,1", "OK")
				d.wantNotStored(t, "up")
				n.dial = 0
				d.ok(t, "AT+AIPA=1")
				d.expect(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`, "+AFTPO: Login On", "OK")
				d.fetch(t, "f", "content")
			})
		})
	}
}

// A reset in a download: no NO CARRIER, and nothing of the file any more.
func TestResetInADownload(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, _, _ := halfDownload(t, "AT&D2")
		d.run(t, "urc RING")
		d.run(t, "reset silent")
		pass(time.Minute)
		d.want(t, "reset", "")
		d.type_(t, "AT\r")
		d.want(t, "AT", "AT\r"+frames("OK"))
	})
}

// Leaving data mode while the answer to +++ is awaited: one result for it, whatever happens.
func TestBearerLostBeforeTheUploadsOK(t *testing.T) {
	for event, want := range map[string]string{"gprs down": frames("NO CARRIER"), "reset silent": ""} {
		bubble(t, func(t *testing.T) {
			d := startNetwork(t, &network{late: lateReply("226 ", 10*time.Second)})
			d.logIn(t)
			d.upload(t, "up")
			d.type_(t, "data+++")
			pass(time.Second)
			d.run(t, event)
			pass(time.Minute)
			d.want(t, event, want)
			if event == "reset silent" {
				d.ask(t, "ATE0")
			}
			d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
		})
	}
}

// The same in a download, between +++ and the server's word on it.
func TestBearerLostBeforeTheEscapesOK(t *testing.T) {
	for event, want := range map[string]string{"gprs down": frames("NO CARRIER"), "reset silent": ""} {
		bubble(t, func(t *testing.T) {
			n := &network{pace: time.Second, late: func(line string) time.Duration {
				if strings.HasPrefix(line, "4") || strings.HasPrefix(line, "226") || strings.HasPrefix(line, "5") {
					return 4 * time.Second
				}
				return 0
			}}
			d := startNetwork(t, n)
			d.put(t, "f", noise(1<<20, 12))
			d.logIn(t)
			d.retrieve(t, "f")
			d.type_(t, "AT+AFTPDATA\r")
			pass(3500 * time.Millisecond)
			d.type_(t, "+++")
			d.host.take()
			pass(time.Second)
			d.run(t, event)
			pass(time.Minute)
			d.want(t, event, want)
		})
	}
}
