package sim_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

const openLine = `AT+AFTPO="203.0.113.5",21,"user","pass"`

// Whatever fails at the server is ERROR, and the session stays as far as the server left it
// (FTP AT manual, section F).
func TestServerRefusals(t *testing.T) {
	for verb, lines := range map[string][]string{
		"TYPE": {"AT+AFTPTYPE=1"},
		"PASV": {"AT+AFTPPASV=1"},
		"SIZE": {`AT+AFTPSIZE="f"`},
		"REST": {"AT+AFTPREST=1"},
		"CWD":  {`AT+AFTPCD="/upload"`},
		"MKD":  {`AT+AFTPMKD="/new"`},
		"RMD":  {`AT+AFTPRMD="/upload"`},
		"DELE": {`AT+AFTPDELE="f"`},
		"RETR": {"AT+AFTPPASV=1", `AT+AFTPRETR="f"`},
		"STOR": {"AT+AFTPPASV=1", `AT+AFTPSTOR="up"`},
		"DATA": {"AT+AFTPPASV=1", `AT+AFTPRETR="f"`},
	} {
		for name, c := range map[string]struct {
			fault faults.Fault
			open  string // +AFTPO? afterwards
		}{
			"refused":     {faults.FTPReply{Verb: verb, Code: 550, Text: "No."}, "1"},
			"421":         {faults.FTPReply{Verb: verb, Code: 421, Text: "Service not available."}, "0"},
			"network":     {faults.FTPRefused{Connection: verb}, "1"},
			"no reply":    {faults.FTPSilent{Verb: verb}, "1"},
			"no last one": {faults.FTPSilent{Verb: verb, End: true}, "1"},
		} {
			if verb == "DATA" && name != "network" {
				continue // a connection has no reply
			}
			t.Run(verb+" "+name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					d := startModem(t, sim.Fault(c.fault))
					d.put(t, "f", []byte("content"))
					d.logIn(t)
					last := len(lines) - 1
					for _, line := range lines[:last] {
						d.ok(t, line)
					}
					d.type_(t, lines[last]+"\r")
					transfer := verb == "RETR" || verb == "STOR" // whose 150 is not its last reply
					if name == "no reply" || name == "no last one" && !transfer {
						pass(59 * time.Second)
						d.want(t, "while it waits", "")
						pass(time.Second)
					}
					if name == "no last one" && transfer {
						if got := string(d.host.take()); !strings.HasSuffix(got, frames("OK")) {
							t.Fatalf("with its final reply lost %q", got)
						}
						return
					}
					d.want(t, lines[last], frames("ERROR"))
					d.expect(t, "AT+AFTPO?", "+AFTPC: "+c.open, "OK")
				})
			})
		}
	}
}

// A name that is empty is not a name: nothing is sent to the server, where it may mean the current
// folder.
func TestEmptyNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.ok(t, "AT+AFTPPASV=1")
		sent := strings.Count(d.modem.Transcript().String(), "# ftp > ")
		for _, name := range []string{"CD", "MKD", "RMD", "DELE", "SIZE", "RETR", "STOR"} {
			d.expect(t, "AT+AFTP"+name+`=""`, "ERROR")
		}
		if rows := d.modem.Transcript().String(); strings.Count(rows, "# ftp > ") != sent {
			t.Errorf("the server is asked:\n%s", rows)
		}
		d.wantNote(t, "the parameter path is not a string in quotes that is not empty")
		d.put(t, "f", []byte("content"))
		d.retrieve(t, "f")
	})
}

// A failed login closes the connection, whichever of its steps fails (section F).
func TestFailedLogin(t *testing.T) {
	for _, c := range []struct {
		fault faults.Fault
		id    string // of +AIPESTAT
	}{
		{faults.FTPRefused{Connection: "CONNECT"}, "217"},
		{faults.FTPUnreachable{Connection: "CONNECT"}, "304"},
		{faults.FTPReply{Verb: "CONNECT", Code: 421, Text: "Too many users."}, "304"},
		{faults.FTPReply{Verb: "CONNECT", Code: 500, Text: "Go away."}, "304"},
		{faults.FTPReply{Verb: "USER", Code: 530, Text: "Not you."}, "304"},
		{faults.FTPReply{Verb: "PASS", Code: 530, Text: "Login incorrect."}, "304"},
		{faults.FTPReply{Verb: "PASS", Code: 421, Text: "Closing."}, "304"},
		{faults.FTPSilent{Verb: "PASS"}, "304"},
		{faults.FTPClosing{Text: "Bye."}, "304"},
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.Fault(c.fault))
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
			d.type_(t, openLine+"\r")
			pass(time.Minute)
			d.want(t, openLine, frames("ERROR"))
			d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
			d.expect(t, "AT+AIPESTAT", "+AIPESTAT: "+c.id, "OK")
			d.expect(t, "AT+AFTPC", "ERROR")
			d.ok(t, "AT+AIPA=0")
		})
	}
}

// In two stages: the connection is open from its start on, and closed by a refusal.
func TestFailedLoginInStages(t *testing.T) {
	for verb, at := range map[string]int{"USER": 1, "PASS": 2} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, reply(verb, 530, "Not you."))
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
			lines := []string{`AT+AFTPO="203.0.113.5",21`, `AT+AFTPUSER="user"`, `AT+AFTPPASS="pass"`}
			for _, line := range lines[:at] {
				d.ok(t, line)
				d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
			}
			d.expect(t, lines[at], "ERROR")
			d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
		})
	}
}

// No server at all.
func TestNoServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.FTP(sim.FTPServer{}))
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1")
		d.expect(t, openLine, "ERROR")
		d.expect(t, "AT+AIPESTAT", "+AIPESTAT: 304", "OK")
	})
}

// A server that never answers: ERROR after the limits of the settings, which modem time does
// not shorten.
func TestSilentServer(t *testing.T) {
	for _, speed := range []float64{1, 60} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.Speed(speed), with(t, "ftp-reply 7s"), sim.Fault(faults.FTPSilent{Verb: "USER"}))
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
			start := time.Now()
			d.type_(t, openLine+"\r")
			pass(7*time.Second - time.Millisecond)
			d.want(t, "before the limit", "")
			pass(time.Millisecond)
			d.want(t, "after the limit", frames("ERROR"))
			if took := time.Since(start); took != 7*time.Second {
				t.Errorf("after %v", took)
			}
			d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
		})
	}
}

// A control connection that is lost while nobody waits for it: the session is closed (F6).
func TestControlConnectionLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		d := startNetwork(t, n)
		d.put(t, "f", []byte("content"))
		d.logIn(t)
		d.retrieve(t, "f")
		n.cutControl()
		d.want(t, "the loss", "")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
		d.expect(t, "AT+AFTPDATA", "ERROR")
		d.expect(t, "AT+AFTPC", "ERROR")
		d.expect(t, openLine, "+AFTPO: Login On", "OK")
		d.fetch(t, "f", "content")
	})
}

// A download that loses its data connection: NO CARRIER, or ERROR under data-loss; still
// logged in (section F).
func TestDownloadLosesItsData(t *testing.T) {
	for setting, want := range map[string]string{"NO CARRIER": "NO CARRIER", "ERROR": "ERROR"} {
		bubble(t, func(t *testing.T) {
			n := &network{pace: time.Second}
			d := startNetwork(t, n, with(t, "data-loss "+setting))
			content := noise(1<<20, 7)
			d.put(t, "f", content)
			d.put(t, "small", []byte("small"))
			d.logIn(t)
			d.retrieve(t, "f")
			d.type_(t, "AT+AFTPDATA\r")
			pass(5500 * time.Millisecond)
			n.cutData()
			pass(10 * time.Second)
			got, _ := strings.CutPrefix(string(d.host.take()), frames("CONNECT"))
			got, ok := strings.CutSuffix(got, frames(want))
			if !ok || got == "" || !bytes.HasPrefix(content, []byte(got)) {
				t.Fatalf("%d bytes of the file %t, then %s %t", len(got), bytes.HasPrefix(content, []byte(got)), want, ok)
			}
			d.wantNote(t, "download not complete: ")
			d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
			n.pace = 0
			d.fetch(t, "small", "small")
		})
	}
}

// A whole file whose transfer the server calls failed is none; so is one without the
// server's last word.
func TestDownloadThatTheServerCallsFailed(t *testing.T) {
	for name, options := range map[string][]sim.Option{
		"refused":   nil,
		"swallowed": {sim.Fault(faults.FTPSilent{Verb: "RETR", End: true})},
	} {
		for setting, want := range map[string]string{"NO CARRIER": "NO CARRIER", "ERROR": "ERROR"} {
			t.Run(name+" "+setting, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					n := &network{}
					if name == "refused" {
						n.reply = otherReply("226 ", "451 Local trouble.")
					}
					d := startNetwork(t, n, append(options, with(t, "data-loss "+setting))...)
					d.put(t, "f", []byte("content"))
					d.logIn(t)
					d.retrieve(t, "f")
					d.type_(t, "AT+AFTPDATA\r")
					pass(5 * time.Second)
					d.want(t, "AT+AFTPDATA", frames("CONNECT")+"content"+frames(want))
					d.wantNote(t, "download not complete: 7 bytes")
					d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
					d.ok(t, "AT+AFTPTYPE=0")
				})
			})
		}
	}
}

// A download that loses its control connection: the data still comes, and the session is
// closed after it.
func TestDownloadLosesItsControlConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{pace: time.Second}
		d := startNetwork(t, n)
		d.put(t, "f", noise(1<<20, 8))
		d.logIn(t)
		d.retrieve(t, "f")
		d.type_(t, "AT+AFTPDATA\r")
		pass(5500 * time.Millisecond)
		n.cutControl()
		pass(5 * time.Minute)
		if got := string(d.host.take()); !strings.HasSuffix(got, frames("NO CARRIER")) {
			t.Fatalf("at the end %q", got[max(0, len(got)-40):])
		}
		d.wantNote(t, "download not complete: ")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
	})
}

// The address in the 227 reply counts only when it is to.
func TestPASVAddress(t *testing.T) {
	elsewhere := otherReply("227 ", "227 Entering Passive Mode (198,51,100,9,192,1)")
	for setting, shown := range map[string]string{"control": "203.0.113.5:49153", "reply": "198.51.100.9:49153", "auto": "203.0.113.5:49153"} {
		bubble(t, func(t *testing.T) {
			n := &network{reply: elsewhere}
			d := startNetwork(t, n, with(t, "pasv-address "+setting))
			d.put(t, "f", []byte("content"))
			d.logIn(t)
			d.fetch(t, "f", "content")
			if got := n.dialled; len(got) != 2 || got[1] != shown {
				t.Errorf("pasv-address %s: connections to %q, want a second one to %s", setting, got, shown)
			}
		})
	}
}
