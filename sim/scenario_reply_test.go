package sim_test

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing/synctest"
	"time"
)

// Trials of what goes wrong with answers and echoes.
func init() {
	trials = append(trials,
		trial{"urc-inside-reply", fetchPatiently, okInSecondLine, "urc-inside-reply.scn:4"},
		trial{"urc-like-the-answer", fetchPatiently, firstCREGCounts, "urc-like-the-answer.scn:4"},
		trial{"final-result-missing", fetchPatiently, waitForEver, "final-result-missing.scn:4"},
		trial{"final-result-late", fetchPatiently, nextAfterTimeout, "final-result-late.scn:5"},
		trial{"final-result-twice", fetchPatiently, nothingDropped, "final-result-twice.scn:6"},
		trial{"answer-after-ok", fetchPatiently, noSizeNoFile, "answer-after-ok.scn:5"},
		trial{"odd-line-ends", fetchPatiently, crlfAlone, "odd-line-ends.scn:6"},
		trial{"other-firmware", fetchPatiently, fixedOffsets, "other-firmware.scn:5"},
		trial{"debug-line", fetchPatiently, firstLineCounts, "debug-line.scn:5"},
		trial{"answer-truncated", fetchPatiently, anyNumberIsTheSize, "answer-truncated.scn:5"},
		trial{"no-answer", fetchPatiently, askedOnce, "no-answer.scn:4"},
		trial{"answers-together", fetchPatiently, firstAnswerCounts, "answers-together.scn:4"},
		trial{"command-swallowed", fetchPatiently, fixedPause, "command-swallowed.scn:5"},
		trial{"text-instead-of-result", fetchPatiently, waitForEver, "text-instead-of-result.scn:5"},
		trial{"answer-in-two-bursts", storePatiently, storeAtReady, "answer-in-two-bursts.scn:4"},
		trial{"frame-split", fetchPatiently, oneReadOneAnswer, "frame-split.scn:5"},
		trial{"answer-lost", fetchPatiently, sameAgain, "answer-lost.scn:5"},
		trial{"echo-on-after-reset", fetchPatiently, firstLineCounts, "echo-on-after-reset.scn:5"},
		trial{"echo-like-the-answer", fetchPatiently, substringOfEcho, "echo-like-the-answer.scn:5"},
		trial{"echo-late", fetchPatiently, echoWithinASecond, "echo-late.scn:4"},
		trial{"echo-garbled", fetchPatiently, echoToTheLetter, "echo-garbled.scn:5"},
		trial{"tty-echoes-back", fetchPatiently, ttyEchoes, "tty-echoes-back.scn:4"},
	)
}

// anyFinal ends an answer whatever ends its lines.
var anyFinal = regexp.MustCompile(`(?:^|[\r\n])(OK|ERROR(?:: ?\d+)?|NO CARRIER|CONNECT|\+CME ERROR: [^\r\n]*)\r*\n`)

// What a patient host looks for, anywhere in an answer, but at the start of a
// line and up to its end.
var (
	noText     = regexp.MustCompile(``)
	signal     = regexp.MustCompile(`(?m)^\+CSQ: ?(\d+),\d+\r*$`)
	registered = regexp.MustCompile(`(?m)^\+CREG: ?\d,(\d)\b.*$`)
	active     = regexp.MustCompile(`(?m)^\+AIPA: ?1,([\d.]+),`)
	loggedIn   = regexp.MustCompile(`(?m)^\+AFTP[OS]: ?(Login On)\r*$`)
	ftpOpen    = regexp.MustCompile(`(?m)^\+AFTPC: ?(1)\r*$`)
	size       = regexp.MustCompile(`(?m)^\+AFTPSIZE: ?(\d+)\r*$`)
)

// calm lets a tenth of a second pass, as V.250 5.6 wants it between a result and
// the next command, and drops what came.
func (h *dte) calm(d time.Duration) {
	for quiet := false; !quiet; {
		time.Sleep(d)
		synctest.Wait()
		h.got = append(h.got, h.d.host.take()...)
		quiet = len(h.got) == 0
		h.got = nil
	}
}

// resync sends AT until an OK comes, and lets all answers run out.
func (h *dte) resync() {
	for range 5 {
		h.send("AT\r")
		_, ok := h.await(anyFinal, 5*time.Second)
		h.calm(time.Second)
		if ok {
			return
		}
	}
}

// value asks for what it wants up to n times, and returns it with OK behind it.
func (h *dte) value(command string, want *regexp.Regexp, n int) (string, bool) {
	for range n {
		h.calm(100 * time.Millisecond)
		h.send(command + "\r")
		answer, ended := h.await(anyFinal, 15*time.Second)
		if !ended {
			h.resync()
			continue
		}
		if all := want.FindAllStringSubmatch(answer, -1); all != nil && strings.HasSuffix(strings.TrimSpace(answer), "OK") {
			return all[len(all)-1][len(all[0])-1], true
		}
		time.Sleep(time.Second)
	}
	return "", false
}

// logInPatiently activates GPRS and opens the FTP session, as a host does that trusts
// nothing that it has not seen.
func (h *dte) logInPatiently() bool {
	h.resync()
	h.value("ATE0", noText, 2)
	if _, ok := h.value("AT+CSQ", signal, 3); !ok {
		return false
	}
	for {
		stat, ok := h.value("AT+CREG?", registered, 10)
		if !ok {
			return false
		}
		if stat == "1" || stat == "5" {
			break
		}
		time.Sleep(time.Second)
	}
	if _, ok := h.value("AT+AIPA=1", active, 5); !ok {
		return false
	}
	for range 5 {
		if _, ok := h.value(`AT+AFTPO="203.0.113.1",21,"u","p"`, loggedIn, 1); ok {
			break
		}
		if _, open := h.value("AT+AFTPO?", ftpOpen, 1); open {
			break
		}
	}
	_, ok := h.value("AT+AFTPTYPE=0", noText, 3)
	return ok
}

// fetchPatiently fetches fw.bin as a host does that trusts nothing that it has
// not seen.
func fetchPatiently(h *dte) {
	if h.logInPatiently() {
		h.fetchWhole("fw.bin")
	}
}

// fetchWhole fetches a file again until it is as long as the server says.
func (h *dte) fetchWhole(name string) {
	text, ok := h.value(`AT+AFTPSIZE="`+name+`"`, size, 3)
	want, _ := strconv.Atoi(text)
	for tries := 3; ok && tries > 0; tries-- {
		if file := h.download(name, want); len(file) == want {
			break
		}
	}
	h.value("AT+AFTPC", noText, 1)
}

// download gets a file that is size bytes long: what comes until NO CARRIER
// stands behind so many bytes, or until nothing comes any more.
func (h *dte) download(name string, size int) []byte {
	const end = "\r\nNO CARRIER\r\n"
	if _, ok := h.value("AT+AFTPPASV=1", noText, 3); !ok {
		return nil
	}
	if _, ok := h.value(`AT+AFTPRETR="`+name+`"`, noText, 1); !ok {
		return nil
	}
	if answer, _ := h.ask("AT+AFTPDATA"); !strings.HasSuffix(answer, "CONNECT\r\n") {
		return nil
	}
	file := h.bytes(size+len(end), 20*time.Second)
	return bytes.TrimSuffix(file, []byte(end))
}

// bytes takes n bytes, or what has come after so much silence.
func (h *dte) bytes(n int, silence time.Duration) []byte {
	for last := time.Now(); len(h.got) < n && time.Since(last) < silence; time.Sleep(10 * time.Millisecond) {
		synctest.Wait()
		if p := h.d.host.take(); len(p) > 0 {
			h.got, last = append(h.got, p...), time.Now()
		}
	}
	taken := h.got[:min(n, len(h.got))]
	h.got = h.got[len(taken):]
	return taken
}

// storePatiently uploads log.bin and waits for each OK.
func storePatiently(h *dte) {
	if h.logInPatiently() && h.ok("AT+AFTPPASV=1") && h.ok(`AT+AFTPSTOR="log.bin"`) {
		h.ask("AT+AFTPDATA")
		h.send("0123456789")
		time.Sleep(time.Second)
		h.send("+++")
		h.await(anyFinal, 10*time.Second)
	}
}

// endOfLine ends a line for hosts that know of one kind.
var endOfLine = regexp.MustCompile(`[^\r\n]+\r\n`)

// line is the next line that holds something.
func (h *dte) line() string {
	text, _ := h.await(endOfLine, 5*time.Second)
	return strings.Trim(text, "\r\n")
}

// okInSecondLine has the bug of taking the line behind the information text
// for the final result.
func okInSecondLine(h *dte) {
	h.ok("ATE0")
	h.send("AT+CSQ\r")
	h.line()
	if h.line() == "OK" {
		h.connect()
	}
}

// firstCREGCounts has the bug of taking the first line that begins with +CREG
// for the answer.
func firstCREGCounts(h *dte) {
	h.ok("ATE0")
	for range 5 {
		answer, _ := h.ask("AT+CREG?")
		_, fields, _ := strings.Cut(answer, "+CREG: ")
		fields, _, _ = strings.Cut(fields, "\r")
		if n := strings.Split(fields, ","); len(n) > 1 && n[1] == "1" {
			h.connect()
			return
		}
		time.Sleep(time.Second)
	}
}

// waitForEver has the bug of waiting for a final result without a time limit.
func waitForEver(h *dte) {
	for _, command := range []string{"ATE0", "AT+CSQ", "AT+AIPA=1"} {
		if _, ok := h.askFor(command, 2*time.Minute); !ok {
			return
		}
	}
}

// nextAfterTimeout has the bug of sending the next command after a timeout, and
// of taking the first OK that comes then for its answer.
func nextAfterTimeout(h *dte) {
	h.ok("ATE0")
	h.ask("AT+CSQ")
	if h.ok("AT+AIPA=1") {
		h.ok(`AT+AFTPO="203.0.113.1",21,"u","p"`)
	}
}

// firstAnswerCounts has the same bug, and looks into the answer.
func firstAnswerCounts(h *dte) {
	h.ok("ATE0")
	h.ask("AT+CSQ")
	if answer, _ := h.ask("AT+CREG?"); strings.Contains(answer, "+CREG: ") {
		h.connect()
	}
}

// nothingDropped has the bug of reading on where the last answer ended.
func nothingDropped(h *dte) {
	for _, command := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="203.0.113.1",21,"u","p"`, "AT+AFTPTYPE=0", "AT+AFTPPASV=1", `AT+AFTPRETR="fw.bin"`} {
		if !h.ok(command) {
			return
		}
	}
}

// noSizeNoFile has the bug of taking a size that has not come yet for 0.
func noSizeNoFile(h *dte) {
	h.connect()
	answer, _ := h.ask(`AT+AFTPSIZE="fw.bin"`)
	if size.MatchString(answer) {
		h.fetch("fw.bin", 0)
	}
}

// crlfAlone has the bug of knowing lines that end with CR LF alone.
func crlfAlone(h *dte) {
	h.ok("ATE0")
	for _, command := range []string{"AT+CSQ", "AT+CREG?"} {
		if !h.ok(command) {
			return
		}
	}
	h.connect()
}

// fixedOffsets has the bug of reading values at fixed places.
func fixedOffsets(h *dte) {
	h.ok("ATE0")
	for range 5 {
		answer, _ := h.ask("AT+CSQ")
		if rssi, err := strconv.Atoi(answer[len("\r\n+CSQ: "):][:2]); err == nil && rssi > 5 {
			h.connect()
			return
		}
		time.Sleep(time.Second)
	}
}

// firstLineCounts has the bug of taking the first line for the answer, echo or
// not.
func firstLineCounts(h *dte) {
	h.ok("ATE0")
	h.ask("AT+CREG?")
	for range 5 {
		h.send("AT+AIPA=1\r")
		if strings.HasPrefix(h.line(), "+AIPA: 1") {
			h.line()
			break
		}
		h.calm(time.Second)
	}
	h.send(`AT+AFTPO="203.0.113.1",21,"u","p"` + "\r")
	if h.line() == "+AFTPO: Login On" {
		h.fetch("fw.bin", 0)
	}
}

// anyNumberIsTheSize has the bug of reading the last number that is there.
func anyNumberIsTheSize(h *dte) {
	h.connect()
	answer, _ := h.ask(`AT+AFTPSIZE="fw.bin"`)
	all := regexp.MustCompile(`\d+`).FindAllString(answer, -1)
	h.ok("AT+AFTPPASV=1")
	h.ok(`AT+AFTPRETR="fw.bin"`)
	h.ask("AT+AFTPDATA")
	n, _ := strconv.Atoi(all[len(all)-1])
	h.bytes(n, 10*time.Second)
	h.send("+++")
}

// askedOnce has the bug of giving up at the first silence.
func askedOnce(h *dte) {
	if h.ok("AT+AIPA=1") && h.ok(`AT+AFTPO="203.0.113.1",21,"u","p"`) {
		h.fetch("fw.bin", 0)
	}
}

// fixedPause has the bug of sending the next command after a fixed time.
func fixedPause(h *dte) {
	for _, command := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="203.0.113.1",21,"u","p"`, "AT+AFTPTYPE=0"} {
		h.send(command + "\r")
		time.Sleep(3 * time.Second)
	}
}

// storeAtReady has the bug of taking "File Data Ready" for the end of the
// answer.
func storeAtReady(h *dte) {
	h.connect()
	h.ok("AT+AFTPPASV=1")
	h.send(`AT+AFTPSTOR="log.bin"` + "\r")
	h.await(regexp.MustCompile(`File Data Ready`), 10*time.Second)
	h.send("AT+AFTPDATA\r")
	if _, ok := h.await(regexp.MustCompile(`CONNECT`), 10*time.Second); ok {
		h.send("0123456789+++")
	}
}

// oneReadOneAnswer has the bug of taking what comes within a second for the
// answer.
func oneReadOneAnswer(h *dte) {
	h.ok("AT+AIPA=1")
	h.send(`AT+AFTPO="203.0.113.1",21,"u","p"` + "\r")
	time.Sleep(time.Second)
	if block := string(h.d.host.take()); strings.Contains(block, "Login On") {
		h.fetch("fw.bin", 0)
	}
}

// sameAgain has the bug of repeating a command until it says OK.
func sameAgain(h *dte) {
	if h.connect() {
		h.fetch("fw.bin", 0)
	}
}

// substringOfEcho has the bug of looking for +AIPA anywhere in what comes.
func substringOfEcho(h *dte) {
	h.ok("ATE0")
	if answer, _ := h.ask("AT+AIPA=1"); strings.Contains(answer, "+AIPA") {
		h.ok(`AT+AFTPO="203.0.113.1",21,"u","p"`)
	}
}

// echoWithinASecond has the bug of giving up when the echo does not come.
func echoWithinASecond(h *dte) {
	for _, command := range []string{"AT", "ATE0"} {
		h.send(command + "\r")
		if _, ok := h.await(regexp.MustCompile(regexp.QuoteMeta(command)), time.Second); !ok {
			return
		}
		h.await(anyFinal, 10*time.Second)
	}
	h.connect()
}

// echoToTheLetter has the bug of giving up when the echo is another.
func echoToTheLetter(h *dte) {
	for _, command := range []string{"AT", "ATE0"} {
		if answer, _ := h.ask(command); !strings.HasPrefix(answer, command+"\r") {
			return
		}
	}
	h.connect()
}

// ttyEchoes has the bug of a tty in cooked mode: what it reads goes back, here
// for twenty reads.
func ttyEchoes(h *dte) {
	h.send("AT\r")
	for range 20 {
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
		h.send(string(h.d.host.take()))
	}
}
