package sim_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing/synctest"
	"time"
)

func init() {
	for _, c := range []struct {
		name      string
		good, bad func(ftpHost)
		line      int // at which the bad one fails
	}{
		{"activation-refused", getsFile, givesUpGPRS, 6},
		{"activation-slow", getsFile, asksTwice, 6},
		{"activation-hangs", getsFile, waitsForGood, 5},
		{"context-lost-unnoticed", getsFile, logsInAlone, 5},
		{"download-end-missing", getsFile, waitsForNoCarrier, 5},
		{"download-cut", getsFile, believesNoCarrier, 5},
		{"data-after-no-carrier", getsFile, countsWhatComesLate, 8},
		{"data-after-escape", getsFile, believesLateNoCarrier, 7},
		{"connect-lost", storesFile, asksForLife, 4},
		{"escape-guard", storesFile, escapesAtOnce, 4},
		{"escape-guard", storesFile, escapesTwice, 6},
		{"port-closed-in-transfer", getsFile, reopens, 5},
		{"file-looks-like-results", getsFile, believesTheFile, 5},
		{"ftp-server-busy", getsFile, hammers, 5},
		{"ftp-server-busy", getsFile, givesUpServer, 6},
		{"control-connection-closed", getsFile, staysLoggedIn, 5},
		{"data-connection-refused", getsFile, repeatsRETR, 5},
		{"transfer-aborted", getsFile, waitsForNoCarrier, 7},
		{"login-refused", getsFile, hammers, 6},
		{"login-refused", getsFile, ignoresLogin, 7},
		{"file-missing", getsFile, asksForData, 3},
		{"upload-refused", storesFile, ignoresStored, 4},
		{"size-unsupported", getsFile, needsSize, 5},
		{"rest-unsupported", getsFile, needsREST, 6},
		{"passive-address-unroutable", getsFile, impatient, 5},
		{"connection-refused", getsFile, impatient, 6},
		{"upload-result-late", storesFile, storesAgain, 5},
		{"upload-result-lost", storesFile, storesAgain, 5},
		{"binary-type-refused", getsFile, ignoresType, 6},
		{"binary-type-refused", getsFile, getsASCII, 4},
		{"upload-cut", storesFile, sendsOn, 4},
		{"escape-in-upload", storesPluses, sendsPluses, 4},
		{"file-replaced", getsFile, resumesBlindly, 8},
		{"control-connection-hangs", getsFile, impatient, 5},
	} {
		trials = append(trials, trial{
			name:  c.name,
			good:  func(h *dte) { c.good(ftpHost{h}) },
			bad:   func(h *dte) { c.bad(ftpHost{h}) },
			fails: fmt.Sprintf("%s.scn:%d", c.name, c.line),
		})
	}
}

// An ftpHost is a host program that transfers files.
type ftpHost struct{ *dte }

const login = `AT+AFTPO="203.0.113.1",21,"u","p"`

var (
	commandResult = regexp.MustCompile(`\r\n(OK|ERROR(?:: ?\d+)?)\r\n`)
	dataEnd       = regexp.MustCompile(`\r\n(NO CARRIER|ERROR)\r\n`)
	escapeResult  = regexp.MustCompile(`\r\n(OK|ERROR|NO CARRIER)\r\n`)
	connected     = regexp.MustCompile(`\r\n(CONNECT|ERROR)\r\n`)
	sizeAnswer    = regexp.MustCompile(`\+AFTPSIZE: (\d+)`)
)

// collect takes what has come and what comes within d.
func (h ftpHost) collect(d time.Duration) []byte {
	time.Sleep(d)
	synctest.Wait()
	got := append(h.got, h.d.host.take()...)
	h.got = nil
	return got
}

// run sends a command, and waits for its result longer than the module waits
// for a server; what came before is dropped.
func (h ftpHost) run(command string) (string, bool) {
	h.collect(0)
	h.send(command + "\r")
	answer, ended := h.await(commandResult, 100*time.Second)
	return answer, ended && strings.HasSuffix(answer, "OK\r\n")
}

// every repeats a command until it is answered OK, n times, with a pause.
func (h ftpHost) every(command string, n int) bool {
	for range n {
		if _, ok := h.run(command); ok {
			return true
		}
		time.Sleep(6 * time.Second)
	}
	return false
}

// enter logs in afresh.
func (h ftpHost) enter() bool {
	h.run("AT+AFTPC")
	return h.every("AT+AIPA=1", 10) && h.every(login, 10) && h.every("AT+AFTPTYPE=0", 2)
}

// size is the size of a file on the server; -1: it does not say.
func (h ftpHost) size(name string) int {
	answer, _ := h.run(`AT+AFTPSIZE="` + name + `"`)
	if m := sizeAnswer.FindStringSubmatch(answer); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return -1
}

// connectData starts the transfer that is ready. Without CONNECT it leaves data
// mode, where the module may be all the same.
func (h ftpHost) connectData() bool {
	h.collect(0)
	h.send("AT+AFTPDATA\r")
	answer, ended := h.await(connected, 10*time.Second)
	if !ended {
		h.escape()
	}
	return strings.HasSuffix(answer, "CONNECT\r\n")
}

// escape leaves data mode and returns the result.
func (h ftpHost) escape() string {
	h.collect(1200 * time.Millisecond)
	h.send("+++")
	answer, _ := h.await(escapeResult, 90*time.Second)
	return answer
}

// read takes the data of a download, of size bytes (-1: unknown): up to the
// result that a silence follows, or when there is none for long, to +++.
func (h ftpHost) read(size int) []byte {
	var got []byte
	for silent := 0; silent < 300; silent++ {
		if p := h.collect(100 * time.Millisecond); len(p) > 0 {
			got, silent = append(got, p...), 0
		}
		ends := dataEnd.FindAllIndex(got, -1)
		if silent > 10 && len(ends) > 0 {
			got = got[:ends[len(ends)-1][0]]
			if size >= 0 {
				got = got[:min(len(got), size)]
			}
			return got
		}
	}
	h.escape()
	return got
}

// getsFile is the host that copes with all that downloads suffer.
func getsFile(h ftpHost) {
	var file []byte
	was := -1
	for range 6 {
		if !h.enter() {
			continue
		}
		size := h.size("fw.bin")
		if size != was {
			file, was = nil, size
		}
		if _, ok := h.run("AT+AFTPPASV=1"); !ok {
			continue
		}
		if _, ok := h.run(fmt.Sprintf("AT+AFTPREST=%d", len(file))); !ok {
			file = nil
		}
		if _, ok := h.run(`AT+AFTPRETR="fw.bin"`); !ok || !h.connectData() {
			continue
		}
		if file = append(file, h.read(size-len(file))...); size < 0 || len(file) == size {
			break
		}
	}
	h.run("AT+AFTPC")
	h.run("AT+AIPA=0")
}

// logLines is what the hosts upload.
var logLines = strings.Repeat("a line of a logger\r\n", 500)

// storesFile is the host that copes with all that uploads suffer.
func storesFile(h ftpHost) { h.store("log.txt", logLines) }

// storesPluses is the same with a file that holds +++.
func storesPluses(h ftpHost) { h.store("log.txt", strings.Replace(logLines, "logger", "+++", 20)) }

// store uploads a file until the server has all of it.
func (h ftpHost) store(name, content string) {
	for range 6 {
		if !h.enter() {
			continue
		}
		if !h.ready(name) || !h.connectData() || !h.sendAll(content) {
			continue
		}
		if result := h.escape(); !strings.Contains(result, "ERROR") && h.size(name) == len(content) {
			break
		}
	}
	h.run("AT+AFTPC")
	h.run("AT+AIPA=0")
}

// ready prepares an upload.
func (h ftpHost) ready(name string) bool {
	_, passive := h.run("AT+AFTPPASV=1")
	_, ready := h.run(`AT+AFTPSTOR="` + name + `"`)
	return passive && ready
}

// sendAll sends data at about 9600 baud until the module says NO CARRIER. It
// makes a pause within each +++ of the data.
func (h ftpHost) sendAll(content string) bool {
	for i := 0; i < len(content); {
		n := min(100, len(content)-i)
		if at := strings.Index(content[i:i+n], "++"); at >= 0 {
			n = at + 2
		} else if strings.HasSuffix(content[i:i+n], "+") && n > 1 {
			n--
		}
		h.send(content[i : i+n])
		if i += n; strings.HasSuffix(content[:i], "++") {
			time.Sleep(1100 * time.Millisecond)
		}
		if _, ended := h.await(dataEnd, 100*time.Millisecond); ended {
			return false
		}
	}
	return true
}

// The hosts from here on have one bug each.

// login is what a host does that knows no trouble. It returns whether all went
// well.
func (h ftpHost) login() bool {
	return h.ok("AT+AIPA=1") && h.ok(login) && h.ok("AT+AFTPTYPE=0")
}

// download starts a download as far as CONNECT.
func (h ftpHost) download() bool {
	return h.ok("AT+AFTPPASV=1") && h.ok(`AT+AFTPRETR="fw.bin"`) && h.connectData()
}

// upload starts an upload as far as CONNECT.
func (h ftpHost) upload() bool {
	return h.ok("AT+AFTPPASV=1") && h.ok(`AT+AFTPSTOR="log.txt"`) && h.connectData()
}

// givesUpGPRS takes the first ERROR for the last word.
func givesUpGPRS(h ftpHost) { h.login() }

// asksTwice repeats a command that is not answered within 10 s.
func asksTwice(h ftpHost) {
	for range 6 {
		if h.ok("AT+AIPA=1") {
			break
		}
	}
	h.ok(login)
}

// waitsForGood has no time-out.
func waitsForGood(h ftpHost) { h.askFor("AT+AIPA=1", time.Hour) }

// logsInAlone thinks that the server has lost it.
func logsInAlone(h ftpHost) {
	for h.login(); !h.ok("AT+AFTPTYPE=0"); {
		if !h.until(login, 5) {
			return
		}
	}
}

// waitsForNoCarrier knows no other end of a download.
func waitsForNoCarrier(h ftpHost) {
	if h.login() && h.download() {
		h.await(regexp.MustCompile(`\r\nNO CARRIER\r\n`), 10*time.Minute)
	}
}

// believesNoCarrier takes what came before NO CARRIER for the file.
func believesNoCarrier(h ftpHost) {
	if h.login() && h.download() {
		h.await(dataEnd, time.Minute)
		h.ok("AT+AFTPC")
	}
}

// countsWhatComesLate counts all that came up to a silence, for +AFTPREST.
func countsWhatComesLate(h ftpHost) {
	if !h.login() || !h.download() {
		return
	}
	got := dataEnd.ReplaceAll(h.collect(time.Second), nil)
	h.ok("AT+AFTPPASV=1")
	h.ok(fmt.Sprintf("AT+AFTPREST=%d", len(got)))
	h.ok(`AT+AFTPRETR="fw.bin"`)
}

// believesLateNoCarrier takes the rest of the data for the answer to PASV.
func believesLateNoCarrier(h ftpHost) {
	if !h.login() || !h.download() {
		return
	}
	time.Sleep(30 * time.Second)
	h.escape()
	if h.ok("AT+AFTPPASV=1") {
		h.fetch("fw.bin", 20000)
	}
}

// asksForLife sends AT until it is answered.
func asksForLife(h ftpHost) {
	if h.login() && h.ok("AT+AFTPPASV=1") && h.ok(`AT+AFTPSTOR="log.txt"`) && !h.ok("AT+AFTPDATA") {
		h.until("AT", 5)
	}
}

// escapesAtOnce leaves no silence before +++, and does not look for its OK.
func escapesAtOnce(h ftpHost) {
	if h.login() && h.upload() {
		h.send(logLines + "+++")
		h.ok("AT+AFTPC")
	}
}

// escapesTwice repeats +++ when there is no OK: the first is in its file.
func escapesTwice(h ftpHost) {
	if h.login() && h.upload() {
		h.send(logLines + "+++")
		h.await(finalResult, 3*time.Second)
		h.send("+++")
		h.await(finalResult, 3*time.Second)
		h.ok("AT+AFTPC")
	}
}

// reopens opens the port afresh when nothing comes for 5 s.
func reopens(h ftpHost) {
	if h.login() && h.download() {
		if _, ended := h.await(dataEnd, 5*time.Second); !ended {
			h.d.host.Close()
			synctest.Wait()
			h.d.host = record(h.d.pipe.Dial())
			h.await(dataEnd, time.Minute)
		}
	}
}

// believesTheFile takes the first NO CARRIER of a file for its end.
func believesTheFile(h ftpHost) {
	if h.login() && h.download() {
		h.await(dataEnd, time.Minute)
		h.ok("AT+AFTPC")
	}
}

// hammers tries again without a pause.
func hammers(h ftpHost) {
	for h.ok("AT+AIPA=1"); !h.ok(login); {
	}
}

// givesUpServer tries once.
func givesUpServer(h ftpHost) { h.login() }

// staysLoggedIn does not think of the login when a transfer fails.
func staysLoggedIn(h ftpHost) {
	for h.login(); ; {
		for range 3 {
			if h.download() {
				return
			}
		}
		return
	}
}

// repeatsRETR repeats the command that failed, without +AFTPPASV.
func repeatsRETR(h ftpHost) {
	if h.login() && h.ok("AT+AFTPPASV=1") && h.until(`AT+AFTPRETR="fw.bin"`, 5) {
		h.ok("AT+AFTPDATA")
	}
}

// ignoresLogin goes on whatever the answer to its login is.
func ignoresLogin(h ftpHost) {
	h.login()
	h.ok("AT+AFTPTYPE=0")
	h.download()
}

// asksForData goes on whatever the answer to RETR is.
func asksForData(h ftpHost) {
	h.login()
	h.ok("AT+AFTPPASV=1")
	h.ok(`AT+AFTPRETR="fw.bin"`)
	h.ok("AT+AFTPDATA")
}

// ignoresStored does not look at what follows +++.
func ignoresStored(h ftpHost) {
	if h.login() && h.upload() {
		h.sendAll(logLines)
		h.escape()
		h.ok("AT+AFTPC")
	}
}

// needsSize does without a file whose size it does not get.
func needsSize(h ftpHost) {
	if h.login() && h.ok(`AT+AFTPSIZE="fw.bin"`) && h.download() {
		h.await(dataEnd, time.Minute)
	}
}

// needsREST tries to resume for ever.
func needsREST(h ftpHost) {
	if h.login() && h.download() {
		h.await(dataEnd, time.Minute)
		for range 20 {
			h.ok("AT+AFTPPASV=1")
			h.until("AT+AFTPREST=30000", 10)
		}
	}
}

// impatient waits 10 s for an answer and then sends the next command.
func impatient(h ftpHost) {
	if !h.login() {
		h.ok(login)
	}
	h.download()
	h.ok("AT+AFTPC")
}

// storesAgain waits 5 s for the OK of an upload, and then repeats it.
func storesAgain(h ftpHost) {
	h.login()
	for range 10 {
		if !h.ok("AT+AFTPPASV=1") || !h.ok(`AT+AFTPSTOR="log.txt"`) || !h.connectData() {
			continue
		}
		h.send(logLines + "+++")
		if answer, _ := h.await(finalResult, 5*time.Second); strings.HasSuffix(answer, "OK\r\n") {
			return
		}
	}
}

// ignoresType does not look at the answer to +AFTPTYPE.
func ignoresType(h ftpHost) {
	h.login()
	if h.download() {
		h.await(dataEnd, time.Minute)
	}
}

// getsASCII thinks that its file is a text.
func getsASCII(h ftpHost) {
	if h.ok("AT+AIPA=1") && h.ok(login) && h.ok("AT+AFTPTYPE=1") && h.download() {
		h.await(dataEnd, time.Minute)
	}
}

// sendsOn sends its file without listening.
func sendsOn(h ftpHost) {
	if !h.login() || !h.upload() {
		return
	}
	h.sendDeaf(logLines)
}

// sendsPluses sends a file as it is.
func sendsPluses(h ftpHost) {
	if h.login() && h.upload() {
		h.sendDeaf("1 +++ 2\r\n" + logLines)
	}
}

// sendDeaf sends data without listening.
func (h ftpHost) sendDeaf(content string) {
	for len(content) > 0 {
		n := min(100, len(content))
		h.send(content[:n])
		content = content[n:]
		time.Sleep(100 * time.Millisecond)
	}
	h.escape()
}

// resumesBlindly goes on with whatever file is there now.
func resumesBlindly(h ftpHost) {
	if h.login() && h.download() {
		data, _ := h.await(dataEnd, time.Minute)
		part := len(bytes.TrimSuffix([]byte(data), []byte("\r\nNO CARRIER\r\n")))
		h.fetch("fw.bin", part)
	}
}
