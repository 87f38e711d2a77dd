package meter

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// send sends a reading through a modem on a wire in memory.
func send(t *testing.T, options ...sim.Option) (*sim.Fixture, error) {
	t.Helper()
	wire := port.NewPipe()
	m := sim.RunOn(t, wire, options...)
	modem := New(wire.Dial())
	defer modem.Close()
	return m, modem.Send("reading.txt", "1234 kWh\n")
}

func TestSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := send(t)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := m.Stored("reading.txt"); !ok || string(got) != "1234 kWh\n" {
			t.Errorf("stored: %q, %v", got, ok)
		}
	})
}

func TestSendCopes(t *testing.T) {
	for _, scenario := range []string{
		"activation-slow",
		"activation-refused",
		"first-at-lost",
		"sim-busy",
		"login-refused",
		"upload-refused",
		"ftp-server-busy",
	} {
		t.Run(scenario, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if _, err := send(t, sim.ScenarioFile(scenario)); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestSendSurvivesALostContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := port.NewPipe()
		m := sim.RunOn(t, wire)
		modem := New(wire.Dial())
		defer modem.Close()

		m.Do("on ftp:login once gprs down")
		down := m.Next("gprs:inactive") // counts from here on
		result := make(chan error)
		go func() { result <- modem.Send("reading.txt", "1234 kWh\n") }()
		down(time.Minute)
		if s := m.State(); s.GPRS || s.FTP != "closed" {
			t.Errorf("without a context the modem is at %+v", s)
		}
		m.Wait("ftp:stored", 5*time.Minute)
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}
