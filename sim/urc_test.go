package sim_test

import (
	"fmt"
	"testing"
	"time"
)

// A URC in command mode comes at once, framed as information text.
func TestURC(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.run(t, "urc RING")
		d.want(t, "urc", frames("RING"))
		d.ask(t, "ATE0V0")
		d.run(t, `urc +CMTI: "SM",1`)
		d.want(t, "urc", "+CMTI: \"SM\",1\r\n")
	})
}

// Section E, check 10, and C.9: held while a command runs, flushed in order after its final result.
func TestURCWhileACommandRuns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startNetwork(t, &network{dial: 5 * time.Second})
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1;+CREG=2")
		d.type_(t, `AT+AFTPO="203.0.113.5",21,"user","pass";+CREG?`+"\r")
		pass(time.Second)
		d.run(t, "urc RING")
		d.run(t, "urc +CLIP: \"5551234\",129")
		d.run(t, "set lac 0001")
		d.want(t, "while it runs", "")
		pass(10 * time.Second)
		d.want(t, "after it", frames("+AFTPO: Login On", `+CREG: 2,1,"0001","0C3D"`, "OK", "RING", `+CLIP: "5551234",129`,
			`+CREG: 1,"0001","0C3D"`))
	})
}

// The read form and the URC of +CREG differ by the first field (C.8).
func TestReadFormAndURCOfCREG(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.ok(t, "AT+CREG=2")
		d.run(t, "network roaming")
		d.want(t, "network", frames(`+CREG: 5,"1A2B","0C3D"`))
		d.expect(t, "AT+CREG?", `+CREG: 2,5,"1A2B","0C3D"`, "OK")
	})
}

// Held from the AT prefix on, for 30 s at most; before the prefix nothing is held.
func TestURCWhileALineIsEntered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.type_(t, "xyzA")
		d.run(t, "urc ONE")
		d.want(t, "before the prefix", frames("ONE"))

		d.type_(t, "T")
		d.run(t, "urc TWO")
		d.type_(t, "+CSQ")
		d.run(t, "urc THREE")
		pass(29 * time.Second)
		d.want(t, "after the prefix", "")
		d.type_(t, "\r")
		d.want(t, "after the line", frames("+CSQ: 25,99", "OK", "TWO", "THREE"))

		d.type_(t, "AT+C")
		pass(10 * time.Second)
		d.type_(t, "S")
		d.run(t, "urc FOUR")
		pass(20*time.Second - time.Millisecond)
		d.want(t, "before 30 s", "")
		pass(time.Millisecond)
		d.want(t, "after 30 s", frames("FOUR"))
		d.run(t, "urc FIVE")
		d.want(t, "after 30 s", frames("FIVE"))
		d.type_(t, "Q\r")
		d.want(t, "the line goes on", frames("+CSQ: 25,99", "OK"))
		d.run(t, "urc SIX")
		d.want(t, "after the line", frames("SIX"))

		// a line that is too long holds until its ERROR
		d.type_(t, "AT"+fmt.Sprintf("%0300d", 0))
		d.run(t, "urc SEVEN")
		d.want(t, "in a long line", "")
		d.type_(t, "\r")
		d.want(t, "after a long line", frames("ERROR", "SEVEN"))

		// A/ is a whole line
		d.type_(t, "A/")
		d.run(t, "urc EIGHT")
		d.want(t, "after A/", frames("+CSQ: 25,99", "OK", "EIGHT"))
	})
}

// In data mode held and flushed after the final result, of a download, an upload, and one that is
// escaped from.
func TestURCInDataMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d, content, got := halfDownload(t, "AT+CREG=1")
		d.run(t, "urc RING")
		d.run(t, "urc RING AGAIN")
		d.want(t, "in data mode", "")
		pass(time.Minute)
		d.want(t, "after the download", content[len(got):]+frames("NO CARRIER", "RING", "RING AGAIN"))
		d.upload(t, "up")
		d.run(t, "urc RING")
		d.type_(t, "data")
		d.want(t, "in data mode", "")
		d.type_(t, "+++")
		d.want(t, "+++", frames("OK", "RING"))
		d.wantStored(t, "up", "data")
	})
}

// In online command mode URCs come; O holds them again.
func TestURCInOnlineCommandMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.ok(t, "AT&D1")
		d.upload(t, "up")
		d.run(t, "urc ONE")
		d.pulseDTR(t, frames("OK", "ONE"))
		d.run(t, "urc TWO")
		d.want(t, "online command mode", frames("TWO"))
		d.expect(t, "ATO", "CONNECT")
		d.run(t, "urc THREE")
		d.want(t, "in data mode", "")
		d.type_(t, "data+++")
		d.want(t, "+++", frames("OK", "THREE"))
	})
}

// 256 are held at most; the oldest go.
func TestTooManyURCs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.upload(t, "up")
		want := frames("OK")
		for i := range 300 {
			d.run(t, fmt.Sprintf("urc URC %d", i))
			if i >= 300-256 {
				want += frames(fmt.Sprintf("URC %d", i))
			}
		}
		d.type_(t, "+++")
		d.want(t, "+++", want)
		d.wantNote(t, "URC 0")
	})
}

// A command that runs longer than an unfinished line may hold: the URC still comes after its final
// result.
func TestURCWhileALongCommandRuns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startNetwork(t, &network{late: lateReply("220 ", 50*time.Second)})
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1")
		d.type_(t, openLine+"\r")
		d.run(t, "urc ONE")
		pass(40 * time.Second)
		d.run(t, "urc TWO")
		d.want(t, "while it runs", "")
		pass(10 * time.Second)
		d.want(t, "after it", frames("+AFTPO: Login On", "OK", "ONE", "TWO"))
	})
}
