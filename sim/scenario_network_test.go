package sim_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing/synctest"
	"time"
)

// A prudent host copes with what happens to module, SIM and network: it looks before each step,
// waits with a limit, and begins again from the top after whatever went wrong.
type prudent struct {
	*dte
	want     int    // bytes of fw.bin; 0: it ends with the login
	file     []byte // of fw.bin so far
	refused  bool   // the SIM took its PIN not
	hopeless int    // why it may give up: times without a network or a SIM
}

// outcome ends an answer, and so does a restart of the module.
var outcome = regexp.MustCompile(`(?:^|\r\n)(?:OK|ERROR|NO CARRIER|CONNECT|\+CM[ES] ERROR: [^\r]*)\r\n|SystemInit\r\n`)

// shortMessage is the URC of a message in two lines, with anything as its text.
var shortMessage = regexp.MustCompile(`\r\n\+CMT: [^\r]*\r\n[^\r]*\r\n`)

// say sends a command when the line is quiet and returns its answer; not ok unless OK ends it.
func (h *prudent) say(command string, limit time.Duration) (string, bool) {
	synctest.Wait()
	h.host().take()
	h.got = nil
	h.send(command + "\r")
	answer, ok := h.await(outcome, limit)
	for ok && shortMessage.MatchString(answer) {
		var more string
		answer = shortMessage.ReplaceAllString(answer, "")
		more, ok = h.await(outcome, limit)
		answer += more
	}
	return answer, ok && strings.HasSuffix(answer, "\r\nOK\r\n")
}

func (h *dte) host() *recorder { return h.d.host }

// does says a command that answers at once.
func (h *prudent) does(command string) bool {
	_, ok := h.say(command, 15*time.Second)
	return ok
}

// works is the host's program: one pass after the other until one succeeds, or there is no hope.
func (h *prudent) works() bool {
	for range 50 {
		if h.pass() {
			return true
		}
		if h.refused || h.hopeless > 2 {
			return false
		}
		time.Sleep(3 * time.Second)
	}
	return false
}

func (h *prudent) pass() bool {
	return h.wake() && h.unlock() && h.registered() && h.activate() && h.logIn() && h.fetchAll()
}

// wake asks until the module answers, and sets it up. The CR ends what another host may have left.
func (h *prudent) wake() bool {
	for range 90 {
		h.send("\r")
		if _, ok := h.say("ATE0Q0V1", time.Second); ok {
			return h.does("AT+CMEE=1") && h.does(`AT+CCLK="26/01/02,10:00:00"`)
		}
	}
	return false
}

// unlock looks at the SIM, gives it its PIN once, and restarts the module when there is no SIM.
func (h *prudent) unlock() bool {
	for range 20 {
		switch answer, _ := h.say("AT+CPIN?", 5*time.Second); {
		case strings.Contains(answer, "+CPIN: READY"):
			return true
		case strings.Contains(answer, "SIM PIN\r"):
			h.refused = !h.does(`AT+CPIN="1234"`)
			return !h.refused
		case strings.Contains(answer, "SIM PUK"):
			h.refused = true
			return false
		case strings.Contains(answer, "+CME ERROR: 10\r"):
			h.hopeless++
			h.send("AT+SFUN=RST\r")
			return false
		}
		time.Sleep(2 * time.Second)
	}
	return false
}

// registered waits for a network, home or roaming, and a signal.
func (h *prudent) registered() bool {
	for range 60 {
		signal, _ := h.say("AT+CSQ", 5*time.Second)
		network, _ := h.say("AT+CREG?", 5*time.Second)
		if strings.Contains(network, ",1\r") || strings.Contains(network, ",5\r") {
			if !strings.Contains(signal, "+CSQ: 99,") {
				return true
			}
		}
		time.Sleep(2 * time.Second)
	}
	h.hopeless++
	return false
}

// activate ends a context that has no address.
func (h *prudent) activate() bool {
	answer, ok := h.say("AT+AIPA=1", time.Minute)
	if ok && strings.Contains(answer, ",0.0.0.0,") {
		h.does("AT+AIPA=0")
		return false
	}
	return ok
}

// logIn ends the context when nothing passes over it.
func (h *prudent) logIn() bool {
	h.does("AT+AFTPC") // what another host may have left
	if _, ok := h.say(`AT+AFTPO="203.0.113.1",21,"u","p"`, 90*time.Second); ok {
		return true
	}
	h.does("AT+AIPA=0")
	return false
}

// fetchAll fetches what is missing of fw.bin. Only a minute of silence, a restart or NO CARRIER
// ends the data.
func (h *prudent) fetchAll() bool {
	if h.want == 0 {
		return true
	}
	if !h.does("AT+AFTPTYPE=0") || !h.does("AT+AFTPPASV=1") || !h.does(fmt.Sprintf("AT+AFTPREST=%d", len(h.file))) || !h.does(`AT+AFTPRETR="fw.bin"`) {
		return false
	}
	if answer, _ := h.say("AT+AFTPDATA", 15*time.Second); !strings.HasSuffix(answer, "CONNECT\r\n") {
		return false
	}
	end := regexp.MustCompile(`\r\nNO CARRIER\r\n|IIII\r\n`)
	for {
		before := len(h.got)
		text, ended := h.await(end, time.Minute)
		if ended || len(h.got) == before {
			h.file = append(h.file, end.ReplaceAllString(text, "")...)
			return len(h.file) >= h.want
		}
	}
}

// lives does its work and keeps GPRS up for a time.
func (h *prudent) lives(d time.Duration) {
	for deadline := time.Now().Add(d); time.Now().Before(deadline) && h.works(); {
		for time.Now().Before(deadline) {
			if answer, ok := h.say("AT+AIPA?", 5*time.Second); !ok || !strings.Contains(answer, "+AIPA: 1,") {
				break
			}
			time.Sleep(5 * time.Second)
		}
	}
}

// The prudent host at its works: to the login, to the end of the file, and for five minutes.
func logsIn(h *dte)      { (&prudent{dte: h}).works() }
func fetches(h *dte)     { (&prudent{dte: h, want: 20000}).works() }
func staysOnline(h *dte) { (&prudent{dte: h}).lives(5 * time.Minute) }

// patient is how often the careless hosts repeat a command that they do repeat.
const patient = 60

func init() {
	trials = append(trials,
		trial{"reset-mid-session", fetches, awaitsNoCarrier, "reset-mid-session.scn:5"},
		trial{"error-around-reset", logsIn, repeatsTheLogin, "error-around-reset.scn:5"},
		trial{"brown-out-at-activation", logsIn, awaitsForEver("AT+AIPA=1"), "brown-out-at-activation.scn:3"},
		trial{"boot-loop", staysOnline, repeatsTheLogin, "boot-loop.scn:6"},
		trial{"deaf-after-boot", logsIn, believesTheBanner, "deaf-after-boot.scn:5"},
		trial{"first-at-lost", logsIn, asksOnce, "first-at-lost.scn:5"},
		trial{"power-lost", fetches, awaitsNoCarrier, "power-lost.scn:6"},
		trial{"power-off-unanswered", switchesOff, awaitsTheEndOfPower, "power-off-unanswered.scn:3"},
		trial{"reset-without-effect", restarts, restartsBlindly, "reset-without-effect.scn:4"},
		trial{"dead-after-second-boot", staysOnline, givesUpOnSilence, "dead-after-second-boot.scn:8"},
		trial{"clock-lost", staysOnline, setsTheClockOnce, "clock-lost.scn:5"},
		trial{"dirty-start", fetches, wantsAFreshModule, "dirty-start.scn:8"},
		trial{"asleep-after-idle", asksNowAndThen, asksOnceAfterAPause, "asleep-after-idle.scn:4"},
	)
	trials = append(trials,
		trial{"sim-busy", logsIn, needsReadyAtOnce, "sim-busy.scn:5"},
		trial{"pin-query-fails-at-first", logsIn, givesPINUnlessReady, "pin-query-fails-at-first.scn:5"},
		trial{"sim-wants-pin", logsIn, anyStateIsReady, "sim-wants-pin.scn:4"},
		trial{"pin-refused", logsIn, repeatsThePIN, "pin-refused.scn:5"},
		trial{"sim-blocked", logsIn, givesPINUnlessReady, "sim-blocked.scn:5"},
		trial{"no-sim", logsIn, triesForEver, "no-sim.scn:6"},
		trial{"sim-removed", staysOnline, triesForEver, "sim-removed.scn:5"},
	)
	trials = append(trials,
		trial{"no-signal-yet", logsIn, takes99ForStrong, "no-signal-yet.scn:5"},
		trial{"no-service", logsIn, awaitsHome, "no-service.scn:6"},
		trial{"bit-error-rate-unknown", logsIn, wantsABitErrorRate, "bit-error-rate-unknown.scn:5"},
		trial{"registration-flaps", staysOnline, awaitsHome, "registration-flaps.scn:9"},
		trial{"registration-lost", staysOnline, repeatsTheLogin, "registration-lost.scn:6"},
		trial{"attach-lost", staysOnline, repeatsTheLogin, "attach-lost.scn:6"},
		trial{"not-attached", logsIn, registeredIsEnough, "not-attached.scn:6"},
		trial{"operator-scan-slow", scans, tenSecondsForAll, "operator-scan-slow.scn:3"},
		trial{"operator-scan-hangs", scans, awaitsForEver("AT+COPS=?"), "operator-scan-hangs.scn:4"},
		trial{"call-inside-reply", logsIn, firstLineIsTheAnswer, "call-inside-reply.scn:5"},
		trial{"sms-says-ok", logsIn, anyOKIsMine, "sms-says-ok.scn:5"},
		trial{"call-suspends-data", fetches, silenceIsTheEnd, "call-suspends-data.scn:4"},
		trial{"zombie-context", logsIn, believesTheCounter, "zombie-context.scn:4"},
		trial{"address-zero", logsIn, anyAddressWillDo, "address-zero.scn:4"},
		trial{"cell-change-stalls", fetches, silenceIsTheEnd, "cell-change-stalls.scn:4"},
	)
}

// switchesOff closes the port after AT+SFUN=OFF without an answer.
func switchesOff(h *dte) {
	h.send("AT+SFUN=OFF\r")
	time.Sleep(3 * time.Second)
	h.host().Close()
	synctest.Wait()
}

// restarts waits for the banner of the restart that it wants.
func restarts(h *dte) {
	for range 5 {
		h.send("AT+SFUN=RST\r")
		if _, ok := h.await(regexp.MustCompile(`Ready\r\n`), 30*time.Second); ok {
			logsIn(h)
			return
		}
	}
}

// scans lists the operators first, for two minutes at most; an AT ends the list.
func scans(h *dte) {
	h.askFor("AT+COPS=?", 2*time.Minute)
	h.send("AT\r")
	logsIn(h)
}

// asksNowAndThen uses the module once a minute.
func asksNowAndThen(h *dte) {
	p := &prudent{dte: h}
	for range 3 {
		p.wake()
		time.Sleep(time.Minute)
	}
}

// awaitsNoCarrier has the bug that only NO CARRIER ends a download.
func awaitsNoCarrier(h *dte) {
	if h.connect() {
		h.fetch("fw.bin", 0)
	}
}

// repeatsTheLogin has the bug of going back to the login alone when GPRS is gone.
func repeatsTheLogin(h *dte) {
	h.ok("AT+AIPA=1")
	for range patient {
		h.until(`AT+AFTPO="203.0.113.1",21,"u","p"`, 3)
		time.Sleep(time.Second)
	}
}

// awaitsForEver has the bug of reading without a limit.
func awaitsForEver(command string) func(*dte) {
	return func(h *dte) { h.askFor(command, 6*time.Minute) }
}

// believesTheBanner has the bug that Ready counts as an answer.
func believesTheBanner(h *dte) {
	h.await(regexp.MustCompile(`Ready\r\n`), time.Minute)
	h.ok("AT+AIPA=1")
}

// asksOnce has the bug that one AT without an answer is the end.
func asksOnce(h *dte) {
	if h.ok("AT") {
		logsIn(h)
	}
}

// awaitsTheEndOfPower has the bug of waiting for the OK of AT+SFUN=OFF.
func awaitsTheEndOfPower(h *dte) { h.until("AT+SFUN=OFF", 5) }

// restartsBlindly has the bug that a restart is done when it was asked for.
func restartsBlindly(h *dte) {
	h.send("AT+SFUN=RST\r")
	time.Sleep(20 * time.Second)
	logsIn(h)
}

// givesUpOnSilence has the bug that five commands without an answer are the end.
func givesUpOnSilence(h *dte) {
	for h.until("AT", 5) {
		h.ok("AT+AIPA=1")
		time.Sleep(time.Second)
	}
}

// setsTheClockOnce has the bug that the clock is set when the program starts, and then never again.
func setsTheClockOnce(h *dte) {
	h.ok(`AT+CCLK="26/01/02,10:00:00"`)
	for range patient {
		h.ask("AT+CCLK?")
		time.Sleep(5 * time.Second)
	}
}

// wantsAFreshModule has the bug of expecting the factory's echo and results.
func wantsAFreshModule(h *dte) {
	if h.until("AT", 10) {
		fetches(h)
	}
}

// asksOnceAfterAPause has the bug that a command without an answer is the end.
func asksOnceAfterAPause(h *dte) {
	for h.ok("AT") {
		time.Sleep(time.Minute)
	}
}

// needsReadyAtOnce has the bug that an error of +CPIN? is no SIM.
func needsReadyAtOnce(h *dte) {
	if h.ok("AT+CPIN?") {
		logsIn(h)
	}
}

// givesPINUnlessReady has the bug that whatever is not READY wants the PIN.
func givesPINUnlessReady(h *dte) {
	if answer, _ := h.ask("AT+CPIN?"); !strings.Contains(answer, "READY") {
		h.ok(`AT+CPIN="1234"`)
	}
}

// anyStateIsReady has the bug that +CPIN? answered OK is a SIM that is ready.
func anyStateIsReady(h *dte) {
	if h.ok("AT+CPIN?") {
		h.until("AT+AIPA=1", patient)
	}
}

// repeatsThePIN has the bug of trying the same PIN again.
func repeatsThePIN(h *dte) { h.until(`AT+CPIN="1234"`, 3) }

// triesForEver has the bug of activating again and again without a look at the SIM.
func triesForEver(h *dte) {
	h.ask("AT+CPIN?")
	for range 6 {
		h.connect()
	}
}

// takes99ForStrong has the bug of comparing the signal with a limit alone.
func takes99ForStrong(h *dte) {
	var rssi int
	for rssi < 10 {
		answer, _ := h.ask("AT+CSQ")
		fmt.Sscanf(answer[strings.Index(answer, "+CSQ:"):], "+CSQ: %d", &rssi)
	}
	h.until("AT+AIPA=1", patient)
}

// awaitsHome has the bug of waiting without an end for +CREG: 1, and of no other registration.
func awaitsHome(h *dte) {
	for range 20 * patient {
		if answer, _ := h.ask("AT+CREG?"); strings.Contains(answer, ",1\r") {
			h.ok("AT+AIPA=1")
		}
		time.Sleep(time.Second)
	}
}

// wantsABitErrorRate has the bug that a bit error rate of 99 means no signal.
func wantsABitErrorRate(h *dte) {
	for range patient {
		if answer, _ := h.ask("AT+CSQ"); !strings.Contains(answer, ",99\r") {
			logsIn(h)
			return
		}
		time.Sleep(time.Second)
	}
}

// registeredIsEnough has the bug that +CREG: 1 must make GPRS work at the first try.
func registeredIsEnough(h *dte) {
	if answer, _ := h.ask("AT+CREG?"); strings.Contains(answer, ",1\r") {
		h.ok("AT+AIPA=1")
	}
}

// tenSecondsForAll has the bug of one short limit for every command.
func tenSecondsForAll(h *dte) {
	h.ask("AT+COPS=?")
	h.connect()
}

// firstLineIsTheAnswer has the bug of reading one line behind the echo.
func firstLineIsTheAnswer(h *dte) {
	h.send("AT+AIPA=1\r")
	line, _ := h.await(regexp.MustCompile(`\r\n[^\r]+\r\n`), 10*time.Second)
	if strings.Contains(line, "+AIPA: 1,") {
		logsIn(h)
	}
}

// anyOKIsMine has the bug that a line OK ends the answer, whatever it belongs to.
func anyOKIsMine(h *dte) { h.connect() }

// silenceIsTheEnd has the bug that two seconds without data are the end of the file.
func silenceIsTheEnd(h *dte) {
	if !h.connect() || !h.ok("AT+AFTPPASV=1") || !h.ok(`AT+AFTPRETR="fw.bin"`) {
		return
	}
	h.send("AT+AFTPDATA\r")
	for before := -1; before < len(h.got); {
		before = len(h.got)
		h.await(regexp.MustCompile(`\r\nNO CARRIER\r\n`), 2*time.Second)
	}
	h.send("+++")
	h.ok("AT")
}

// believesTheCounter has the bug that a context that counts is one that works.
func believesTheCounter(h *dte) {
	for range 6 {
		if answer, _ := h.ask("AT+AIPA?"); !strings.Contains(answer, "+AIPA: 1,") {
			h.ok("AT+AIPA=1")
		}
		if _, ok := h.askFor(`AT+AFTPO="203.0.113.1",21,"u","p"`, 2*time.Minute); !ok {
			return
		}
	}
}

// anyAddressWillDo has the bug of not looking at the address.
func anyAddressWillDo(h *dte) { h.connect() }
