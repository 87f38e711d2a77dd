package sim_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/faults"
)

func init() {
	for _, c := range []struct {
		name      string
		good, bad func(ftpHost)
		line      int // at which the bad one fails
	}{
		{"activation-refused", getsFile, givesUpGPRS, 6},
		{"activation-slow", getsFile, asksTwice, 5},
		{"activation-hangs", getsFile, waitsForGood, 5},
		{"context-lost-unnoticed", getsFile, logsInAlone, 5},
		{"download-end-missing", getsFile, waitsForNoCarrier, 5},
		{"download-cut", getsFile, believesNoCarrier, 5},
		{"data-after-no-carrier", getsFile, countsWhatComesLate, 8},
		{"data-after-escape", getsFile, believesLateNoCarrier, 7},
		{"connect-lost", storesFile, asksForLife, 4},
		{"starts-in-data-mode", escapesFirst, asksForLifeAtOnce, 8},
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

// escapesFirst makes sure that it starts in command mode.
func escapesFirst(h ftpHost) {
	h.escape()
	storesFile(h)
}

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

// A download that is cut at any sixteenth of the file has brought the bytes up to there, and what
// +AFTPREST gets is the rest: together the file.
func TestResumedDownloadIsTheFile(t *testing.T) {
	const size = 100003
	for sixteenth := range 15 {
		at := size * (sixteenth + 1) / 16
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			var parts []int
			resumeAll(t, fmt.Sprintf("file fw.bin %d\non ftp:data@%d once cut\nthen expect 60s ftp:resume\nthen expect 60s ftp:done\n", size, at), size, &parts)
			if !slices.Equal(parts, []int{at, size - at}) {
				t.Errorf("the file came in parts of %d bytes, cut at %d", parts, at)
			}
		})
	}
	t.Run("each", func(t *testing.T) {
		var parts []int
		resumeAll(t, fmt.Sprintf("file fw.bin %d\non ftp:data@%d first 16 cut\nthen expect 60s ftp:resume\n", size, size/16), size, &parts)
		if len(parts) != 17 || parts[15] != size/16 || parts[16] != size%16 {
			t.Errorf("the file came in parts of %d bytes, cut after each %d", parts, size/16)
		}
	})
}

// resumeAll runs a scenario against a host that fetches fw.bin in as many parts as it takes, and
// fails unless the parts make the file.
func resumeAll(t *testing.T, text string, size int, parts *[]int) {
	t.Helper()
	script, err := scenarios.Parse("cut.scn", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var file []byte
	v := play(t, script, func(h *dte) {
		for h.connect(); len(file) < size && len(*parts) < 20; {
			part, _ := h.fetch("fw.bin", len(file))
			file, *parts = append(file, part...), append(*parts, len(part))
		}
	})
	if !v.Passed || !bytes.Equal(file, faults.Content("fw.bin", int64(size), false)) {
		t.Errorf("%v; %d bytes of %d, or others than the file's", v, len(file), size)
	}
}
