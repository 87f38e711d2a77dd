package sim_test

import (
	"regexp"
	"time"
)

func init() {
	trials = append(trials, trial{"ussd-unanswered", asksBalanceOnce, waitsForBalance, "ussd-unanswered.scn:4"})
}

var balance = regexp.MustCompile(`\r\n\+CUSD: [^\r]*\r\n`)

// asksBalanceOnce goes on when no balance comes within a minute.
func asksBalanceOnce(h *dte) {
	h.ok(`AT+CUSD=1,"*100#"`)
	h.await(balance, time.Minute)
	h.ok("AT+CUSD=2")
	h.ok("AT+AIPA=1")
}

// waitsForBalance has the bug of waiting for it without end.
func waitsForBalance(h *dte) {
	h.ok(`AT+CUSD=1,"*100#"`)
	h.await(balance, time.Hour)
}
