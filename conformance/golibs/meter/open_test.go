package meter

import (
	"testing"

	"github.com/modemsim/modemsim/sim"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOpen(t *testing.T) {
	m := sim.RunT(t, sim.Set("signal", "4"), sim.ScenarioText("signal.scn", "expect 10s AT+CSQ"))
	modem, err := Open(m.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer modem.Close()
	if got, err := modem.Signal(); got != 4 || err != nil {
		t.Errorf("Signal: %d, %v, want 4", got, err)
	}
}
