package sim_test

import (
	"testing"
	"time"
)

// Close ends everything at once, whatever runs, and says nothing to the host.
func TestModemClose(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *dialog){
		"idle":                   func(*testing.T, *dialog) {},
		"in a line":              func(t *testing.T, d *dialog) { d.type_(t, "AT+C") },
		"with a file ready":      func(t *testing.T, d *dialog) { d.retrieve(t, "f") },
		"with an upload ready":   func(t *testing.T, d *dialog) { d.store(t, "up") },
		"in a download":          func(t *testing.T, d *dialog) { d.retrieve(t, "f"); d.type_(t, "AT+AFTPDATA\r"); pass(3 * time.Second) },
		"in an upload":           func(t *testing.T, d *dialog) { d.upload(t, "up"); d.type_(t, "data") },
		"before the upload's OK": func(t *testing.T, d *dialog) { d.upload(t, "up"); d.type_(t, "data+++") },
		"in a login":             func(t *testing.T, d *dialog) { d.ok(t, "AT+AFTPC"); d.type_(t, openLine+"\r") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := &network{pace: time.Second, late: lateReply("226 ", 5*time.Second)}
				d := startNetwork(t, n)
				d.put(t, "f", noise(1<<20, 20))
				d.logIn(t)
				if name == "in a login" {
					n.dial = 10 * time.Second
				}
				prepare(t, d)
				d.host.take()
				if err := d.modem.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
				select {
				case <-d.modem.Done():
				default:
					t.Error("not done after Close")
				}
				d.want(t, "Close", "")
				if err := d.modem.Close(); err != nil {
					t.Errorf("Close again: %v", err)
				}
				if err := d.modem.Do("urc RING"); err == nil {
					t.Error("Do after Close is not an error")
				}
				if name != "before the upload's OK" {
					d.wantNotStored(t, "up")
				}
			})
		})
	}
}

// The wire's end is the modem's.
func TestEndOfTheWire(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data")
		d.pipe.Close()
		<-d.modem.Done()
		pass(time.Minute)
		d.wantNotStored(t, "up")
	})
}
