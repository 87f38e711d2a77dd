package sim_test

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Trials of what goes wrong with short messages.
func init() {
	trials = append(trials,
		trial{"sim-memory-full", readsAndDeletes, readsAlone, "sim-memory-full.scn:7"},
		trial{"cms-error", givesPINThenSends, knowsNoCMSError, "cms-error.scn:6"},
		trial{"message-lost", sendsUntilReported, sendsHello, "message-lost.scn:5"},
		trial{"message-twice", answersOnce, answersAll, "message-twice.scn:6"},
		trial{"report-missing", connectsBehindReport, sendsForEver, "report-missing.scn:4"},
		trial{"prompt-late", sendsHello, textAfterASecond, "prompt-late.scn:4"},
		trial{"prompt-missing", sendsHello, sendsWithoutESC, "prompt-missing.scn:4"},
		trial{"message-refused", sendsHello, sendsOnce, "message-refused.scn:6"},
		trial{"message-unreadable", readsAnnounced, readsOnce, "message-unreadable.scn:6"},
		trial{"writing-refused", writesOrSends, writesBlindly, "writing-refused.scn:5"},
		trial{"message-between-answers", logsInBetweenMessages, anyOKBetweenMessages, "message-between-answers.scn:5"},
	)
}

// What hosts of messages wait for.
var (
	messageResult = regexp.MustCompile(`(?:^|\r\n)(OK|ERROR|\+CM[ES] ERROR: [^\r]*)\r\n`)
	promptOrFinal = regexp.MustCompile(`\r\n> |` + messageResult.String())
	announced     = regexp.MustCompile(`\r\n\+CMTI: "SM",(\d+)\r\n`)
	reported      = regexp.MustCompile(`\r\n\+CDS: \d+,(\d+),[^\r]*,0\r\n`)
	referenceOf   = regexp.MustCompile(`\r\n\+CMGS: (\d+)\r\n`)
	listed        = regexp.MustCompile(`(?s)\+CMGL: (\d+),"REC [A-Z]+",("[^"]*",,"[^"]*"\r\n[^\r]*)\r\n`)
)

// says reports whether a command for messages is answered OK, and the answer.
func (h *dte) says(command string) (string, bool) {
	h.calm(100 * time.Millisecond)
	h.send(command + "\r")
	answer, _ := h.await(messageResult, 30*time.Second)
	return answer, strings.HasSuffix(answer, "\r\nOK\r\n")
}

// surely repeats a command for messages until it is answered OK.
func (h *dte) surely(command string) (answer string) {
	for range 10 {
		var ok bool
		if answer, ok = h.says(command); ok {
			return answer
		}
		time.Sleep(2 * time.Second)
	}
	return answer
}

// textMode prepares for messages in text mode that are announced, with reports.
func (h *dte) textMode() {
	for _, command := range []string{"ATE0", "AT+CMGF=1", "AT+CNMI=2,1,0,1", "AT+CSMP=49"} {
		h.surely(command)
	}
}

// sendMessage sends a message once, and gives up with ESC when no prompt comes.
func (h *dte) sendMessage(number, text string) (answer string, ok bool) {
	h.calm(100 * time.Millisecond)
	h.send(fmt.Sprintf("AT+CMGS=%q\r", number))
	answer, came := h.await(promptOrFinal, 30*time.Second)
	if came && !strings.HasSuffix(answer, "> ") {
		return answer, false
	}
	if !came {
		h.send("\x1b")
		h.await(messageResult, 5*time.Second)
		return "", false
	}
	h.send(text + "\x1a")
	answer, _ = h.await(messageResult, 60*time.Second)
	return answer, strings.HasSuffix(answer, "\r\nOK\r\n")
}

// sendSurely sends a message until it is taken.
func (h *dte) sendSurely(number, text string) (answer string, ok bool) {
	for range 5 {
		if answer, ok = h.sendMessage(number, text); ok {
			return answer, true
		}
		time.Sleep(5 * time.Second)
	}
	return "", false
}

// sendsHello sends a message until it is taken.
func sendsHello(h *dte) {
	h.textMode()
	h.sendSurely("+15550100", "hello")
}

// sendsUntilReported sends a message up to three times, until the report says that
// it was delivered.
func sendsUntilReported(h *dte) {
	h.textMode()
	for range 3 {
		answer, _ := h.sendSurely("+15550100", "hello")
		reference := referenceOf.FindStringSubmatch(answer)
		report, _ := h.await(reported, time.Minute)
		of := reported.FindStringSubmatch(report)
		if reference != nil && of != nil && of[1] == reference[1] {
			return
		}
	}
}

// connectsBehindReport goes on with its work whatever becomes of the message.
func connectsBehindReport(h *dte) {
	sendsUntilReported(h)
	h.connect()
}

// sendsForEver has the bug of sending a message until a report comes.
func sendsForEver(h *dte) {
	h.textMode()
	for range 10 {
		h.sendSurely("+15550100", "hello")
		if _, ok := h.await(reported, time.Minute); ok {
			break
		}
	}
	h.connect()
}

// sendsOnce has the bug of trying once.
func sendsOnce(h *dte) {
	h.textMode()
	h.sendMessage("+15550100", "hello")
}

// textAfterASecond has the bug of sending the text without having seen the prompt.
func textAfterASecond(h *dte) {
	h.textMode()
	h.send("AT+CMGS=\"+15550100\"\r")
	time.Sleep(time.Second)
	h.send("hello\x1a")
	h.await(messageResult, time.Minute)
}

// sendsWithoutESC has the bug of sending the command again when no prompt comes.
func sendsWithoutESC(h *dte) {
	h.textMode()
	for range 3 {
		h.send("AT+CMGS=\"+15550100\"\r")
		if answer, _ := h.await(promptOrFinal, 10*time.Second); strings.HasSuffix(answer, "> ") {
			h.send("hello\x1a")
			h.await(messageResult, time.Minute)
			return
		}
	}
}

// givesPINThenSends sends a message, and gives the SIM its PIN when an error of
// either kind says that it wants one.
func givesPINThenSends(h *dte) {
	h.surely("ATE0")
	for range 10 {
		answer, ok := h.says("AT+CMGF=1;+CPMS?")
		if ok {
			break
		}
		if strings.Contains(answer, "+CMS ERROR: 311") || strings.Contains(answer, "+CME ERROR: 11") {
			h.says(`AT+CPIN="1234"`)
		}
		time.Sleep(5 * time.Second)
	}
	h.sendSurely("+15550100", "hello")
}

// knowsNoCMSError has the bug of waiting for a final result that is none of
// messages.
func knowsNoCMSError(h *dte) {
	h.ok("ATE0")
	if _, ended := h.askFor("AT+CMGF=1;+CPMS?", 10*time.Minute); !ended {
		return
	}
	if answer, _ := h.ask("AT+CPIN?"); !strings.Contains(answer, "READY") {
		h.ok(`AT+CPIN="1234"`)
	}
	h.sendSurely("+15550100", "hello")
}

// list returns the messages of the memory, and their places.
func (h *dte) list(state string) (messages, places []string) {
	for _, m := range listed.FindAllStringSubmatch(h.surely(fmt.Sprintf("AT+CMGL=%q", state)), -1) {
		places, messages = append(places, m[1]), append(messages, m[2])
	}
	return messages, places
}

// readsAndDeletes reads the messages that come, and deletes each.
func readsAndDeletes(h *dte) {
	h.textMode()
	for range 20 {
		_, places := h.list("ALL")
		for _, place := range places {
			h.surely("AT+CMGD=" + place)
		}
		time.Sleep(10 * time.Second)
	}
}

// readsAlone has the bug of leaving what it has read in the memory.
func readsAlone(h *dte) {
	h.textMode()
	for range 20 {
		h.list("REC UNREAD")
		time.Sleep(10 * time.Second)
	}
}

// answers answers the messages that come; the same one once, if it is to.
func (h *dte) answers(once bool) {
	h.textMode()
	done := map[string]bool{}
	for range 10 {
		messages, places := h.list("ALL")
		for i, m := range messages {
			if _, amount, asked := strings.Cut(m, "\r\nSEND "); asked && !(once && done[m]) {
				h.sendSurely("+15550100", "OK "+amount)
			}
			done[m] = true
			h.surely("AT+CMGD=" + places[i])
		}
		time.Sleep(5 * time.Second)
	}
}

// answersOnce knows a message again by its number, its time and its text.
func answersOnce(h *dte) { h.answers(true) }

// answersAll has the bug of doing what each message asks for, whether it has done
// that or not.
func answersAll(h *dte) { h.answers(false) }

// readsAnnounced reads the message that is announced, or finds it in the memory,
// and deletes it.
func readsAnnounced(h *dte) {
	h.textMode()
	place := "1"
	if notice, ok := h.await(announced, 10*time.Second); ok {
		place = announced.FindStringSubmatch(notice)[1]
	}
	h.surely("AT+CMGR=" + place)
	h.surely("AT+CMGD=" + place)
}

// readsOnce has the bug of leaving a message alone that it could not read.
func readsOnce(h *dte) {
	h.textMode()
	if _, ok := h.says("AT+CMGR=1"); ok {
		h.surely("AT+CMGD=1")
	}
}

// write writes a message into the memory.
func (h *dte) write(number, text string) bool {
	h.calm(100 * time.Millisecond)
	h.send(fmt.Sprintf("AT+CMGW=%q\r", number))
	h.await(promptOrFinal, 10*time.Second)
	h.send(text + "\x1a")
	answer, _ := h.await(messageResult, 10*time.Second)
	return strings.HasSuffix(answer, "\r\nOK\r\n")
}

// writesOrSends writes a message and sends it from the memory, or at once when that
// has no room.
func writesOrSends(h *dte) {
	h.textMode()
	if h.write("+15550101", "hello") {
		h.surely("AT+CMSS=1")
		return
	}
	h.sendSurely("+15550101", "hello")
}

// writesBlindly has the bug of sending from the memory what is not there.
func writesBlindly(h *dte) {
	h.textMode()
	h.write("+15550101", "hello")
	h.says("AT+CMSS=1")
}

// announceWhole lets messages come as +CMT.
func (h *dte) announceWhole() {
	h.surely("ATE0")
	h.surely("AT+CMGF=1")
	h.surely("AT+CNMI=2,2")
}

// logsInBetweenMessages drops what comes before a command.
func logsInBetweenMessages(h *dte) {
	h.announceWhole()
	h.logInPatiently()
}

// anyOKBetweenMessages has the bug of taking each line that says OK for the answer
// to the last command.
func anyOKBetweenMessages(h *dte) {
	h.announceWhole()
	h.ask("AT+CSQ")
	if h.ok("AT+AIPA=1") {
		h.ok(`AT+AFTPO="203.0.113.1",21,"u","p"`)
	}
}
