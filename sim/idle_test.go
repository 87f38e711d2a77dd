package sim_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// host:idle wakes those who wait, meets what is expected, and triggers rules of the same time once.
func TestHostIdle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		for _, line := range []string{"on host:idle@2s log quiet", "expect 10s host:idle@2s"} {
			d.run(t, line)
		}
		d.ok(t, "AT")
		begun := time.Now()
		if _, err := d.modem.Wait(context.Background(), "host:idle@3s"); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begun); waited != 3*time.Second {
			t.Errorf("woken after %s", waited)
		}
		if n := strings.Count(d.modem.Transcript().String(), "quiet"); n != 1 {
			t.Errorf("%d rows of the rule in\n%s", n, d.modem.Transcript())
		}
		if v := d.modem.Judge("the test ended"); !v.Passed {
			t.Error(v)
		}
	})
}

// The host ends the silence that somebody waits for, and it begins anew.
func TestHostIdleBeginsAnew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		begun := time.Now()
		go func() {
			time.Sleep(2 * time.Second)
			d.host.Write([]byte("AT\r"))
		}()
		if _, err := d.modem.Wait(context.Background(), "host:idle@3s"); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begun); waited != 5*time.Second {
			t.Errorf("woken after %s", waited)
		}
	})
}

// So does a fixture, whose host says nothing from the start.
func TestFixtureWaitsForHostIdle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		wire := port.NewPipe()
		f := sim.RunOn(t, wire)
		host := wire.Dial()
		defer host.Close()
		f.Wait("host:idle@1s", time.Minute)
	})
}
