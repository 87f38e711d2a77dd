package gprs_test

import (
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim/gprs"
)

type step struct {
	after  time.Duration // since start
	events []gprs.Event
	want   int
}

func TestSeconds(t *testing.T) {
	ev := func(e ...gprs.Event) []gprs.Event { return e }
	for name, steps := range map[string][]step{
		"never active": {{time.Hour, nil, 0}},
		"counts whole seconds only": {
			{0, ev(gprs.Activate), 0}, {time.Second - 1, nil, 0}, {time.Second, nil, 1}, {2*time.Second - 1, nil, 1},
		},
		"keeps the duration after the end": {
			{10 * time.Second, ev(gprs.Activate), 0}, {198*time.Second + time.Second/2, ev(gprs.Deactivate), 188}, {time.Hour, nil, 188},
		},
		"starts again at the next activation": {
			{0, ev(gprs.Activate), 0}, {307 * time.Second, ev(gprs.BearerLost), 307}, {400 * time.Second, ev(gprs.Activate), 0}, {405 * time.Second, nil, 5},
		},
		"runs on when activated again": {
			{0, ev(gprs.Activate), 0}, {7 * time.Second, ev(gprs.Activate), 7}, {9 * time.Second, nil, 9},
		},
		"stays when deactivated again": {
			{0, ev(gprs.Activate), 0}, {7 * time.Second, ev(gprs.Deactivate), 7}, {9 * time.Second, ev(gprs.Deactivate), 7},
		},
		"runs on when home becomes roaming": {
			{0, ev(gprs.Activate), 0}, {30 * time.Second, ev(gprs.NetworkRoaming), 30}, {31 * time.Second, nil, 31},
		},
		"ends with the registration": {
			{0, ev(gprs.Activate), 0}, {20 * time.Second, ev(gprs.NetworkSearching), 20}, {40 * time.Second, ev(gprs.NetworkHome), 20},
		},
		"ends with the attach": {
			{0, ev(gprs.Activate), 0}, {3 * time.Second, ev(gprs.Detach), 3}, {8 * time.Second, ev(gprs.Attach), 3},
		},
		"a reset forgets": {
			{0, ev(gprs.Activate), 0}, {60 * time.Second, ev(gprs.Reset), 0},
		},
		"a reset forgets a context that ended before": {
			{0, ev(gprs.Activate), 0}, {60 * time.Second, ev(gprs.Deactivate), 60}, {61 * time.Second, ev(gprs.Reset), 0},
		},
		"power off forgets": {
			{0, ev(gprs.Activate), 0}, {60 * time.Second, ev(gprs.PowerOff), 0}, {61 * time.Second, ev(gprs.PowerOn), 0},
		},
		"a clock set back gives no negative duration": {
			{time.Minute, ev(gprs.Activate), 0}, {0, nil, 0}, {0, ev(gprs.Deactivate), 0},
		},
		"a day and more": {
			{0, ev(gprs.Activate), 0}, {49 * 24 * time.Hour, nil, 4233600},
		},
		"end and start in one moment": {
			{0, ev(gprs.Activate), 0}, {5 * time.Second, ev(gprs.Deactivate, gprs.Activate), 0}, {6 * time.Second, nil, 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := gprs.New(gprs.Home)
			for i, s := range steps {
				now := start.Add(s.after)
				for _, e := range s.events {
					if _, err := m.Handle(e, now); err != nil {
						t.Fatal(err)
					}
				}
				if got := m.Seconds(now); got != s.want {
					t.Errorf("step %d: %d seconds, want %d", i, got, s.want)
				}
			}
		})
	}
}
