package sim_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing/synctest"
	"time"
)

// The hosts of this file transfer files, and have one bug each.

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
func waitsForGood(h ftpHost) { h.askFor("AT+AIPA=1", 5*time.Minute) }

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

// asksForLifeAtOnce thinks that the module is in command mode when it starts.
func asksForLifeAtOnce(h ftpHost) { h.until("AT", 10) }

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
	h.login()
	for range 3 {
		if h.download() {
			return
		}
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
