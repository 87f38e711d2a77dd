package sim_test

import (
	"strings"
	"testing"
)

// C.5: S6 and S11 take 0 to 999.
func TestRangeOfS6AndS11(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		for _, r := range []string{"6", "11"} {
			d.expect(t, "ATS"+r+"=999S"+r+"?", "999", "OK")
			d.expect(t, "ATS"+r+"=1000", "ERROR")
		}
	})
}

// B.6: Z takes back S0 S1 S3-S5 S7 S8 S10 only; S2, S6 and S11 are not in that group.
func TestZKeepsOtherRegisters(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0&W0")
		d.ok(t, "ATS2=42S6=9S11=70")
		d.ok(t, "ATZ")
		d.expect(t, "ATS2?S6?S11?", "042", "009", "070", "OK")
	})
}

// C.1: the eighth bit is ignored; a host with even parity sends CR as 0x8D.
func TestEighthBit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.type_(t, "\xC1\xD4+CSQ\x8D")
		d.want(t, "with parity", frames("+CSQ: 25,99", "OK"))
	})
}

// C.2: a parameter left out keeps its value (parameter commands).
func TestOmittedParameterKeepsItsValue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.ok(t, "AT+CREG=2;+CMEE=1")
		d.expect(t, "AT+CREG=;+CMEE=", "OK")
		d.expect(t, "AT+CREG?;+CMEE?", `+CREG: 2,1,"1A2B","0C3D"`, "+CMEE: 1", "OK")
	})
}

// Junk of 1 MiB without a line's end does not slow the modem down.
func TestEndlessJunk(t *testing.T) {
	for _, piece := range []string{"x", "+", "\"", "E0", "+A=1;", "AT"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.ok(t, "ATE0")
			d.type_(t, strings.Repeat(piece, 1<<20/len(piece)))
			d.type_(t, "\r")
			d.host.take()
			d.expect(t, "AT", "OK")
		})
	}
}
