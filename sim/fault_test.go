package sim_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

var errNetwork = errors.New("no route")

const openLine = `AT+AFTPO="203.0.113.5",21,"user","pass"`

// Whatever fails at the server is ERROR, and the session stays as far as the server left it (FTP AT manual, section F).
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
			answer faults.Answer
			open   string // +AFTPO? afterwards
		}{
			"refused":       {faults.Answer{Code: 550, Text: "550 No."}, "1"},
			"421":           {faults.Answer{Code: 421, Text: "421 Service not available."}, "0"},
			"network":       {faults.Answer{Err: errNetwork}, "1"},
			"reply is lost": {faults.Answer{Swallow: true}, "1"},
		} {
			if verb == "DATA" && name != "network" {
				continue // a connection has no reply
			}
			t.Run(verb+" "+name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					d := startModem(t, answer(verb, c.answer))
					d.put(t, "f", []byte("content"))
					d.logIn(t)
					last := len(lines) - 1
					for _, line := range lines[:last] {
						d.ok(t, line)
					}
					d.type_(t, lines[last]+"\r")
					if name == "reply is lost" && verb != "RETR" && verb != "STOR" { // their 150 is not lost
						pass(59 * time.Second)
						d.want(t, "while it waits", "")
						pass(time.Second)
					}
					if name == "reply is lost" && (verb == "RETR" || verb == "STOR") {
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

// A failed login closes the connection, whichever of its steps fails (section F).
func TestFailedLogin(t *testing.T) {
	for _, c := range []struct {
		verb   string
		answer faults.Answer
		id     string // of +AIPESTAT
	}{
		{"CONNECT", faults.Answer{Err: errNetwork}, "304"},
		{"CONNECT", faults.Answer{Code: 421, Text: "421 Too many users."}, "304"},
		{"CONNECT", faults.Answer{Code: 500, Text: "500 Go away."}, "304"},
		{"USER", faults.Answer{Code: 530, Text: "530 Not you."}, ""},
		{"PASS", faults.Answer{Code: 530, Text: "530 Login incorrect."}, ""},
		{"PASS", faults.Answer{Code: 421, Text: "421 Closing."}, ""},
		{"PASS", faults.Answer{Err: errNetwork}, ""},
	} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, answer(c.verb, c.answer))
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
			d.expect(t, openLine, "ERROR")
			d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
			if c.id != "" {
				d.expect(t, "AT+AIPESTAT", "+AIPESTAT: "+c.id, "OK")
			}
			d.expect(t, "AT+AFTPC", "ERROR")
			d.expect(t, "AT+AIPA=0", "+AIPA: 0,0", "OK")
		})
	}
}

// In two stages: the connection is open from its start on, and closed by a refusal.
func TestFailedLoginInStages(t *testing.T) {
	for verb, at := range map[string]int{"USER": 1, "PASS": 2} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, answer(verb, faults.Answer{Code: 530, Text: "530 Not you."}))
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

// A server that never answers: ERROR after the limits of the settings, which modem time does not shorten.
func TestSilentServer(t *testing.T) {
	for _, speed := range []float64{1, 60} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, sim.Speed(speed), with(t, "ftp-reply 7s"), answer("USER", faults.Answer{Swallow: true}))
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

// A download that loses its data connection: NO CARRIER, or ERROR under data-loss; still logged in (section F).
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

// A whole file whose transfer the server calls failed is none; so is one without the server's last word.
func TestDownloadThatTheServerCallsFailed(t *testing.T) {
	for name, options := range map[string][]sim.Option{
		"refused":   nil,
		"swallowed": {answer("RETR", faults.Answer{Swallow: true})},
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

// A download that loses its control connection: the data still comes, and the session is closed after it.
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
			var dialled []string
			d := startNetwork(t, &network{reply: elsewhere}, with(t, "pasv-address "+setting),
				sim.Fault(wireFunc(func(verb, arg string) faults.Answer {
					if verb == "DATA" {
						dialled = append(dialled, arg)
					}
					return faults.Answer{}
				})))
			d.put(t, "f", []byte("content"))
			d.logIn(t)
			d.fetch(t, "f", "content")
			if len(dialled) != 1 || dialled[0] != shown {
				t.Errorf("pasv-address %s: data connections to %q, want %s", setting, dialled, shown)
			}
		})
	}
}

// shout is a fault at the hooks for bytes: capitals of what the host says, a mark before each reply, and
// a # for every tenth byte of data.
type shout struct{}

func (shout) Input(sent []byte) []byte { return bytes.ReplaceAll(sent, []byte("CSQ"), []byte("CPIN?")) }

func (shout) Reply(r faults.Reply) []faults.Reply {
	switch r.Part {
	case faults.FinalResult:
		return []faults.Reply{r, r}
	case faults.Unsolicited:
		return nil
	}
	return []faults.Reply{r}
}

func (shout) Data(_ faults.Direction, offset int64, chunk []byte) []byte {
	out := bytes.Clone(chunk)
	for i := range out {
		if (offset+int64(i))%10 == 9 {
			out[i] = '#'
		}
	}
	return out
}

// The hooks of package faults see the host's bytes, each reply with what it is, and the data.
func TestFaultHooks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(shout{}), sim.Fault(faults.None{}))
		d.put(t, "f", []byte("0123456789012345678901"))
		d.ask(t, "ATE0")
		d.expect(t, "AT+CSQ", "+CPIN: READY", "OK", "OK")
		d.run(t, "urc RING")
		d.want(t, "a URC", "")
		for _, line := range []string{"AT+AIPA=1", openLine, "AT+AFTPPASV=1", `AT+AFTPRETR="f"`} {
			d.ok(t, line)
		}
		d.type_(t, "AT+AFTPDATA\r")
		d.want(t, "data", frames("CONNECT", "CONNECT")+"012345678#012345678#01"+frames("NO CARRIER", "NO CARRIER"))
		for _, line := range []string{"AT+AFTPPASV=1", `AT+AFTPSTOR="up"`} {
			d.ok(t, line)
		}
		d.type_(t, "AT+AFTPDATA\r01234567890123456789")
		d.host.take()
		d.type_(t, "0+++")
		d.want(t, "+++", frames("OK", "OK"))
		d.wantStored(t, "up", "012345678#012345678#0")
	})
}

// A modem without faults is no other than one without the hooks.
func TestNoFault(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(faults.None{}))
		d.put(t, "f", []byte(everyByte()))
		d.logIn(t)
		d.fetch(t, "f", everyByte())
	})
}

// lower is a faults.Line.
type lower struct{}

func (lower) Input(sent []byte) []byte { return bytes.ToLower(sent) }

// package faults: a Line acts on the bytes of command mode, not on data.
func TestLineFaultLeavesDataAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Fault(lower{}))
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "DATA+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "DATA")
	})
}
