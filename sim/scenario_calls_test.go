package sim_test

import (
	"regexp"
	"time"
)

func init() {
	trials = append(trials,
		trial{"call-dropped", dialsAgain, dialsOnce, "call-dropped.scn:4"},
		trial{"call-busy", dialsLater, dialsAtOnce, "call-busy.scn:6"},
		trial{"call-busy", dialsLater, dialsOnce, "call-busy.scn:7"},
		trial{"call-in-command", answersRing, readsOneAnswer, "call-in-command.scn:5"},
	)
}

var callOver = regexp.MustCompile(`\r\n(NO CARRIER|BUSY|NO ANSWER)\r\n`)

// dial calls, and waits for the end of the call for at most two minutes.
func (h *dte) dial() (over bool) {
	h.ok("ATD+15550100;")
	_, over = h.await(callOver, 2*time.Minute)
	return over
}

func dialsAgain(h *dte) { dialsAfter(h, 5*time.Second) }

func dialsLater(h *dte) { dialsAfter(h, 30*time.Second) }

func dialsAtOnce(h *dte) { dialsAfter(h, 0) }

// dialsAfter dials up to five times, with a pause after each call that ends.
func dialsAfter(h *dte, pause time.Duration) {
	for range 5 {
		if !h.dial() {
			return
		}
		time.Sleep(pause)
	}
}

// dialsOnce takes a call that has ended for good.
func dialsOnce(h *dte) {
	h.dial()
	time.Sleep(10 * time.Minute)
}

var rings = regexp.MustCompile(`\r\nRING\r\n`)

// answersRing looks for RING in what comes behind an answer.
func answersRing(h *dte) {
	h.askFor("AT+COPS=?", time.Minute)
	if _, ringing := h.await(rings, 30*time.Second); ringing {
		h.ok("ATA")
	}
	time.Sleep(time.Minute)
}

// readsOneAnswer throws away what comes behind an answer.
func readsOneAnswer(h *dte) {
	h.askFor("AT+COPS=?", time.Minute)
	time.Sleep(2 * time.Minute)
}
