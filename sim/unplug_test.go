package sim_test

import (
	"testing"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// A scenario that unplugs a port that cannot go away does not start.
func TestUnplugNeedsAPortThatCanGoAway(t *testing.T) {
	pipe := port.NewPipe()
	defer pipe.Close()
	const want = "x.scn:2: this port cannot be unplugged: a pty with a link can (--link PATH)"
	if m, err := sim.New(pipe, sim.ScenarioText("x.scn", "log a\non AT+CSQ once unplug 1s\n")); err == nil || err.Error() != want {
		t.Errorf("%v, %v, want %q", m, err, want)
	}
}
