package meter

import (
	"testing"

	"github.com/modemsim/modemsim/sim"
)

func TestSignal(t *testing.T) {
	m := sim.RunT(t, sim.Set("signal", "4"))
	modem, err := Open(m.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer modem.Close()
	if got, err := modem.Signal(); got != 4 || err != nil {
		t.Errorf("Signal: %d, %v, want 4", got, err)
	}
}

func TestSignalOfOtherModules(t *testing.T) {
	for _, profile := range []string{"adh8066", "adh8066-2008", "adh8066-2012"} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			m := sim.RunT(t, sim.Profile(profile), sim.Set("signal", "31"))
			modem, err := Open(m.Path())
			if err != nil {
				t.Fatal(err)
			}
			defer modem.Close()
			if got, err := modem.Signal(); got != 31 || err != nil {
				t.Errorf("Signal: %d, %v, want 31", got, err)
			}
		})
	}
}
