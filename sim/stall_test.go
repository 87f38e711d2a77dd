package sim_test

import (
	"testing"
	"time"
)

// Data passes again before the end of the stalls that hold it.
func TestStallOff(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.put(t, "f", []byte("0123456789"))
		d.logIn(t)
		d.retrieve(t, "f")
		d.run(t, "on ftp:data@4 once stall 1h")
		d.run(t, "on ftp:data@4 once stall 2h")
		d.type_(t, "AT+AFTPDATA\r")
		d.want(t, "data up to the stall", frames("CONNECT")+"0123")
		pass(time.Minute)
		d.want(t, "in the stall", "")
		d.run(t, "stall off")
		d.want(t, "data behind it", "456789"+frames("NO CARRIER"))
		d.fetch(t, "f", "0123456789")
		pass(3 * time.Hour)
		d.want(t, "at the stalls' own ends", "")
	})
}

// A stall that waits for the next transfer ends too.
func TestStallOffBeforeATransfer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.put(t, "f", []byte("0123456789"))
		d.logIn(t)
		d.run(t, "stall 1h")
		d.run(t, "stall off")
		d.fetch(t, "f", "0123456789")
	})
}
